"""The house rules of every queue."""

from typing import Any, Final

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.shared.alarms import Alarm
from infra.shared.function import Door
from infra.stages import Stage

EVENT_SOURCE: Final = "kith"
"""The source of every event on the bus."""
LATE: Final = Duration.minutes(5)
"""After which a message should have been handled, unless that itself may take longer."""


class DeadLetters(sqs.Queue):
    """Where what nobody could process waits for a person; it raises an alarm."""

    def __init__(self, scope: Construct, stage: Stage) -> None:
        super().__init__(
            scope,
            "DeadLetters",
            retention_period=Duration.days(14),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=stage.requires_tls,
        )
        Alarm(
            self,
            "NotEmpty",
            stage,
            self.metric_approximate_number_of_messages_visible(period=Duration.minutes(1)),
            meaning=f"Messages were given up at {self.node.path}",
            runbook="messages-were-given-up",
            threshold=1,
        )


class WorkQueue(Construct):
    """A queue, the door that its messages wake, and the queue of its dead letters."""

    def __init__(  # noqa: PLR0913  # as many as a queue has properties
        self,
        scope: Construct,
        name: str,
        stage: Stage,
        consumer: Door,
        *,
        batch_size: int,
        concurrency: int,
        gathered_for: Duration | None = None,
        delayed_for: Duration | None = None,
    ) -> None:
        """Make them.

        Args:
            scope: whose they are.
            name: the queue's name there.
            stage: of which deployment.
            consumer: what the messages wake.
            batch_size: messages at once.
            concurrency: batches at the same time.
            gathered_for: how long messages are gathered for a batch that is not full; not at all unless given.
            delayed_for: how long some are kept back at most; not at all unless given.
        """
        super().__init__(scope, name)
        self.dead_letters = DeadLetters(self, stage)
        self.queue = sqs.Queue(
            self,
            "Queue",
            # As Lambda's documentation asks: throttled batches are retried within one visibility timeout.
            visibility_timeout=Duration.seconds(6 * consumer.timeout_seconds),
            retention_period=Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=5),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=stage.requires_tls,
        )
        consumer.add_event_source(
            sources.SqsEventSource(
                self.queue,
                batch_size=batch_size,
                max_batching_window=gathered_for,
                max_concurrency=stage.concurrency(concurrency),
                report_batch_item_failures=True,
            )
        )

        patience = max(LATE.to_seconds(), 2 * consumer.timeout_seconds)
        Alarm(
            self,
            "Late",
            stage,
            self.queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(1)),
            meaning=f"Messages wait for too long at {self.node.path}",
            runbook="messages-wait-for-too-long",
            threshold=patience + (delayed_for.to_seconds() if delayed_for else 0),
            periods=5,
        )

    def subscribe_to_files(self, bucket: s3.IBucket, names: str) -> None:
        """Let what a bucket tells of new files with such names, as in `uploads/*/video`, into the queue."""
        events.Rule(
            self,
            "Files",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [bucket.bucket_name]},
                    "object": {"key": [{"wildcard": names}]},
                },
            ),
            targets=[self._target()],
        )

    def subscribe_to_conversions(self, bucket: s3.IBucket) -> None:
        """Let the ends of MediaConvert's jobs that were begun for a bucket's files into the queue."""
        events.Rule(
            self,
            "Conversions",
            event_pattern=events.EventPattern(
                source=["aws.mediaconvert"],
                detail_type=["MediaConvert Job State Change"],
                detail={
                    "status": ["COMPLETE", "ERROR", "CANCELED"],
                    "userMetadata": {"bucket": [bucket.bucket_name]},
                },
            ),
            targets=[self._target()],
        )

    def subscribe_to_mails(self, configuration_set: str) -> None:
        """Let what SES tells of mails that came back or were complained of into the queue."""
        events.Rule(
            self,
            "Mails",
            event_pattern=events.EventPattern(
                source=["aws.ses"],
                detail_type=["Email Bounced", "Email Complaint Received"],
                detail={"mail": {"tags": {"ses:configuration-set": [configuration_set]}}},
            ),
            targets=[self._target()],
        )

    def put_in(self, message: dict[str, Any], *, every: Duration, description: str) -> None:
        """Let a message come into the queue at intervals."""
        events.Rule(
            self,
            "Schedule",
            description=description,
            schedule=events.Schedule.rate(every),
            targets=[self._target(events.RuleTargetInput.from_object(message))],
        )

    def subscribe(self, bus: events.IEventBus, *detail_types: str) -> None:
        """Let events of these types into the queue.

        One that cannot be delivered joins the dead letters: it has the form of the queue's own messages, so one
        redrive serves both.
        """
        events.Rule(
            self,
            "Subscription",
            event_bus=bus,
            event_pattern=events.EventPattern(source=[EVENT_SOURCE], detail_type=list(detail_types)),
            targets=[self._target()],
        )

    def _target(self, message: events.RuleTargetInput | None = None) -> targets.SqsQueue:
        return targets.SqsQueue(
            self.queue,
            message=message,
            dead_letter_queue=self.dead_letters,
            max_event_age=Duration.hours(24),
            retry_attempts=185,
        )
