"""How another team listens to Kith: an example to copy. It needs the name of the bus, and nothing else of this tree.

`Subscriber` is a rule on the bus, a queue before the consumer, and a queue of what was given up. `GraphListener` is a
whole stack around it. `docs/events.md` tells what the events hold and how they are delivered.
"""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

SOURCE: Final = "kith"
ATTEMPTS: Final = 5
CONSUMER_SECONDS: Final = 30

LOGS_EACH_EVENT: Final = """
import json

def handler(batch, context):
    for record in batch["Records"]:
        event = json.loads(record["body"])
        detail = event["detail"]
        # The same event may come again, and a later one before it: keep detail["event_id"], or write what can be
        # written twice. A record that fails is named in the answer and comes again alone.
        print(event["detail-type"], detail["event_id"], detail["follower_id"], detail["following_id"])
    return {"batchItemFailures": []}
"""


class Subscriber(Construct):
    """Gives a consumer the events of some types, in batches, each at least once.

    Args:
        scope: the stack it is part of.
        name: its name there.
        bus: Kith's.
        detail_types: as in `docs/events.md`; others are not even charged for.
        consumer: answers with `batchItemFailures`; without one, whoever likes reads `queue`.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        bus: events.IEventBus,
        detail_types: Sequence[str],
        consumer: lambda_.IFunction | None = None,
    ) -> None:
        super().__init__(scope, name)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            retention_period=Duration.days(14),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            visibility_timeout=Duration.seconds(6 * CONSUMER_SECONDS),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=ATTEMPTS),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        events.Rule(
            self,
            "Rule",
            event_bus=bus,
            event_pattern=events.EventPattern(source=[SOURCE], detail_type=list(detail_types)),
            targets=[
                targets.SqsQueue(
                    self.queue,
                    dead_letter_queue=self.dead_letters,
                    max_event_age=Duration.hours(24),
                    retry_attempts=185,
                )
            ],
        )
        if consumer is not None:
            consumer.add_event_source(
                sources.SqsEventSource(self.queue, batch_size=10, report_batch_item_failures=True)
            )


class GraphListener(Stack):
    """Logs who begins and ceases to follow whom: `GraphListener(app, "kith-listener", bus_name="kith-prod")`."""

    def __init__(self, scope: Construct, name: str, *, bus_name: str) -> None:
        super().__init__(scope, name, description="Listens to the follow graph of Kith")
        consumer = lambda_.Function(
            self,
            "Consumer",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler="index.handler",
            code=lambda_.Code.from_inline(LOGS_EACH_EVENT),
            timeout=Duration.seconds(CONSUMER_SECONDS),
        )
        bus = events.EventBus.from_event_bus_name(self, "Bus", bus_name)
        Subscriber(self, "Graph", bus, ["graph.follow", "graph.follow_accepted", "graph.unfollow"], consumer)
