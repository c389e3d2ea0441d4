"""Readers who have been away, and come back."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from functions.feed import wiring
from functions.feed.timeline import REBUILT_WITHIN
from functions.feed_fanout import wiring as fanout_wiring
from functions.feed_fanout.on_batch import handler as on_batch
from functions.feed_fanout.on_event import handler as on_event
from functions.feed_fanout.on_graph import handler as on_graph
from kith import deployment
from kith.domain.clock import DAY, MINUTE, SECOND
from kith.domain.feeds import Arrival, FeedEntry
from kith.table.connection import Table
from kith.table.feed_states import FeedStateStore
from kith.table.feeds import FeedStore
from tests.builders import queue_event
from tests.component.conftest import Join, Person, start_cold
from tests.component.erasing import (
    NOTHING_FAILED,
    Killed,
    Message,
    at_call,
    deleted,
    delivered,
    die,
    taken_from,
)
from tests.component.feeding import (
    RETENTION,
    Hands,
    arrivals,
    brought,
    counted,
    delete_post,
    entries,
    follow,
    hands_of,
    happened,
    in_order,
    is_dormant,
    long_ago,
    made,
    of_graph,
    of_post,
    read,
    shown,
    unfollow,
)
from tests.component.happening import delete_account, publish

DORMANT_AFTER = 30 * DAY


@pytest.fixture
def clock(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Hands:
    """What the time is to the feed and its fan-out."""
    return hands_of(monkeypatch, wiring, fanout_wiring)


def published(who: Person) -> int:
    post_id = publish(who)
    happened(of_post("created", post_id, who))
    return post_id


def is_rebuilding(who: Person) -> bool:
    """Read a feed and tell whether it says that it is being rebuilt."""
    return bool(read(who).json.get("rebuilding", False))


def rebuilt(*, most: int = 1_000) -> int:
    """Let the workers put back what was left out; return how many messages that took."""
    count = 0
    while messages := taken_from("merges"):
        for message in messages:
            count += 1
            assert count < most
            while True:
                try:
                    assert on_graph(queue_event(message), None) == NOTHING_FAILED
                except Killed:
                    continue
                break
    return count


def test_who_has_not_read_for_thirty_days_is_left_out_and_that_is_noted(join: Join, clock: Hands) -> None:
    ann, cat, bob = long_ago(join, "ann"), long_ago(join, "cat"), join("bob")
    clock.now -= DORMANT_AFTER
    for reader in (ann, cat):
        follow(reader, bob)
        assert shown(reader) == []
    clock.now += DORMANT_AFTER - SECOND
    assert shown(cat) == []
    first = published(bob)
    assert (entries(ann), is_dormant(ann)) == ([(first, bob.user_id)], False)
    clock.now += 2 * SECOND
    second = published(bob)
    assert (entries(ann), is_dormant(ann)) == ([(first, bob.user_id)], True)
    assert (len(entries(cat)), is_dormant(cat)) == (2, False)
    assert shown(cat) == [second, first]


def test_who_reads_now_and_then_is_never_left_out(join: Join, clock: Hands) -> None:
    ann, bob = long_ago(join, "ann", days=200), join("bob")
    follow(ann, bob)
    clock.now -= 180 * DAY
    for visit in range(1, 6):
        assert len(shown(ann)) == visit - 1
        clock.now += DORMANT_AFTER - DAY
        published(bob)
        assert (len(entries(ann)), is_dormant(ann)) == (visit, False), visit


def test_reading_is_noted_once_a_day(table: Table, join: Join, clock: Hands) -> None:
    ann = long_ago(join, "ann")
    for expected in (1, 0, 0):
        with counted(table) as calls:
            shown(ann)
        assert calls["TransactWriteItems"] == expected
    clock.now += DAY
    with counted(table) as calls:
        shown(ann)
    assert calls["TransactWriteItems"] == 1


def test_a_new_account_that_has_never_read_is_not_away_for_its_first_thirty_days(
    join: Join, clock: Hands
) -> None:
    bob, new, old = join("bob"), long_ago(join, "new", days=29), long_ago(join, "old", days=31)
    for reader in (new, old):
        follow(reader, bob)
    post_id = published(bob)
    assert (entries(new), is_dormant(new)) == ([(post_id, bob.user_id)], False)
    assert (entries(old), is_dormant(old)) == ([], True)


def written(table: Table, act: Callable[[], object]) -> dict[str, int]:
    """Return how many items are written while something is done, by how."""
    found = {"put": 0, "deleted": 0, "in transactions": 0}
    call = table.call

    def counting(operation: str, arguments: dict[str, object]) -> dict[str, object]:
        if operation == "BatchWriteItem":
            requests = [each for some in arguments["RequestItems"].values() for each in some]  # type: ignore[attr-defined]  # as DynamoDB writes it
            found["put"] += sum("PutRequest" in each for each in requests)
            found["deleted"] += sum("DeleteRequest" in each for each in requests)
        if operation == "TransactWriteItems":
            found["in transactions"] += len(arguments["TransactItems"])  # type: ignore[arg-type]  # the same
        return call(operation, arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "call", counting)
        act()
    return found


def test_who_is_away_costs_one_note_and_then_no_write_at_all(table: Table, join: Join, clock: Hands) -> None:
    bob, here, away = join("bob"), join("here"), long_ago(join, "away")
    follow(here, bob)
    posts = made(bob, 5)

    def writes(post_id: int) -> dict[str, int]:
        return written(table, lambda: happened(of_post("created", post_id, bob)))

    assert writes(posts[0]) == {"put": 1, "deleted": 0, "in transactions": 0}
    follow(away, bob)
    assert writes(posts[1]) == {"put": 1, "deleted": 0, "in transactions": 1}
    for post_id in posts[2:]:
        assert writes(post_id) == {"put": 1, "deleted": 0, "in transactions": 0}
    assert (len(entries(here)), entries(away)) == (5, [])


def gone_and_missed(join: Join, which: object = "") -> tuple[Person, Person, list[int]]:
    """Return a reader who was away, whom they follow, and what they have missed, newest first."""
    ann, bob, cat = long_ago(join, f"ann{which}"), join(f"bob{which}"), join(f"cat{which}")
    for author in (bob, cat):
        follow(ann, author)
    posts = [published(author) for author in (bob, cat, bob)]
    theirs = publish(join(f"dan{which}"))
    brought(cat, theirs)
    assert entries(ann) == []
    assert is_dormant(ann)
    return ann, bob, [theirs, *reversed(posts)]


def test_who_comes_back_has_a_whole_feed_at_once_and_is_told_that_it_is_being_rebuilt(
    join: Join, clock: Hands
) -> None:
    ann, _, posts = gone_and_missed(join)
    answer = read(ann, explain=1).json
    assert answer["rebuilding"] is True
    assert [item["post"]["post_id"] for item in answer["items"]] == posts
    assert {item["explanation"]["arrival"] for item in answer["items"]} == {"pulled"}
    assert [item["reason"]["kind"] for item in answer["items"]] == ["repost", *["following"] * 3]
    assert in_order(ann, 1) == posts
    assert (entries(ann), is_dormant(ann)) == ([], False)
    assert rebuilt() == 1, "it is asked for once, however often one looks"
    assert len(entries(ann)) == 4
    answer = read(ann, explain=1).json
    assert "rebuilding" not in answer
    assert [item["post"]["post_id"] for item in answer["items"]] == posts
    assert set(arrivals(ann)) == {"rebuilt"}


def test_a_whole_feed_never_says_that_it_is_being_rebuilt(join: Join, clock: Hands) -> None:
    ann = join("ann")
    assert "rebuilding" not in read(ann).json
    assert taken_from("merges") == []


def test_a_rebuilding_that_was_not_heard_of_is_asked_for_again_after_a_while(
    join: Join, clock: Hands
) -> None:
    ann, _, posts = gone_and_missed(join)
    assert is_rebuilding(ann)
    (lost,) = taken_from("merges")
    clock.now += REBUILT_WITHIN
    assert is_rebuilding(ann)
    assert taken_from("merges") == []
    clock.now += 1
    assert is_rebuilding(ann)
    assert rebuilt() == 1
    assert not is_rebuilding(ann)
    assert shown(ann) == posts
    with_it = entries(ann)
    assert on_graph(queue_event(lost), None) == NOTHING_FAILED
    assert (entries(ann), is_rebuilding(ann)) == (with_it, False), "an old wish is nobody's"


def test_a_rebuilding_goes_on_message_by_message(
    join: Join, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout_wiring, "BUDGET", 0)
    start_cold()
    ann, _, posts = gone_and_missed(join)
    assert is_rebuilding(ann)
    assert rebuilt() == 3, "two whom ann follows, and the end"
    assert (is_rebuilding(ann), shown(ann)) == (False, posts)


def test_what_is_published_before_any_call_of_a_rebuilding_is_there(join: Join, clock: Hands) -> None:
    ann, bob, posts = gone_and_missed(join)
    assert is_rebuilding(ann)
    with at_call(-1, die) as calls:
        assert rebuilt() == 1
    total = len(calls)
    for number in range(0, total, 2):
        message = back_again(ann, clock)
        with at_call(number, lambda: posts.insert(0, published(bob))):
            assert on_graph(queue_event(message), None) == NOTHING_FAILED
        assert len(posts) == 4 + number // 2 + 1, f"before call {number}"
        assert not is_rebuilding(ann)
        assert shown(ann) == posts, f"before call {number}"
        assert sorted(post_id for post_id, _ in entries(ann)) == sorted(posts)
    assert total > 12


def test_a_rebuilding_that_is_killed_before_any_call_is_complete_when_its_message_comes_again(
    join: Join, clock: Hands
) -> None:
    ann, _, posts = gone_and_missed(join)
    assert is_rebuilding(ann)
    with at_call(-1, die) as calls:
        assert rebuilt() == 1
    whole, total = entries(ann), len(calls)
    assert len(whole) == len(posts)
    for number in range(total):
        message = back_again(ann, clock)
        with at_call(number, die), pytest.raises(Killed):
            on_graph(queue_event(message), None)
        assert is_rebuilding(ann), f"killed before call {number}"
        assert shown(ann) == posts, "by pull, meanwhile"
        assert on_graph(queue_event(message), None) == NOTHING_FAILED
        assert (entries(ann), is_rebuilding(ann)) == (whole, False), f"killed before call {number}"


@pytest.mark.parametrize(
    ("gone", "stays"), [("whom they followed", 2), ("who is back", 0), ("a post, once all was put back", 3)]
)
def test_what_a_rebuilding_that_was_cut_off_has_left_goes_when_its_message_comes_again(
    join: Join, clock: Hands, gone: str, stays: int
) -> None:
    ann, bob, posts = gone_and_missed(join)
    message = back_again(ann, clock)
    if gone == "a post, once all was put back":
        assert on_graph(queue_event(message), None) == NOTHING_FAILED
        delete_post(bob, posts[1])
    else:
        leaves = bob if gone == "whom they followed" else ann
        delete_account(leaves)
        delivered(deleted(leaves))
    left = FeedEntry(ann.user_id, posts[1], bob.user_id, Arrival.REBUILT, clock.now)
    FeedStore(deployment.table()).deliver([left], retention=RETENTION)
    clock.now += 3 * MINUTE
    assert (posts[1], bob.user_id) in entries(ann)
    assert on_graph(queue_event(message), None) == NOTHING_FAILED
    assert (posts[1], bob.user_id) not in entries(ann)
    assert len(entries(ann)) == stays


def back_again(reader: Person, clock: Hands) -> Message:
    """Let somebody come back to a feed in which nothing is; return the message that asks to put everything back."""
    forget_entries(reader)
    wiring.timeline().states.returned(reader.user_id, now=clock.now)
    return {"reader_id": reader.user_id, "since": clock.now}


def forget_entries(reader: Person) -> None:
    for post_id, by_id in entries(reader):
        FeedStore(deployment.table()).withdraw([post_id], [reader.user_id], by_id=by_id)
    assert entries(reader) == []


@pytest.mark.parametrize("has_read", [False, True])
def test_who_comes_back_before_any_call_of_a_delivery_misses_nothing(
    join: Join, clock: Hands, *, has_read: bool
) -> None:
    def who_was_away(number: int) -> Person:
        ann = long_ago(join, f"ann{number}")
        if has_read:
            clock.now -= 2 * DORMANT_AFTER
            assert shown(ann) == []
            clock.now += 2 * DORMANT_AFTER
        return ann

    bob = join("bob")
    first = who_was_away(0)
    follow(first, bob)
    message, _ = waiting_delivery(bob)
    with at_call(-1, die) as calls:
        assert on_batch(queue_event(message), None) == NOTHING_FAILED
    note = calls.index("TransactWriteItems")
    assert calls[:note] == ["GetItem", "BatchGetItem", "BatchGetItem"], "the post, and two looks"
    unfollow(first, bob)
    for number in range(len(calls)):
        ann = who_was_away(number + 1)
        follow(ann, bob)
        message, post_id = waiting_delivery(bob)
        with at_call(number, lambda: read(ann)):  # noqa: B023  # called within the round
            assert on_batch(queue_event(message), None) == NOTHING_FAILED
        assert shown(ann)[0] == post_id, f"back before call {number}"
        if number <= note:
            assert (arrivals(ann)[0], is_rebuilding(ann)) == ("pushed", False), f"back before call {number}"
        rebuilt()
        assert not is_rebuilding(ann)
        assert (post_id, bob.user_id) in entries(ann), f"back before call {number}"
        unfollow(ann, bob)


def waiting_delivery(author: Person) -> tuple[Message, int]:
    """Publish a post; return the message that delivers it, which is still to be seen to."""
    post_id = publish(author)
    assert on_event(queue_event(of_post("created", post_id, author)), None) == NOTHING_FAILED
    (message,) = taken_from("deliveries")
    return message, post_id


def test_what_is_too_old_is_neither_pulled_nor_put_back(table: Table, join: Join, clock: Hands) -> None:
    ann, bob = long_ago(join, "ann"), join("bob")
    follow(ann, bob)
    (too_old,), (old,) = (made(bob, 1, at=clock.now - age) for age in (30 * DAY + SECOND, 30 * DAY - MINUTE))
    new = published(bob)
    assert too_old < old < new
    assert (shown(ann), is_rebuilding(ann)) == ([new, old], True)
    assert rebuilt() == 1
    assert [post_id for post_id, _ in entries(ann)] == [new, old]
    assert (shown(ann), is_rebuilding(ann)) == ([new, old], False)
    clock.now += MINUTE
    assert shown(ann) == [new]


def test_whoever_is_followed_or_unfollowed_during_a_rebuilding_counts_as_they_stand(
    join: Join, clock: Hands
) -> None:
    ann, bob, posts = gone_and_missed(join)
    eve = join("eve")
    by_eve = publish(eve)
    assert is_rebuilding(ann)
    unfollow(ann, bob)
    follow(ann, eve)
    assert shown(ann) == [by_eve, posts[0], posts[2]]
    happened(of_graph("unfollow", ann, bob), of_graph("follow", ann, eve))
    assert not is_rebuilding(ann), "what waited in the queue has been seen to as well"
    assert shown(ann) == [by_eve, posts[0], posts[2]]
    assert [post_id for post_id, _ in entries(ann)] == [by_eve, posts[0], posts[2]]


class Late(Future[Any]):
    """What comes of something that is carried out when somebody asks for it, and no sooner."""

    def __init__(self, carry_out: Callable[[], Any]) -> None:
        super().__init__()
        self._carry_out = carry_out

    def result(self, timeout: float | None = None) -> Any:
        self.exception()
        return super().result()

    def exception(self, timeout: float | None = None) -> BaseException | None:
        if not self.done():
            self.set_result(self._carry_out())
        return super().exception()


class AsLateAsCanBe(Executor):
    """Threads that are all slow."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return Late(lambda: fn(*args, **kwargs))


def test_a_page_is_whole_that_was_begun_before_what_was_left_out_was_put_back(
    table: Table, join: Join, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = long_ago(join, "ann"), join("bob")
    follow(ann, bob)
    posts = [published(bob) for _ in range(3)][::-1]
    assert is_dormant(ann)
    assert is_rebuilding(ann)
    assert entries(ann) == []
    of = FeedStateStore.of

    def after_it_was_put_back(store: FeedStateStore, reader_id: int) -> Any:
        rebuilt()
        return of(store, reader_id)

    monkeypatch.setattr(FeedStateStore, "of", after_it_was_put_back)
    monkeypatch.setattr(table, "executor", AsLateAsCanBe())
    answer = read(ann)
    assert "rebuilding" not in answer.json
    assert [item["post"]["post_id"] for item in answer.json["items"]] == posts
