"""What is used the most."""

from aws_cdk import Duration
from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import WorkQueue
from kith.settings import PREFIX


class TrendingRoom(Construct):
    """Keeps scores of hashtags and posts, and lists those that are used the most."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Trending")
        settings = {"table_name": house.table.table_name}
        self.api = Door(self, house, "trending/api", settings=settings)
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            on=house.table.table_arn,
        )

        count = Door(self, house, "trending/on_event", settings=settings, timeout_seconds=60)
        count.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        # Few at a time, and each with as much as there is: so boards are written a few times in ten seconds, and in a
        # burst, in which a hundred messages are together before ten seconds are over, once for each hundred.
        uses = WorkQueue(
            self,
            "Uses",
            house.stage,
            consumer=count,
            batch_size=100,
            concurrency=2,
            gathered_for=Duration.seconds(10),
        )
        uses.subscribe(
            house.bus,
            "post.created",
            "post.updated",
            "post.deleted",
            "post.liked",
            "post.unliked",
            "post.reposted",
            "post.unreposted",
            "user.updated",
        )
        count.add_environment(f"{PREFIX}TRENDING_QUEUE_URL", uses.queue.queue_url)
        count.may("sqs:SendMessage", on=uses.queue.queue_arn)
