"""The house rule of what is done from time to time."""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.shared.function import Door
from infra.shared.queues import DeadLetters
from infra.stages import Stage

TRIED_FOR = Duration.hours(6)
"""How long it is tried again at most; the next time comes anyway."""


class Schedule(events.Rule):
    """Wakes a door at intervals; a time at which it could not be woken waits for a person."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        stage: Stage,
        door: Door,
        *,
        every: Duration,
        description: str,
        order: dict[str, Any] | None = None,
    ) -> None:
        """Make the rule.

        Args:
            scope: whose it is.
            name: its name there.
            stage: of which deployment.
            door: what is woken.
            every: how often.
            description: what for.
            order: what the door is told; what EventBridge tells of the time unless given.
        """
        super().__init__(
            scope,
            name,
            description=description,
            schedule=events.Schedule.rate(every),
            targets=[
                targets.LambdaFunction(
                    door,
                    event=None if order is None else events.RuleTargetInput.from_object(order),
                    dead_letter_queue=DeadLetters(scope, stage),
                    max_event_age=every if every.to_seconds() < TRIED_FOR.to_seconds() else TRIED_FOR,
                    retry_attempts=10,
                )
            ],
        )
