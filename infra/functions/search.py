"""Searches."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.opensearch import SearchCollection
from infra.shared.queues import WorkQueue
from kith.settings import PREFIX


class SearchRoom(Construct):
    """Finds accounts, hashtags and posts, in an index that it keeps in the table, or in OpenSearch where a stage has it."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Search")
        has_opensearch = house.stage.search == "opensearch"
        settings = {"table_name": house.table.table_name}
        self.api = Door(self, house, "search/api", settings=settings)
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            on=house.table.table_arn,
        )

        index = Door(self, house, "search/on_event", settings=settings, timeout_seconds=60)
        index.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        changes = WorkQueue(self, "Changes", house.stage, consumer=index, batch_size=5, concurrency=20)
        changes.subscribe(
            house.bus,
            "user.registered",
            "user.updated",
            "user.deleted",
            "graph.follow",
            "graph.follow_accepted",
            "graph.unfollow",
            "post.created",
            "post.updated",
            # What is left in the table goes with the post's other remains.
            *(["post.deleted"] if has_opensearch else []),
        )
        index.add_environment(f"{PREFIX}SEARCH_QUEUE_URL", changes.queue.queue_url)
        index.may("sqs:SendMessage", on=changes.queue.queue_arn)
        if has_opensearch:
            SearchCollection(self, house.stage, reader=self.api, writer=index)
