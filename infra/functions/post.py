"""Posts."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import WorkQueue
from kith.settings import PREFIX


class PostRoom(Construct):
    """Publishes posts, and sees to what follows from their media and their end."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Post")
        settings = {"table_name": house.table.table_name}
        self.api = Door(self, house, "post/api", settings=settings)
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )

        worker = Door(self, house, "post/on_event", settings=settings, timeout_seconds=60)
        worker.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:BatchWriteItem",
            on=house.table.table_arn,
        )
        # One at a time: a removal may take all of a worker's time.
        changes = WorkQueue(self, "Changes", house.stage, consumer=worker, batch_size=1, concurrency=10)
        changes.subscribe(house.bus, "post.deleted", "post.updated", "media.processed", "media.rejected")
        worker.add_environment(f"{PREFIX}POSTS_QUEUE_URL", changes.queue.queue_url)
        worker.may("sqs:SendMessage", on=changes.queue.queue_arn)
