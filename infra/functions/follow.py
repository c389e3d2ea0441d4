"""The follow graph."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import WorkQueue
from kith.settings import PREFIX


class FollowRoom(Construct):
    """Makes and ends edges between accounts, and sees to what follows from many of them."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Follow")
        settings = {"table_name": house.table.table_name}
        self.api = Door(self, house, "follow/api", settings=settings)
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            on=house.table.table_arn,
        )

        worker = Door(self, house, "follow/on_event", settings=settings, timeout_seconds=60)
        worker.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        # Few at a time: many follows at once are mostly of one account, and each is a look at its count.
        changes = WorkQueue(self, "Changes", house.stage, consumer=worker, batch_size=10, concurrency=10)
        # By cost it also matters how often an account posts.
        posting = ["post.created"] if house.stage.knobs.delivery_by_cost_from else []
        graph = ("graph.follow", "graph.follow_accepted", "graph.unfollow")
        changes.subscribe(house.bus, *graph, "user.updated", *posting)
        worker.add_environment(f"{PREFIX}GRAPH_QUEUE_URL", changes.queue.queue_url)
        worker.may("sqs:SendMessage", on=changes.queue.queue_arn)
