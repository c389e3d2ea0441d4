"""Posts that others bring."""

from typing import Any

import pytest

from functions.block.api import door as block_door
from functions.feed_fanout.on_batch import handler as on_batch
from functions.feed_fanout.on_event import handler as on_event
from functions.post.api import door as post_door
from kith.domain.clock import system_clock
from kith.domain.feeds import Arrival, FeedEntry
from kith.domain.follows import FollowState
from kith.domain.posts import Delivery
from kith.domain.users import Standing
from kith.table import batches
from kith.table.connection import Table
from kith.table.feeds import FeedStore
from kith.table.items import (
    EngagementItem,
    FollowerItem,
    FollowingItem,
    RelationItem,
    RepostedItem,
    RepostItem,
    UserItem,
)
from kith.table.standings import StandingStore
from tests.builders import queue_event
from tests.component.conftest import Join, Person, make_edge, new_id
from tests.component.erasing import NOTHING_FAILED, at_call, die, taken_from
from tests.component.feeding import (
    RETENTION,
    brought,
    change,
    deliver,
    entries,
    event,
    follow,
    follow_and_merge,
    happened,
    in_order,
    made,
    mute,
    of_graph,
    of_post,
    read,
    reasons,
    repost,
    shown,
    unfollow,
    unrepost,
)
from tests.component.happening import block, delete_account, publish


def by(who: Person) -> dict[str, Any]:
    return {"kind": "repost", "by": who.user_id}


def unmute(who: Person, whom: Person) -> None:
    assert who.at(block_door).send("DELETE /api/v1/graph/mute/{user_id}", user_id=whom.user_id).status == 200


def test_a_post_is_in_a_feed_once_however_many_repost_it(join: Join) -> None:
    ann, cat = join("ann"), join("cat")
    reposters = [join(f"fan{number}") for number in range(3)]
    for each in reposters:
        follow(ann, each)
    post_id = publish(cat)
    assert shown(ann) == []
    for count, each in enumerate(reposters, start=1):
        brought(each, post_id)
        assert len(entries(ann)) == count
        assert shown(ann) == in_order(ann, 1) == [post_id]
    assert reasons(ann)[post_id] in [by(each) for each in reposters]


def test_who_is_named_is_followed_and_reposts_it_still(join: Join) -> None:
    ann, bob, cat, dan, stranger = (join(name) for name in ("ann", "bob", "cat", "dan", "stranger"))
    for each in (bob, dan):
        follow(ann, each)
    post_id = publish(cat)
    for each in (stranger, bob, dan):
        brought(each, post_id)
    first = reasons(ann)[post_id]
    assert first in (by(bob), by(dan))
    named, other = (bob, dan) if first == by(bob) else (dan, bob)
    unrepost(named, post_id)
    assert reasons(ann) == {post_id: by(other)}
    unfollow(ann, other)
    assert reasons(ann) == {}


