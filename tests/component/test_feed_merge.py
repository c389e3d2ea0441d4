"""What a follow brings along, and what goes when it ends."""

import itertools
from typing import Any

import pytest

from functions.follow.api import door as follow_door
from functions.post.api import door as post_door
from kith import deployment
from kith.domain.clock import DAY, MINUTE, system_clock
from kith.domain.feeds import Arrival, FeedEntry
from kith.table import feeds
from kith.table.connection import Table
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from tests.component.conftest import Join, Person
from tests.component.erasing import Message, at_call, deleted, delivered, die
from tests.component.feeding import (
    arrivals,
    delete_post,
    entries,
    follow,
    follow_and_merge,
    happened,
    made,
    of_graph,
    of_post,
    read,
    repost,
    shown,
    unfollow,
)
from tests.component.happening import block, delete_account, publish


def test_a_follow_brings_along_what_has_been_published(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    own, *posts = publish(ann), publish(bob), publish(bob)
    follow(ann, bob)
    assert shown(ann) == [own]
    happened(of_graph("follow", ann, bob))
    assert shown(ann) == [*reversed(posts), own]
    assert arrivals(ann) == ["backfilled", "backfilled", "own"]
    assert [item["reason"]["kind"] for item in read(ann).json["items"]] == ["following", "following", "own"]


def test_who_waits_to_be_let_in_gets_nothing_and_who_is_let_in_everything(join: Join) -> None:
    ann, shy = join("ann"), join("shy", is_private=True)
    post_id = publish(shy)
    follow_and_merge(ann, shy)
    assert (entries(ann), shown(ann)) == ([], [])
    route, body = "POST /api/v1/graph/requests/{follower_id}", {"action": "accept"}
    answer = shy.at(follow_door).send(route, json_body=body, follower_id=ann.user_id)
    assert answer.json["status"] == "accepted"
    happened(of_graph("follow_accepted", ann, shy))
    assert (shown(ann), arrivals(ann)) == ([post_id], ["backfilled"])


def test_a_follow_brings_along_the_newest_five_hundred_at_most(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    posts = made(bob, 503)
    follow_and_merge(ann, bob)
    assert entries(ann) == [(post_id, bob.user_id) for post_id in posts[:500]]


def test_of_five_hundred_none_is_lost_when_another_comes_while_they_are_brought_along(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    posts = made(bob, 500)
    follow_and_merge(ann, bob)

    def publish_one_more() -> None:
        posts.insert(0, publish(bob))
        happened(of_post("created", posts[0], bob))

    with at_call(-1, die) as calls:
        happened(of_graph("follow", ann, bob))
    for number in (calls.index("BatchWriteItem"), len(calls) - 2, len(calls) - 1):
        with at_call(number, publish_one_more):
            happened(of_graph("follow", ann, bob))
    assert entries(ann) == [(post_id, bob.user_id) for post_id in posts]
    assert len(posts) == 503


@pytest.mark.parametrize("end", ["unfollows", "blocks", "is blocked"])
def test_what_one_follow_has_brought_goes_with_it_and_nothing_else(join: Join, end: str) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    by_bob, by_cat, own = publish(bob), publish(cat), publish(ann)
    for author in (bob, cat):
        follow_and_merge(ann, author)
    kept = [(own, ann.user_id), (by_cat, cat.user_id)]
    assert entries(ann) == [*kept, (by_bob, bob.user_id)]
    {
        "unfollows": lambda: unfollow(ann, bob),
        "blocks": lambda: block(ann, bob),
        "is blocked": lambda: block(bob, ann),
    }[end]()
    assert shown(ann) == [own, by_cat], "at once, whatever is stored"
    assert (by_bob, bob.user_id) in entries(ann)
    happened(of_graph("unfollow", ann, bob))
    assert entries(ann) == kept


def test_a_post_that_is_deleted_before_the_purge_does_not_outlive_it(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(bob)
    follow_and_merge(ann, bob)
    assert bob.at(post_door).send("DELETE /api/v1/posts/{post_id}", post_id=post_id).status == 204
    unfollow(ann, bob)
    assert entries(ann) == [(post_id, bob.user_id)]
    happened(of_graph("unfollow", ann, bob))
    assert entries(ann) == []


def test_events_in_any_order_end_as_the_two_stand(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    posts = [(publish(bob), bob.user_id) for _ in range(2)][::-1]
    for order in itertools.permutations(range(3)):
        told = follow_unfollow_follow(ann, bob)
        for place in order:
            happened(told[place])
        assert entries(ann) == posts, order
        unfollow(ann, bob)
        told.insert(order[0], of_graph("unfollow", ann, bob))
        for place in (*order, 3):
            happened(told[place])
        assert entries(ann) == [], order


def test_ten_deliveries_of_every_event_are_one(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    posts = [(publish(bob), bob.user_id) for _ in range(2)][::-1]
    happened(*follow_unfollow_follow(ann, bob), times=10)
    assert entries(ann) == posts
    unfollow(ann, bob)
    happened(of_graph("unfollow", ann, bob), times=10)
    assert entries(ann) == []


def follow_unfollow_follow(ann: Person, bob: Person) -> list[Message]:
    told = []
    for name, act in (("follow", follow), ("unfollow", unfollow), ("follow", follow)):
        act(ann, bob)
        told.append(of_graph(name, ann, bob))
    return told


def refollowed(ann: Person, bob: Person) -> list[tuple[int, int]]:
    """Let ann follow, unfollow and follow bob again; the event of the unfollow has not been delivered."""
    posts = [(publish(bob), bob.user_id) for _ in range(2)][::-1]
    follow_unfollow_follow(ann, bob)
    happened(of_graph("follow", ann, bob))
    return posts


def test_a_purge_that_comes_after_the_next_follow_loses_nothing_wherever_it_is_killed(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    posts = refollowed(ann, bob)
    number, total = 0, 1
    while number <= total:
        assert entries(ann) == posts
        with at_call(number, die) as calls:
            happened(of_graph("unfollow", ann, bob))
        assert entries(ann) == posts
        number, total = number + 1, len(calls)
    assert total >= 5


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_follow_and_what_it_brings_amid_a_purge_stay_whatever_the_purge_still_does(
    join: Join, *, is_killed: bool
) -> None:
    ann, bob = join("ann"), join("bob")
    posts = refollowed(ann, bob)

    def come_back() -> None:
        follow_and_merge(ann, bob)
        assert entries(ann) == posts
        if is_killed:
            die()

    number, total = 0, 1
    while number < total:
        unfollow(ann, bob)
        assert entries(ann) == posts
        with at_call(number, come_back) as calls:
            happened(of_graph("unfollow", ann, bob))
        assert entries(ann) == posts, f"before call {number}"
        unfollow(ann, bob)
        with at_call(-1, die) as calls:
            happened(of_graph("unfollow", ann, bob))
        assert entries(ann) == []
        number, total = number + 1, len(calls)
        follow_and_merge(ann, bob)
    assert total >= 5


def test_a_post_that_is_deleted_while_it_is_brought_along_leaves_nothing(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    kept = publish(bob)
    number, total = 0, 1
    while number < total:
        post_id = publish(bob)
        follow(ann, bob)
        with at_call(-1, die) as calls:
            happened(of_graph("follow", ann, bob))
        total = len(calls)
        assert entries(ann) == [(post_id, bob.user_id), (kept, bob.user_id)]
        unfollow(ann, bob)
        happened(of_graph("unfollow", ann, bob))
        follow(ann, bob)
        assert entries(ann) == []
        with at_call(number, lambda: delete_post(bob, post_id)):  # noqa: B023  # called within the round
            happened(of_graph("follow", ann, bob))
        assert entries(ann) == [(kept, bob.user_id)], f"before call {number}"
        number += 1
    assert total >= 5


@pytest.mark.parametrize("name", ["follow", "unfollow"])
def test_what_somebody_who_was_cut_off_left_of_a_deleted_post_goes_when_the_message_comes_again(
    join: Join, name: str
) -> None:
    ann, bob = join("ann"), join("bob")
    kept, post_id = publish(bob), publish(bob)
    follow_and_merge(ann, bob)
    delete_post(bob, post_id)
    left = FeedEntry(ann.user_id, post_id, bob.user_id, Arrival.BACKFILLED, system_clock())
    FeedStore(deployment.table()).deliver([left], retention=30 * DAY)
    if name == "unfollow":
        unfollow(ann, bob)
    assert shown(ann) == ([kept] if name == "follow" else []), "it is out of sight"
    happened(of_graph(name, ann, bob, ago=3 * MINUTE))
    assert entries(ann) == ([(kept, bob.user_id)] if name == "follow" else [])


def test_a_repost_of_who_is_being_erased_goes_when_the_message_comes_again(join: Join) -> None:
    """What they have reposted is erased after the feeds that it is in have been looked through."""
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    post_id = publish(cat)
    repost(bob, post_id)
    follow_and_merge(ann, bob)
    delete_account(bob)
    assert entries(ann) == [(post_id, bob.user_id)]
    happened(of_graph("follow", ann, bob, ago=3 * MINUTE))
    assert entries(ann) == []


def test_a_repost_that_is_brought_along_amid_the_erasure_of_who_reposted_it_does_not_outlive_them(
    join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes after feeds have been looked through for it, and is erased only after it has been looked for."""
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    repost(bob, publish(cat))
    follow(ann, bob)
    deliver, withdraw = FeedStore.deliver, FeedStore.withdraw

    def deliver_after_the_feeds_were_looked_through(store: FeedStore, *arguments: Any, **more: Any) -> None:
        delete_account(bob)
        FollowStore(deployment.table()).sever(bob.user_id, ann.user_id)
        deliver(store, *arguments, **more)

    def be_erased_after_it_was_looked_for(store: FeedStore, *arguments: Any, **more: Any) -> None:
        patch.undo()
        withdraw(store, *arguments, **more)
        assert len(entries(ann)) == 1
        delivered(deleted(bob))

    with monkeypatch.context() as patch:
        patch.setattr(FeedStore, "deliver", deliver_after_the_feeds_were_looked_through)
        patch.setattr(FeedStore, "withdraw", be_erased_after_it_was_looked_for)
        happened(of_graph("follow", ann, bob))
    assert entries(ann) == []


def test_what_was_brought_is_found_whatever_the_page_ends_with(
    join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A post stands in a feed once for each who brought it."""
    ann, bob, cid, dan = (join(name) for name in ("ann", "bob", "cid", "dan"))
    store = FeedStore(deployment.table())
    posts = [publish(bob) for _ in range(3)]
    by = [bob.user_id, cid.user_id, dan.user_id]
    brought = [
        FeedEntry(ann.user_id, post_id, each, Arrival.PUSHED, system_clock())
        for post_id in posts
        for each in by
    ]
    store.deliver(brought, retention=DAY)
    for page in range(1, 11):
        monkeypatch.setattr(feeds, "PAGE", page)
        found = store.brought(ann.user_id, now=system_clock())
        assert {each: sorted(found[each]) for each in by} == dict.fromkeys(by, posts), page


@pytest.mark.parametrize("is_first", ["the post", "the follow"])
@pytest.mark.parametrize("is_seen_to_first", ["the post", "the follow"])
def test_a_post_and_a_follow_at_the_same_moment_meet_exactly_once(
    join: Join, is_first: str, is_seen_to_first: str
) -> None:
    ann, bob = join("ann"), join("bob")
    if is_first == "the follow":
        follow(ann, bob)
    post_id = publish(bob)
    if is_first == "the post":
        follow(ann, bob)
    told = [of_post("created", post_id, bob), of_graph("follow", ann, bob)]
    assert entries(ann) == []
    for message in told if is_seen_to_first == "the post" else reversed(told):
        happened(message)
    assert entries(ann) == [(post_id, bob.user_id)]
    assert shown(ann) == [post_id]


def test_a_post_before_any_call_of_the_backfill_is_there_exactly_once(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    posts = [publish(bob)]

    def publish_one_more() -> None:
        posts.insert(0, publish(bob))
        happened(of_post("created", posts[0], bob))

    number, total = 0, 1
    while number < total:
        follow(ann, bob)
        with at_call(-1, die) as calls:
            happened(of_graph("follow", ann, bob))
        total = len(calls)
        unfollow(ann, bob)
        happened(of_graph("unfollow", ann, bob))
        follow(ann, bob)
        with at_call(number, publish_one_more):
            happened(of_graph("follow", ann, bob))
        assert len(posts) == number + 2
        assert entries(ann) == [(post_id, bob.user_id) for post_id in posts], f"before call {number}"
        number += 1
        unfollow(ann, bob)
    assert total >= 5


def test_a_follow_before_any_call_of_a_plan_or_a_delivery_gets_the_post_exactly_once(join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    follow(cat, bob)
    posts: list[int] = []
    number, total = 0, 1
    while number < total:
        posts.insert(0, publish(bob))
        with at_call(-1, die) as calls:
            happened(of_post("created", posts[0], bob))
        total = len(calls)
        posts.insert(0, publish(bob))
        assert (posts[0], bob.user_id) not in entries(ann)
        with at_call(number, lambda: follow_and_merge(ann, bob)):
            happened(of_post("created", posts[0], bob))
        assert entries(ann) == [(post_id, bob.user_id) for post_id in posts], f"before call {number}"
        unfollow(ann, bob)
        happened(of_graph("unfollow", ann, bob))
        number += 1
    assert total >= 5
