from typing import Any

import pytest

from functions.block.api import door
from functions.feed.api import door as feed_door
from functions.follow.api import door as follow_door
from functions.post.api import door as post_door
from functions.profile.api import door as profile_door
from functions.relationship.api import door as relationship_door
from kith.domain.feeds import Arrival, FeedEntry
from kith.table.connection import Table
from kith.table.feeds import FeedStore
from kith.table.relations import RelationStore
from kith.table.users import UserStore
from tests.builders import Answer
from tests.component.conftest import Join, Person, everything
from tests.component.happening import delete_account

BLOCK, UNBLOCK = "POST /api/v1/graph/block/{user_id}", "DELETE /api/v1/graph/block/{user_id}"
MUTE, UNMUTE = "POST /api/v1/graph/mute/{user_id}", "DELETE /api/v1/graph/mute/{user_id}"
FOLLOW = "POST /api/v1/graph/follow/{user_id}"


def act(who: Person, route: str, whom: Person) -> Answer:
    room = follow_door if route == FOLLOW else door
    return who.at(room).send(route, user_id=whom.user_id)


def publish(author: Person, table: Table, *readers: Person) -> int:
    """Publish a post and deliver it."""
    answer = author.at(post_door).send("POST /api/v1/posts", json_body={"text": "hello"})
    post_id = int(answer.json["post_id"])
    entries = [FeedEntry(reader.user_id, post_id, author.user_id, Arrival.PUSHED) for reader in readers]
    FeedStore(table).deliver(entries, retention=10**9)
    return post_id


def feed(who: Person) -> list[int]:
    answer = who.at(feed_door).send("GET /api/v1/feed")
    return [item["post"]["post_id"] for item in answer.json["items"]]


def test_a_block_ends_what_was_between_the_two_and_both_counts(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    act(ann, FOLLOW, bob)
    act(bob, FOLLOW, ann)

    answer = act(ann, BLOCK, bob)

    assert (answer.status, answer.json["success"], answer.json["status"]) == (200, True, "blocked")
    pair = RelationStore(table).between(ann.user_id, bob.user_id)
    assert not pair.mine.follows
    assert not pair.theirs.follows
    assert pair.mine.block_id is not None
    assert pair.theirs.is_blocked
    for person in (ann, bob):
        tally = UserStore(table).tally(person.user_id)
        assert (tally.followers, tally.following) == (0, 0)


def test_who_is_blocked_finds_nobody_and_cannot_follow(join: Join, table: Table) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann, table)
    routes: list[tuple[Any, str, dict[str, Any]]] = [
        (profile_door, "GET /api/v1/users/{user_id}", {"user_id": ann.user_id}),
        (profile_door, "GET /api/v1/users/by-username/{username}", {"username": "ann"}),
        (post_door, "GET /api/v1/posts/{post_id}", {"post_id": post_id}),
        (relationship_door, "GET /api/v1/graph/stats/{user_id}", {"user_id": ann.user_id}),
        (follow_door, FOLLOW, {"user_id": ann.user_id}),
        (door, BLOCK, {"user_id": ann.user_id}),
        (door, MUTE, {"user_id": ann.user_id}),
    ]
    reading = routes[:4]
    assert [bob.at(room).send(route, **values).status for room, route, values in reading] == [200] * 4
    act(ann, BLOCK, bob)
    assert [bob.at(room).send(route, **values).status for room, route, values in routes] == [404] * 7
    mine = [(room, route, values) for room, route, values in reading if "post_id" not in values]
    assert [ann.at(room).send(route, **values).status for room, route, values in mine] == [200] * 3


def test_what_was_delivered_is_out_of_sight_at_once_and_comes_back_only_by_following(
    table: Table, join: Join
) -> None:
    ann, bob = join("ann"), join("bob")
    act(ann, FOLLOW, bob)
    post_id = publish(bob, table, ann)
    assert feed(ann) == [post_id]
    act(bob, BLOCK, ann)
    assert feed(ann) == []
    act(bob, UNBLOCK, ann)
    assert feed(ann) == []
    act(ann, FOLLOW, bob)
    assert feed(ann) == [post_id]


def test_a_mute_keeps_posts_out_of_the_feed_until_it_ends_and_changes_nothing_else(
    table: Table, join: Join
) -> None:
    ann, bob = join("ann"), join("bob")
    act(ann, FOLLOW, bob)
    post_id = publish(bob, table, ann)
    assert act(ann, MUTE, bob).json["status"] == "muted"
    assert feed(ann) == []
    assert ann.at(post_door).send("GET /api/v1/posts/{post_id}", post_id=post_id).status == 200
    assert RelationStore(table).between(ann.user_id, bob.user_id).mine.follows
    assert act(ann, UNMUTE, bob).json["status"] == "none"
    assert feed(ann) == [post_id]


