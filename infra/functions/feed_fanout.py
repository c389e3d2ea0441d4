"""From one published post to the feeds of everyone who follows its author."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import WorkQueue
from kith.settings import PREFIX


class FeedFanoutRoom(Construct):
    """Plans the deliveries of a post, then makes them, with a queue before each."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "FeedFanout")
        deliver = Door(
            self,
            house,
            "feed_fanout/on_batch",
            settings={"table_name": house.table.table_name},
            timeout_seconds=10,
        )
        deliver.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
            "dynamodb:BatchWriteItem",
            on=house.table.table_arn,
        )
        deliveries = WorkQueue(
            self, "Deliveries", house.stage, consumer=deliver, batch_size=10, concurrency=50
        ).queue

        plan = Door(
            self,
            house,
            "feed_fanout/on_event",
            settings={"table_name": house.table.table_name, "deliveries_queue_url": deliveries.queue_url},
            timeout_seconds=30,
        )
        plan.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        plan.may("sqs:SendMessage", on=deliveries.queue_arn)
        # Few at a time, so that an author with many followers does not hold up many others.
        published = WorkQueue(self, "Published", house.stage, consumer=plan, batch_size=5, concurrency=20)
        published.subscribe(house.bus, "post.created", "post.reposted", "post.unreposted")
        plan.add_environment(f"{PREFIX}FANOUT_QUEUE_URL", published.queue.queue_url)
        plan.may("sqs:SendMessage", on=published.queue.queue_arn)

        merge = Door(
            self,
            house,
            "feed_fanout/on_graph",
            settings={"table_name": house.table.table_name},
            timeout_seconds=30,
        )
        merge.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
            "dynamodb:BatchWriteItem",
            on=house.table.table_arn,
        )
        merges = WorkQueue(self, "Merges", house.stage, consumer=merge, batch_size=5, concurrency=20)
        merges.subscribe(house.bus, "graph.follow", "graph.follow_accepted", "graph.unfollow")
        merge.add_environment(f"{PREFIX}MERGES_QUEUE_URL", merges.queue.queue_url)
        merge.may("sqs:SendMessage", on=merges.queue.queue_arn)
        self.merges = merges.queue