def test_whom_one_follows_comes_before_who_reposts(join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    follow(ann, bob)
    post_id = publish(cat)
    brought(bob, post_id)
    assert reasons(ann) == {post_id: by(bob)}
    follow_and_merge(ann, cat)
    assert reasons(ann) == {post_id: {"kind": "following"}}
    unfollow(ann, cat)
    assert reasons(ann) == {post_id: by(bob)}, "who is only not followed any more may be brought by others"


def test_ones_own_post_that_others_repost_is_ones_own(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    follow(ann, bob)
    post_id = publish(ann)
    brought(bob, post_id)
    assert len(entries(ann)) == 2
    assert reasons(ann) == {post_id: {"kind": "own"}}


@pytest.mark.parametrize("end", ["unrepost", "unfollow", "block", "is blocked"])
def test_what_a_repost_has_brought_is_out_of_sight_at_once_and_out_of_the_table_in_time(
    join: Join, end: str
) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    follow(ann, bob)
    post_id = publish(cat)
    brought(bob, post_id)
    assert (shown(ann), entries(ann)) == ([post_id], [(post_id, bob.user_id)])
    {
        "unrepost": lambda: unrepost(bob, post_id),
        "unfollow": lambda: unfollow(ann, bob),
        "block": lambda: block(ann, bob),
        "is blocked": lambda: block(bob, ann),
    }[end]()
    assert (shown(ann), len(entries(ann))) == ([], 1)
    undone = of_post("unreposted", post_id, bob) if end == "unrepost" else of_graph("unfollow", ann, bob)
    happened(undone)
    assert entries(ann) == []


def test_what_somebody_muted_reposts_is_out_of_sight_until_they_are_not(join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    follow(ann, bob)
    post_id = publish(cat)
    brought(bob, post_id)
    assert shown(ann) == [post_id]
    mute(ann, bob)
    assert (shown(ann), len(entries(ann))) == ([], 1)
    unmute(ann, bob)
    assert shown(ann) == [post_id]


def test_a_repost_taken_back_after_its_maker_was_unfollowed_leaves_nothing(join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    follow(ann, bob)
    post_id = publish(cat)
    brought(bob, post_id)
    unfollow(ann, bob)
    unrepost(bob, post_id)
    happened(of_graph("unfollow", ann, bob))
    assert len(entries(ann)) == 1, "nobody knows any more that it was reposted, until that is told"
    happened(of_post("unreposted", post_id, bob))
    assert entries(ann) == []


@pytest.mark.parametrize("unwanted", ["blocked", "blocking", "muted"])
def test_whom_one_does_not_want_to_see_is_not_brought_by_others(join: Join, unwanted: str) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    follow(ann, bob)
    post_id = publish(cat)
    brought(bob, post_id)
    assert shown(ann) == [post_id]
    {
        "blocked": lambda: block(ann, cat),
        "blocking": lambda: block(cat, ann),
        "muted": lambda: mute(ann, cat),
    }[unwanted]()
    assert shown(ann) == []


@pytest.mark.parametrize("is_hidden_by", ["a private account", "visibility"])
def test_what_is_for_followers_is_shown_to_no_one_else_whoever_reposts_it(
    join: Join, is_hidden_by: str
) -> None:
    ann, bob, shy = join("ann"), join("bob"), join("shy")
    for follower in (ann, bob):
        follow(follower, shy)
    follow(ann, bob)
    hides = is_hidden_by == "visibility"
    post_id = publish(shy, **({"visibility": "followers"} if hides else {}))
    if not hides:
        change(shy, is_private=True)
    brought(bob, post_id)
    assert shown(ann) == [post_id]
    unfollow(ann, shy)
    assert (shown(ann), len(entries(ann))) == ([], 1)


def test_who_is_suspended_brings_nothing_until_they_are_back(table: Table, join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    follow(ann, bob)
    post_id = publish(cat)
    brought(bob, post_id)
    assert shown(ann) == [post_id]
    StandingStore(table).change(bob.user_id, Standing.SUSPENDED)
    assert shown(ann) == []
    StandingStore(table).change(bob.user_id, Standing.ACTIVE)
    assert shown(ann) == [post_id]


def test_a_follow_brings_along_reposts_as_well(join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    by_cat, by_bob = publish(cat), publish(bob)
    repost(bob, by_cat)
    follow_and_merge(ann, bob)
    assert shown(ann) == [by_bob, by_cat]
    assert reasons(ann) == {by_bob: {"kind": "following"}, by_cat: by(bob)}
    unfollow(ann, bob)
    happened(of_graph("unfollow", ann, bob))
    assert entries(ann) == []


def test_reposting_ones_own_post_brings_nothing_new_and_taking_that_back_takes_nothing_away(
    join: Join,
) -> None:
    ann, late, bob = join("ann"), join("late"), join("bob")
    follow(ann, bob)
    post_id = publish(bob)
    happened(of_post("created", post_id, bob))
    assert reasons(ann) == {post_id: {"kind": "following"}}
    brought(bob, post_id)
    follow_and_merge(late, bob)
    for reader in (ann, late):
        assert reasons(reader) == {post_id: {"kind": "following"}}
    unrepost(bob, post_id)
    happened(of_post("unreposted", post_id, bob))
    for reader in (ann, late):
        assert (reasons(reader), len(entries(reader))) == ({post_id: {"kind": "following"}}, 1)


@pytest.mark.parametrize("moment", ["before", "meanwhile"])
def test_a_late_delivery_of_a_repost_brings_nothing_of_who_has_left(
    join: Join, table: Table, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The repost itself is erased only after the feeds that it is in."""
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    follow(ann, bob)
    post_id = publish(cat)
    repost(bob, post_id)
    on_event(queue_event(of_post("reposted", post_id, bob)), None)
    (message,) = taken_from("deliveries")

    def leave() -> None:
        delete_account(bob)

    if moment == "before":
        leave()
    else:
        original = FeedStore.deliver

        def deliver(store: FeedStore, *arguments: Any, **more: Any) -> None:
            original(store, *arguments, **more)
            leave()

        monkeypatch.setattr(FeedStore, "deliver", deliver)
    assert on_batch(queue_event(message), None) == {"batchItemFailures": []}
    assert entries(ann) == []


def crowd_that_reposts(table: Table, reader: Person, post_id: int, count: int) -> list[int]:
    """Let so many whom somebody follows repost a post, with all that comes of it; return them."""
    reposters = [new_id() for _ in range(count)]
    entries = [FeedEntry(reader.user_id, post_id, each, Arrival.PUSHED, is_repost=True) for each in reposters]
    for each in reposters:
        deed_id = new_id()
        deed = {"repost_id": deed_id, "revision": deed_id}
        edge = {"state": FollowState.ACCEPTED, "edge_id": deed_id, "revision": deed_id}
        batches.put_all(
            table,
            [
                UserItem.at({"username": f"u{each}"}, user_id=each),
                RelationItem.at(edge, user_id=reader.user_id, other_id=each),
                FollowerItem.at({"other_id": reader.user_id}, user_id=each, entry_id=deed_id),
                FollowingItem.at({"other_id": each}, user_id=reader.user_id, entry_id=deed_id),
                EngagementItem.at(deed, user_id=each, post_id=post_id),
                RepostItem.at({"other_id": each}, post_id=post_id, deed_id=deed_id),
                RepostedItem.at({"delivery": Delivery.PUSH}, user_id=each, post_id=post_id),
            ],
        )
    FeedStore(table).deliver(entries, retention=RETENTION)
    return reposters


@pytest.mark.parametrize("limit", [1, 2, 5, 20])
def test_a_post_that_sixty_repost_does_not_stop_paging(table: Table, join: Join, limit: int) -> None:
    ann, cat, dan = join("ann"), join("cat"), join("dan")
    make_edge(table, ann, dan)
    now = system_clock()
    older, (viral,), newer = (
        made(who, n, at=now - at) for who, n, at in ((dan, 3, 99), (cat, 1, 50), (dan, 2, 0))
    )
    deliver(table, ann, dan, older + newer)
    assert in_order(ann, limit) == [*newer, *older]
    crowd_that_reposts(table, ann, viral, 60)
    assert in_order(ann, limit) == [*newer, viral, *older]
    make_edge(table, ann, cat)
    deliver(table, ann, cat, [viral])
    assert in_order(ann, limit) == [*newer, viral, *older]
    assert reasons_by_page(ann, limit)[viral] == {"kind": "following"}, "whoever else brings it"


@pytest.mark.parametrize("limit", [1, 20])
def test_of_sixty_who_repost_a_post_one_who_still_does_is_enough(
    table: Table, join: Join, limit: int
) -> None:
    ann, cat = join("ann"), join("cat")
    (viral,) = made(cat, 1)
    reposters = crowd_that_reposts(table, ann, viral, 60)
    assert in_order(ann, limit) == [viral]
    others = [RepostedItem.pattern.key(user_id=each, post_id=viral) for each in reposters[1:]]
    batches.delete_all(table, others)
    assert reasons_by_page(ann, limit) == {viral: {"kind": "repost", "by": reposters[0]}}


def test_what_twenty_viral_posts_cost_grows_with_the_logarithm_of_their_reposts(
    table: Table, join: Join
) -> None:
    ann, cat = join("ann"), join("cat")
    posts = made(cat, 21)
    reposters = crowd_that_reposts(table, ann, posts[0], 40)
    fields = {"delivery": Delivery.PUSH}
    for post_id in posts[1:]:
        batches.put_all(table, [RepostedItem.at(fields, user_id=each, post_id=post_id) for each in reposters])
        brought_by = [
            FeedEntry(ann.user_id, post_id, each, Arrival.PUSHED, is_repost=True) for each in reposters
        ]
        FeedStore(table).deliver(brought_by, retention=RETENTION)
    with at_call(-1, die) as calls:
        assert shown(ann) == posts[:20]
    # Of 21 x 40 entries one query reads 31, the next 62, and so on; three more belong to every page.
    assert calls.count("Query") <= 6 + 3


def reasons_by_page(reader: Person, limit: int) -> dict[int, dict[str, Any]]:
    found, query = dict[int, dict[str, Any]](), dict[str, Any]()
    while True:
        answer = read(reader, limit=limit, **query).json
        found |= {item["post"]["post_id"]: item["reason"] for item in answer["items"]}
        if not answer["has_more"]:
            return found
        query["cursor"] = answer["next_cursor"]


ORDERS = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]


@pytest.mark.parametrize("times", [1, 10])
def test_reposted_taken_back_and_reposted_again_it_is_there_in_whatever_order_that_is_told(
    join: Join, times: int
) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    follow(ann, bob)
    for order in ORDERS[:: 1 if times == 1 else 5]:
        post_id = publish(cat)
        told = []
        for name, act in (("reposted", repost), ("unreposted", unrepost), ("reposted", repost)):
            act(bob, post_id)
            told.append(of_post(name, post_id, bob))
        for place in order:
            happened(told[place], times=times)
        assert shown(ann)[0] == post_id, order
        assert entries(ann)[0] == (post_id, bob.user_id)
        unrepost(bob, post_id)
        told.append(of_post("unreposted", post_id, bob))
        for place in (3, *order):
            happened(told[place], times=times)
        assert (shown(ann), entries(ann)) == ([], []), order


def test_a_repost_anew_before_any_call_of_its_taking_back_is_there_in_the_end(join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    follow(ann, bob)
    number, total = 0, 1
    while number < total:
        post_id = publish(cat)
        brought(bob, post_id)
        assert entries(ann) == [(post_id, bob.user_id)]
        unrepost(bob, post_id)
        with at_call(-1, die) as calls:
            happened(of_post("unreposted", post_id, bob))
        assert entries(ann) == []
        brought(bob, post_id)
        unrepost(bob, post_id)
        with at_call(number, lambda: brought(bob, post_id)):  # noqa: B023  # called within the round
            happened(of_post("unreposted", post_id, bob))
        assert entries(ann) == [(post_id, bob.user_id)], f"before call {number}"
        unrepost(bob, post_id)
        with at_call(number, die):
            happened(of_post("unreposted", post_id, bob))
        assert entries(ann) == [], f"killed before call {number}"
        number, total = number + 1, len(calls)
    assert total >= 6


def test_a_repost_anew_before_any_call_of_a_late_delivery_of_the_one_before_is_there_in_the_end(
    join: Join,
) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    follow(ann, bob)
    number, total = 0, 1
    while number < total:
        post_id = publish(cat)
        repost(bob, post_id)
        assert on_event(queue_event(of_post("reposted", post_id, bob)), None) == NOTHING_FAILED
        (late,) = taken_from("deliveries")
        unrepost(bob, post_id)
        happened(of_post("unreposted", post_id, bob))
        with at_call(-1, die) as calls:
            assert on_batch(queue_event(late), None) == NOTHING_FAILED
        assert (post_id, bob.user_id) not in entries(ann)
        with at_call(number, lambda: brought(bob, post_id)):  # noqa: B023  # called within the round
            assert on_batch(queue_event(late), None) == NOTHING_FAILED
        assert (post_id, bob.user_id) in entries(ann), f"before call {number}"
        number, total = number + 1, len(calls)
    assert total >= 3


def test_the_reposts_of_a_deleted_post_leave_no_entry_whenever_their_end_is_told(
    table: Table, join: Join
) -> None:
    ann, cat = join("ann"), join("cat")

    def all_gone(number: int) -> list[str]:
        """Delete a post; what the stream tells of it first comes before a call of a number. Return all calls."""
        (post_id,) = made(cat, 1, at=system_clock() + number)
        untold = crowd_that_reposts(table, ann, post_id, 13)  # their items take more than one call

        def tell() -> None:
            for each in untold.copy():
                if table.get(EngagementItem, user_id=each, post_id=post_id) is None:
                    untold.remove(each)
                    happened(event("post.unreposted", post_id=post_id, user_id=each))

        assert len(entries(ann)) == 13
        assert cat.at(post_door).send("DELETE /api/v1/posts/{post_id}", post_id=post_id).status == 204
        assert (shown(ann), len(entries(ann))) == ([], 13)
        with at_call(number, tell) as calls:
            happened(of_post("deleted", post_id, cat))
        tell()
        assert not untold
        return calls

    deletions = [number for number, name in enumerate(all_gone(-1)) if name == "BatchWriteItem"]
    assert entries(ann) == []
    assert len(deletions) >= 4
    for number in deletions:
        all_gone(number + 1)
        assert entries(ann) == [], f"after call {number}"
