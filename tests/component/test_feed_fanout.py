import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.feed_fanout import wiring
from functions.feed_fanout.on_batch import handler as on_batch
from functions.feed_fanout.on_event import handler as on_event
from kith import deployment
from kith.domain import ids
from kith.domain.clock import system_clock
from kith.domain.posts import Post
from kith.table import batches
from kith.table.connection import Table
from kith.table.feeds import FeedStore
from kith.table.items import FeedEntryItem, FeedStateItem, FollowerItem, PostItem, RequestItem
from kith.table.posts import PostStore
from tests.builders import queue_event
from tests.component.conftest import Join, aws, everything

AUTHOR = 42
POST = ids.first_at(system_clock()) | 7
NOTHING_FAILED: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}


class Killed(BaseException):
    """The process is gone: no `except Exception` sees it."""


FIRST = ids.first_at(system_clock())
"""Accounts that were made just now: nobody has been away for long."""


def make_followers(table: Table, count: int, *, first: int = FIRST) -> list[int]:
    """Make followers whose entries are their identifiers."""
    followers = list(range(first, first + count))
    publish(table)
    batches.put_all(
        table, [FollowerItem.at({"other_id": each}, user_id=AUTHOR, entry_id=each) for each in followers]
    )
    return followers


def publish(table: Table, post_id: int = POST) -> None:
    """Store a post, as it is before anything comes of it."""
    post = {"author_id": AUTHOR, "text": "hello", "visibility": "public", "delivery": "push"}
    table.put(PostItem.at(post, post_id=post_id))


def post_created(post_id: int = POST) -> dict[str, Any]:
    """Return what EventBridge leaves in the queue, with fields that nobody here knows."""
    detail = {
        "v": 1,
        "event_id": "e",
        "post_id": post_id,
        "user_id": AUTHOR,
        "delivery": "push",
        "colour": "red",
    }
    return queue_event({"version": "0", "source": "kith", "detail-type": "post.created", "detail": detail})


def delivery(followers: list[int]) -> dict[str, Any]:
    """Return the message that delivers to followers whose entries are their identifiers."""
    entries = [min(followers), max(followers)]
    return {"post_id": POST, "by_id": AUTHOR, "is_repost": False, "readers": followers, "entries": entries}


