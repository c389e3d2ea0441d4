"""What people are told of what others do."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import WorkQueue
from kith.settings import PREFIX


class NotificationRoom(Construct):
    """Keeps a list for everybody of what they are told, and lets them read it."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Notification")
        settings = {"table_name": house.table.table_name}
        self.api = Door(self, house, "notification/api", settings=settings)
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )

        notices = Door(self, house, "notification/on_event", settings=settings, timeout_seconds=60)
        notices.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        deeds = WorkQueue(self, "Notices", house.stage, consumer=notices, batch_size=10, concurrency=20)
        deeds.subscribe(
            house.bus,
            "graph.follow",
            "graph.follow_accepted",
            "graph.follow_rejected",
            "graph.unfollow",
            "post.created",
            "post.updated",
            "post.deleted",
            "post.trending",
            "post.liked",
            "post.unliked",
            "post.reposted",
            "post.unreposted",
            "post.commented",
            "post.uncommented",
        )
        notices.add_environment(f"{PREFIX}NOTICES_QUEUE_URL", deeds.queue.queue_url)
        notices.may("sqs:SendMessage", on=deeds.queue.queue_arn)