def test_a_request_goes_with_a_block_and_cannot_be_answered_any_more(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob", is_private=True)
    act(ann, FOLLOW, bob)
    assert UserStore(table).tally(bob.user_id).requests == 1
    act(bob, BLOCK, ann)
    assert UserStore(table).tally(bob.user_id).requests == 0
    answer = bob.at(follow_door).send(
        "POST /api/v1/graph/requests/{follower_id}", json_body={"action": "accept"}, follower_id=ann.user_id
    )
    assert (answer.status, answer.json["code"]) == (404, "user_not_found")


def test_what_is_not_between_two_cannot_be_undone_across_a_block(join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    act(bob, MUTE, ann)
    act(ann, BLOCK, bob)
    undoing: list[tuple[Any, str]] = [
        (follow_door, "DELETE /api/v1/graph/unfollow/{user_id}"),
        (follow_door, "DELETE /api/v1/graph/followers/{user_id}"),
        (door, UNBLOCK),
        (door, UNMUTE),
    ]
    assert [cat.at(room).send(route, user_id=ann.user_id).status for room, route in undoing] == [200] * 4
    mute = undoing.pop()
    assert [bob.at(room).send(route, user_id=ann.user_id).status for room, route in undoing] == [404] * 3
    undone = [bob.at(mute[0]).send(mute[1], user_id=ann.user_id).status for _ in range(2)]
    assert undone == [200, 404], "what one has done oneself, once"


def test_both_may_block_and_each_ends_only_its_own(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    act(ann, MUTE, bob)
    act(ann, BLOCK, bob)
    assert act(bob, BLOCK, ann).status == 404, "who is blocked finds nobody to block"
    act(ann, UNBLOCK, bob)
    assert act(bob, BLOCK, ann).status == 200
    act(ann, UNMUTE, bob)
    assert act(ann, FOLLOW, bob).status == 404
    act(bob, UNBLOCK, ann)
    assert act(ann, FOLLOW, bob).status == 200


@pytest.mark.parametrize("route", [BLOCK, UNBLOCK, MUTE, UNMUTE])
def test_each_done_twice_is_done_once(join: Join, route: str) -> None:
    ann, bob = join("ann"), join("bob")
    first = act(ann, route, bob)
    before = everything()
    second = act(ann, route, bob)
    assert (first.status, first.json) == (second.status, second.json)
    assert everything() == before


@pytest.mark.parametrize("route", [BLOCK, MUTE])
def test_undoing_leaves_nothing_behind(join: Join, route: str) -> None:
    ann, bob = join("ann"), join("bob")
    before = everything()
    act(ann, route, bob)
    assert everything() != before
    act(ann, UNBLOCK if route == BLOCK else UNMUTE, bob)
    assert everything() == before


@pytest.mark.parametrize("route", [BLOCK, UNBLOCK, MUTE, UNMUTE])
def test_oneself_is_refused_and_nobody_not_found(join: Join, route: str) -> None:
    ann = join("ann")
    assert act(ann, route, ann).json["code"] == "follows_oneself"
    assert ann.at(door).send(route, user_id=7).status == 404


@pytest.mark.parametrize("route", [BLOCK, UNBLOCK, MUTE, UNMUTE])
@pytest.mark.parametrize("kept", [BLOCK, MUTE])
def test_who_is_gone_is_not_found_also_by_who_keeps_something_of_it(
    join: Join, kept: str, route: str
) -> None:
    ann, bob = join("ann"), join("bob")
    act(ann, kept, bob)
    delete_account(bob)
    before = everything()

    assert act(ann, route, bob).status == 404

    assert everything() == before, "what is left of it is the erasure's"


@pytest.mark.parametrize(("route", "name"), [(BLOCK, "blocks"), (MUTE, "mutes")])
def test_ones_own_lists_are_newest_first_and_paged(join: Join, route: str, name: str) -> None:
    ann, *crowd = [join(f"person{number}") for number in range(6)]
    for person in crowd:
        act(ann, route, person)
    listing = f"GET /api/v1/graph/{name}"
    first = ann.at(door).send(listing, query={"limit": "3"}).json
    second = ann.at(door).send(listing, query={"limit": "3", "cursor": first["next_cursor"]}).json
    seen = [entry["user_id"] for page in (first, second) for entry in page[name]]
    assert seen == [person.user_id for person in reversed(crowd)]
    assert (first["total"], first["has_more"], second["has_more"], second["page"]) == (5, True, False, 2)
    assert crowd[0].at(door).send(listing).json[name] == []