def sent() -> list[dict[str, Any]]:
    """Take all delivery messages from the queue."""
    sqs, taken = aws("sqs"), []
    url = sqs.get_queue_url(QueueName="deliveries")["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            taken.append(json.loads(message["Body"]))
    return taken


def readers(messages: list[dict[str, Any]]) -> list[int]:
    return [reader for message in messages for reader in message["readers"]]


def entries() -> list[tuple[int, int]]:
    """Return the reader and the post of every feed entry there is, in order."""
    found = [FeedEntryItem.pattern.values(*key) for key in everything()]
    return sorted((int(each["reader_id"]), int(each["post_id"])) for each in found if each is not None)


@pytest.fixture
def batches_of_two(cloud: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of 20 followers, so that a few of them make many pages."""
    monkeypatch.setenv("KITH_FANOUT_BATCH", "2")
    deployment.settings.cache_clear()


def dying_after(calls: int, call: Callable[..., Any]) -> Callable[..., Any]:
    left = [calls]

    def die(*positional: Any, **named: Any) -> Any:
        if left[0] == 0:
            raise Killed
        left[0] -= 1
        return call(*positional, **named)

    return die


def test_a_message_holds_a_hundred_followers_and_each_is_in_one(table: Table) -> None:
    followers = make_followers(table, 250)
    assert on_event(post_created(), None) == NOTHING_FAILED
    messages = sent()
    assert [len(message["readers"]) for message in messages] == [100, 100, 50]
    assert readers(messages) == followers
    assert {(message["post_id"], message["by_id"]) for message in messages} == {(POST, AUTHOR)}


def test_nobody_to_deliver_to_is_no_message(table: Table) -> None:
    publish(table)
    assert on_event(post_created(), None) == NOTHING_FAILED
    assert sent() == []


def test_who_has_only_asked_to_follow_gets_nothing(table: Table) -> None:
    followers = make_followers(table, 3)
    table.put(RequestItem.at({"other_id": 2_000}, user_id=AUTHOR, entry_id=2_000))
    on_event(post_created(), None)
    assert readers(sent()) == followers


def test_followers_are_planned_in_the_order_in_which_they_came(table: Table, batches_of_two: None) -> None:
    publish(table)
    for entry_id, follower in enumerate((7, 5, 9), start=1):
        table.put(FollowerItem.at({"other_id": follower}, user_id=AUTHOR, entry_id=entry_id))
    on_event(post_created(), None)
    messages = sent()
    assert readers(messages) == [7, 5, 9]
    assert [message["entries"] for message in messages] == [[1, 2], [3, 3]]


def test_a_delivery_is_an_entry_in_each_feed_and_twice_is_once(table: Table) -> None:
    followers = make_followers(table, 60)
    message = delivery(followers)
    assert entries() == []
    for _ in range(2):
        assert on_batch(queue_event(message, message), None) == NOTHING_FAILED
        assert entries() == [(follower, POST) for follower in followers]


def test_an_entry_lives_thirty_days_from_its_post(table: Table) -> None:
    make_followers(table, 1)
    on_batch(queue_event(delivery([FIRST])), None)
    item = table.get(FeedEntryItem, reader_id=FIRST, post_id=POST, by_id=AUTHOR)
    assert item is not None
    assert item.expires_at == ids.created_at(POST) // 1_000 + 30 * 86_400


@pytest.mark.parametrize("calls", [0, 1, 2, 3])
def test_a_plan_that_is_killed_goes_on_from_its_checkpoint_and_misses_nobody(
    table: Table, batches_of_two: None, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    followers = make_followers(table, 50)
    client = wiring.publishing().planner.deliveries.client
    with monkeypatch.context() as patch:
        patch.setattr(client, "send_message_batch", dying_after(calls, client.send_message_batch))
        if calls < 3:
            with pytest.raises(Killed):
                on_event(post_created(), None)
        else:
            on_event(post_created(), None)
    before = sent()
    assert len(readers(before)) == min(calls * 20, 50)
    assert on_event(post_created(), None) == NOTHING_FAILED
    after = sent()
    assert set(readers(before + after)) == set(followers)
    reached = FeedStore(table).planned_to(POST)
    assert reached == followers[39]
    repeated = set(readers(before)) & set(readers(after))
    assert len(repeated) <= 20, "one page is repeated at most"


def test_a_plan_killed_before_its_checkpoint_repeats_that_page_and_no_other(
    table: Table, batches_of_two: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    followers = make_followers(table, 50)
    with monkeypatch.context() as patch:
        patch.setattr(FeedStore, "plan_reached", dying_after(1, FeedStore.plan_reached))
        with pytest.raises(Killed):
            on_event(post_created(), None)
    assert readers(sent()) == followers[:40]
    on_event(post_created(), None)
    assert readers(sent()) == followers[20:]


def test_what_the_queue_refuses_is_planned_another_time(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    followers = make_followers(table, 3)
    queue = wiring.publishing().planner.deliveries
    object.__setattr__(queue, "pause", lambda _: None)
    with monkeypatch.context() as patch:
        patch.setattr(queue.client, "send_message_batch", lambda **_: {"Failed": [{"Id": "0"}]})
        assert on_event(post_created(), None) == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert sent() == []
    assert on_event(post_created(), None) == NOTHING_FAILED
    assert readers(sent()) == followers


@pytest.mark.parametrize("calls", [0, 1, 2, 3])
def test_a_delivery_that_is_killed_and_comes_again_is_complete_and_single(
    table: Table, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    followers = make_followers(table, 100)
    event = queue_event(delivery(followers))
    with monkeypatch.context() as patch:
        patch.setattr(
            table, "call", dying_after(2 + calls, table.call)
        )  # two read the post, and who has been away
        with pytest.raises(Killed):
            on_batch(event, None)
    assert len(entries()) == calls * 25
    assert on_batch(event, None) == NOTHING_FAILED
    assert entries() == [(follower, POST) for follower in followers]


def test_a_message_that_cannot_be_read_does_not_hold_up_the_others(table: Table) -> None:
    make_followers(table, 1)
    good = delivery([FIRST])
    answer = on_batch(queue_event({"post_id": POST}, good, {}), None)
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["message-0", "message-2"]
    assert entries() == [(FIRST, POST)]


def test_an_event_without_its_identifiers_fails_and_plans_nothing(table: Table) -> None:
    make_followers(table, 3)
    answer = on_event(queue_event({"detail-type": "post.created", "detail": {"id": POST}}), None)
    assert len(answer["batchItemFailures"]) == 1
    assert sent() == []


def test_a_post_that_is_gone_is_not_planned(table: Table) -> None:
    make_followers(table, 3)
    assert on_event(post_created(POST + 1), None) == NOTHING_FAILED
    assert sent() == []


def test_a_post_that_is_gone_is_taken_out_of_feeds_that_an_earlier_delivery_reached(table: Table) -> None:
    followers = make_followers(table, 3)
    event = queue_event(delivery(followers))
    on_batch(event, None)
    assert len(entries()) == 3
    PostStore(table).remove(Post(POST, AUTHOR, "hello"), by_author=False)
    assert on_batch(event, None) == NOTHING_FAILED
    assert entries() == []


def test_of_a_reader_who_is_gone_nothing_is_left_by_a_delivery_of_a_post_that_is_gone(table: Table) -> None:
    """A delivery before may have noted that they are away, and have been cut off then."""
    followers = make_followers(table, 1)
    table.put(FeedStateItem.at({"is_dormant": True, "seen_at": 0}, reader_id=followers[0]))
    PostStore(table).remove(Post(POST, AUTHOR, "hello"), by_author=False)
    batches.delete_all(table, [FollowerItem.pattern.key(user_id=AUTHOR, entry_id=followers[0])])
    assert on_batch(queue_event(delivery(followers)), None) == NOTHING_FAILED
    assert deployment.table().get(FeedStateItem, reader_id=followers[0]) is None


def test_who_has_unfollowed_meanwhile_keeps_the_entry_for_following_again(table: Table, join: Join) -> None:
    ann = join("ann")
    publish(table)
    message = delivery([ann.user_id])
    assert on_batch(queue_event(message), None) == NOTHING_FAILED
    assert entries() == [(ann.user_id, POST)]


def test_a_reader_without_an_account_gets_no_entry(table: Table) -> None:
    followers = make_followers(table, 2)
    message = delivery([*followers, 5_000])
    assert on_batch(queue_event(message), None) == NOTHING_FAILED
    assert readers([message])[:2] == [reader for reader, _ in entries()]
