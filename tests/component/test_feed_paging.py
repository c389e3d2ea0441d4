"""A long feed, read page by page while posts come and go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.feed_fanout.on_batch import handler as on_batch
from functions.follow.api import door as follow_door
from functions.profile.api import door as profile_door
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import FollowerItem
from tests.builders import queue_event
from tests.component.conftest import Join, Person, make_edge, new_id
from tests.component.erasing import NOTHING_FAILED, at_calls
from tests.component.feeding import deliver, make_posts, read
from tests.component.happening import delete_post, publish

LONG, ARRIVING, DELETED = 500, 100, 50
SIZES = (1, 7, 20, 49)


@dataclass
class Walk:
    """A feed that is being read in pages of one size."""

    reader: Person
    size: int
    cursor: str | None = None
    is_over: bool = False
    shown: list[int] = field(default_factory=list)

    def go_on(self) -> list[int]:
        query: dict[str, Any] = {"limit": self.size} | ({"cursor": self.cursor} if self.cursor else {})
        answer = read(self.reader, **query)
        assert answer.status == 200, answer.text
        page = [item["post"]["post_id"] for item in answer.json["items"]]
        assert len(page) == self.size or not answer.json["has_more"], "a page is filled"
        self.shown += page
        self.cursor = answer.json["next_cursor"]
        self.is_over = self.cursor is None
        return page


def test_pages_of_every_size_neither_repeat_nor_skip_while_a_hundred_posts_arrive_and_fifty_go(
    table: Table, join: Join
) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, bob, ann)
    there = make_posts(table, ann, LONG)
    deliver(table, bob, ann, there)
    walks = [Walk(bob, size) for size in SIZES]
    for walk in walks:
        walk.go_on()
    arriving, going = ARRIVING, there[:: LONG // DELETED]
    gone: list[int] = []
    while not all(walk.is_over for walk in walks):
        for walk in walks:
            if not walk.is_over:
                assert not set(walk.go_on()) & set(gone), "what is gone is not shown"
        if arriving:
            arriving -= 1
            arrived(publish(ann), ann, [bob])
        if going:
            gone.append(going.pop())
            delete_post(ann, gone[-1])
    assert (arriving, going) == (0, [])
    for walk in walks:
        assert walk.shown == sorted(set(walk.shown), reverse=True), walk.size
        assert set(there) - set(gone) <= set(walk.shown) <= set(there), walk.size
    assert len(newest(bob)) == 100
    assert not set(newest(bob)) & set(there), "the next walk begins with what has arrived"


def arrived(post_id: int, author: Person, readers: Sequence[Person]) -> None:
    message = {
        "post_id": post_id,
        "by_id": author.user_id,
        "is_repost": False,
        "readers": [reader.user_id for reader in readers],
        "entries": [0, 10**16 - 1],
    }
    assert on_batch(queue_event(message), None) == NOTHING_FAILED


def newest(who: Person) -> list[int]:
    return [item["post"]["post_id"] for item in read(who, limit=100).json["items"]]


@pytest.mark.parametrize("why", ["left", "was removed", "was let in when it was public"])
def test_an_old_cursor_of_a_former_follower_shows_nothing_private(table: Table, join: Join, why: str) -> None:
    ann, bob = join("ann", is_private=True), join("bob")
    make_edge(table, bob, ann)
    posts = [publish(ann) for _ in range(3)]
    deliver(table, bob, ann, posts)
    first = read(bob, limit=1).json
    assert [item["post"]["post_id"] for item in first["items"]] == [posts[-1]]
    if why == "was removed":
        removed = ann.at(follow_door).send("DELETE /api/v1/graph/followers/{user_id}", user_id=bob.user_id)
        assert removed.status == 200
    else:
        left = bob.at(follow_door).send("DELETE /api/v1/graph/unfollow/{user_id}", user_id=ann.user_id)
        assert left.status == 200
    if why == "was let in when it was public":
        for is_private in (False, True):
            body = {"is_private": is_private}
            assert ann.at(profile_door).send("PATCH /api/v1/users/me", json_body=body).status == 200
    for order in ("latest", "ranked"):
        assert read(bob, order=order, limit=100).json["items"] == []
    assert read(bob, cursor=first["next_cursor"], limit=100).json["items"] == []


def test_what_an_author_waits_for_does_not_grow_with_the_followers(table: Table, join: Join) -> None:
    ann = join("ann")
    publish(ann)  # a warm function
    counted = []
    for followers in (0, 100, 5_000):
        batches.put_all(
            table,
            [
                FollowerItem.at({"other_id": new_id()}, user_id=ann.user_id, entry_id=new_id())
                for _ in range(followers)
            ],
        )
        with at_calls(lambda _: False, lambda: None) as made:
            publish(ann)
        counted.append(made)
    assert counted[0] == counted[1] == counted[2]
    assert counted[0].count("TransactWriteItems") == 1
