"""What fails while it works: nothing is lost and nothing doubled."""

import time

from kith.domain import ids
from kith.domain.clock import system_clock
from kith.table.items import FollowerItem
from tests.e2e.conftest import Newcomer
from tests.e2e.stack import LocalStack, eventually

FOLLOWERS = 3_000
REDELIVERED_WITHIN = 240
"""Seconds: what a killed delivery held is visible again after a minute, and may be killed again."""


def test_a_delivery_killed_in_the_middle_loses_and_doubles_nothing(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    author = newcomer()
    # Only the end of the edges that a plan reads: these followers never call, and are too new to have been away.
    first = ids.first_at(system_clock())
    followers = range(first, first + FOLLOWERS)
    put_all(
        local_stack,
        [
            FollowerItem.at({"other_id": follower}, user_id=author.user_id, entry_id=follower)
            for follower in followers
        ],
    )
    post = author.post("to everyone")

    killed = 0
    until = time.monotonic() + 60
    while killed < 3 and time.monotonic() < until:
        if 0 < delivered(local_stack, post) < FOLLOWERS:
            killed += local_stack.kill("feed-fanout-on-batch")
        time.sleep(0.02)
    assert killed >= 1, "no delivery was killed"
    assert delivered(local_stack, post) < FOLLOWERS + 1

    eventually(lambda: delivered(local_stack, post) == FOLLOWERS + 1, within=REDELIVERED_WITHIN)
    assert dead_letters(local_stack) == 0


def delivered(stack: LocalStack, post: int) -> int:
    """Return how many entries of a post there are: one per reader at most, by their key."""
    entries = stack.items(
        FilterExpression="begins_with(PK, :feed) AND begins_with(SK, :post)",
        ExpressionAttributeValues={":feed": {"S": "FEED#"}, ":post": {"S": f"POST#{post:016}"}},
    )
    return len(entries)


def dead_letters(stack: LocalStack) -> int:
    sqs = stack.client("sqs")
    urls = [url for url in sqs.list_queues().get("QueueUrls", []) if "DeadLetters" in url]
    assert urls
    waiting = [
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
        for url in urls
    ]
    return sum(int(attributes["ApproximateNumberOfMessages"]) for attributes in waiting)


def put_all(stack: LocalStack, items: list[FollowerItem]) -> None:
    client, table = stack.client("dynamodb"), stack.endpoints["table"]
    requests = [{"PutRequest": {"Item": item.to_dynamodb_dict()}} for item in items]
    for start in range(0, len(requests), 25):
        answer = client.batch_write_item(RequestItems={table: requests[start : start + 25]})
        assert not answer.get("UnprocessedItems")


def test_a_restart_keeps_what_was_there(newcomer: Newcomer, local_stack: LocalStack) -> None:
    author, follower = newcomer(), newcomer()
    follower.follow(author)
    post = author.post("still here tomorrow")
    eventually(lambda: follower.feed() == [post])

    local_stack.down()
    local_stack.up()

    assert follower.feed() == [post]
    later = author.post("and goes on")
    eventually(lambda: follower.feed() == [later, post])
