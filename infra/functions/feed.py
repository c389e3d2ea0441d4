"""The feed as its reader sees it."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.shared.alarms import Alarm, measured
from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import WorkQueue
from infra.shared.schedule import Schedule
from kith.metrics import FEED_DRIFT


class FeedRoom(Construct):
    """Reads timelines: what was delivered, what is pulled, and what of it may be seen; looks after them."""

    def __init__(self, scope: Construct, house: House, *, rebuilds: sqs.Queue) -> None:
        super().__init__(scope, "Feed")
        table = {"table_name": house.table.table_name}
        settings = {**table, "merges_queue_url": rebuilds.queue_url}
        self.api = Door(self, house, "feed/api", settings=settings)
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:BatchWriteItem",
            on=house.table.table_arn,
        )
        self.api.may("sqs:SendMessage", on=rebuilds.queue_arn)

        tastes = Door(self, house, "feed/on_event", settings=table)
        tastes.may(
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        deeds = WorkQueue(self, "Deeds", house.stage, consumer=tastes, batch_size=10, concurrency=10)
        deeds.subscribe(
            house.bus,
            "post.liked",
            "post.unliked",
            "post.reposted",
            "post.unreposted",
            "post.commented",
            "post.uncommented",
        )
        self._audit_samples(house, settings, rebuilds)

    def _audit_samples(self, house: House, settings: dict[str, str], rebuilds: sqs.Queue) -> None:
        audits = Door(self, house, "feed/on_schedule", settings=settings, timeout_seconds=60)
        audits.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:UpdateItem",
            "dynamodb:BatchWriteItem",
            on=house.table.table_arn,
        )
        audits.may("sqs:SendMessage", on=rebuilds.queue_arn)
        Schedule(
            self, "Audits", house.stage, audits, every=Duration.minutes(15), description="Audits a few feeds"
        )
        Alarm(
            self,
            "Drift",
            house.stage,
            measured(house.stage, FEED_DRIFT, "Sum", Duration.minutes(15)),
            meaning="Feeds were not what they should be, and have been mended",
            runbook="feeds-were-not-what-they-should-be",
            threshold=1,
        )
