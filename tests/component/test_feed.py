from collections.abc import Sequence
from typing import Any

import pytest

from functions.feed import wiring
from functions.feed.api import door
from kith.domain import ids
from kith.domain.clock import DAY, SECOND, system_clock
from kith.domain.pages import REFILLS
from kith.table.connection import Table
from kith.table.feeds import FeedStore
from kith.table.items import PostItem, UserItem
from kith.table.transactions import Delete, write
from tests.builders import LambdaContext, answer_of, rest_event
from tests.component.conftest import Join, make_edge, start_cold
from tests.component.feeding import deliver, follow, in_order, make_posts, pages, read, shown, unfollow
from tests.component.happening import publish

ADMISSION = ["UpdateItem", "UpdateItem"]
"""The caller's gate, under way together with the first read."""


def delete(table: Table, item: PostItem | UserItem) -> None:
    write(table, Delete(item))


def test_an_empty_feed_says_that_it_ends(join: Join) -> None:
    answer = read(join("ann"))
    assert answer.status == 200
    assert answer.json == {"items": [], "next_cursor": None, "has_more": False}


def test_ones_own_post_is_in_ones_own_feed_at_once(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    assert shown(ann) == []
    post_id = publish(ann)
    answer = read(ann, explain=1)
    ((item),) = answer.json["items"]
    assert item["post"]["post_id"] == post_id
    assert item["author"] == {
        "user_id": ann.user_id,
        "username": "ann",
        "full_name": "Ann",
        "avatar": None,
        "is_verified": False,
    }
    assert item["reason"] == {"kind": "own"}
    assert item["explanation"] == {"arrival": "own", "arrived_at": item["post"]["created_at"]}
    assert "explanation" not in read(ann).json["items"][0]
    assert shown(bob) == []


def test_a_delivered_post_is_shown_with_its_author(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    follow(ann, bob)
    post_id = publish(bob)
    assert shown(ann) == []
    deliver(table, ann, bob, [post_id])
    ((item),) = read(ann).json["items"]
    assert (item["post"]["post_id"], item["author"]["username"], item["reason"]) == (
        post_id,
        "bob",
        {"kind": "following"},
    )


def test_an_unfollow_hides_in_the_very_next_response_and_a_refollow_shows_again(
    table: Table, join: Join
) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    for author in (bob, cat):
        follow(ann, author)
    by_bob, by_cat = publish(bob), publish(cat)
    deliver(table, ann, bob, [by_bob])
    deliver(table, ann, cat, [by_cat])
    assert shown(ann) == [by_cat, by_bob]
    unfollow(ann, bob)
    assert shown(ann) == [by_cat]
    deliver(table, ann, bob, [by_bob])
    assert shown(ann) == [by_cat], "a late delivery brings nothing back"
    follow(ann, bob)
    assert shown(ann) == [by_cat, by_bob]


@pytest.mark.parametrize("limit", [1, 7, 20, 49, 50, 51, 100])
def test_paging_over_fifty_posts_of_one_millisecond_shows_each_once_in_order(
    table: Table, join: Join, limit: int
) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    posts = make_posts(table, bob, 50)
    deliver(table, ann, bob, posts)
    walked = list(pages(ann, limit))
    assert [post_id for page in walked for post_id in page] == posts
    assert [len(page) for page in walked] == [limit] * (50 // limit) + ([50 % limit] if 50 % limit else [])


def test_what_arrives_while_paging_moves_nothing(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    posts = make_posts(table, bob, 9)
    deliver(table, ann, bob, posts)
    walk = pages(ann, 3)
    assert next(walk) == posts[:3]
    newer = make_posts(table, bob, 5, at=system_clock())
    deliver(table, ann, bob, newer)
    assert [post_id for page in walk for post_id in page] == posts[3:]
    assert in_order(ann, 3) == newer + posts


@pytest.mark.parametrize(
    "change", ["altered", "cut", "of another user", "of another list", "made up", "a plain number"]
)
def test_a_cursor_that_is_not_ones_own_is_refused(table: Table, join: Join, change: str) -> None:
    ann, bob, eve = join("ann"), join("bob"), join("eve")
    make_edge(table, ann, bob)
    deliver(table, ann, bob, make_posts(table, bob, 3))
    cursor = read(ann, limit=2).json["next_cursor"]
    assert len(shown(ann, cursor=cursor)) == 1
    sealed = wiring.cursors()
    foreign = {
        "altered": ("A" if cursor[0] != "A" else "B") + cursor[1:],
        "cut": cursor[:-1],
        "of another user": cursor,
        "of another list": sealed.sealed("1", route="followers", user_id=ann.user_id),
        "made up": "AAAA",
        "a plain number": str(2**52),
    }[change]
    answer = read(eve if change == "of another user" else ann, cursor=foreign)
    assert (answer.status, answer.json["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"limit": "ten"}, {"limit": -1}, {"explain": "yes"}]
)
def test_a_query_that_cannot_be_is_invalid(join: Join, query: dict[str, Any]) -> None:
    answer = read(join("ann"), **query)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == list(query)


def test_entries_whose_time_is_up_are_not_shown_though_they_are_still_there(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    made = system_clock()
    old, recent = make_posts(table, bob, 3, at=made - 10 * DAY), make_posts(table, bob, 3, at=made)
    deliver(table, ann, bob, old + recent)
    assert shown(ann) == recent + old
    monkeypatch.setattr(wiring, "system_clock", lambda: made + 20 * DAY - SECOND)
    start_cold()
    assert in_order(ann, 2) == recent + old
    monkeypatch.setattr(wiring, "system_clock", lambda: made + 20 * DAY)
    start_cold()
    assert in_order(ann, 2) == recent
    assert len(FeedStore(table).before(ann.user_id, ids.LIMIT, limit=10, now=0)) == 6


def test_a_deleted_post_and_a_deleted_author_are_not_shown(table: Table, join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    by_bob, by_cat = make_posts(table, bob, 2), make_posts(table, cat, 2, at=system_clock())
    for author, posts in ((bob, by_bob), (cat, by_cat)):
        make_edge(table, ann, author)
        deliver(table, ann, author, posts)
    assert shown(ann) == by_cat + by_bob
    delete(table, PostItem.at(post_id=by_bob[0]))
    assert shown(ann) == [*by_cat, by_bob[1]]
    delete(table, UserItem.at(user_id=cat.user_id))
    assert shown(ann) == [by_bob[1]]


@pytest.mark.parametrize("standing", ["suspended", "deleted"])
def test_an_author_who_is_not_active_is_not_shown(table: Table, join: Join, standing: str) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    posts = make_posts(table, bob, 2)
    deliver(table, ann, bob, posts)
    assert shown(ann) == posts
    table.put(UserItem.at({"username": "bob", "standing": standing}, user_id=bob.user_id))
    assert shown(ann) == []


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("gone", [5, 20])
def test_a_page_whose_posts_are_all_gone_does_not_end_the_feed(
    table: Table, join: Join, gone: int, limit: int
) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    posts = make_posts(table, bob, gone + 2)
    deliver(table, ann, bob, posts)
    for post_id in posts[:gone]:
        delete(table, PostItem.at(post_id=post_id))
    walked = list(pages(ann, limit))
    assert [post_id for page in walked for post_id in page] == posts[gone:]
    assert len(walked) <= gone // (limit * REFILLS) + 4


@pytest.mark.parametrize("hidden", [range(0, 9, 2), range(3), range(3, 9), range(9), [8], [0, 1, 2, 8]])
@pytest.mark.parametrize("limit", [1, 2, 3, 9, 10])
def test_pages_are_filled_and_end_exactly_whatever_is_hidden_between(
    table: Table, join: Join, hidden: Sequence[int], limit: int
) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    posts = make_posts(table, bob, 9)
    deliver(table, ann, bob, posts)
    for place in hidden:
        delete(table, PostItem.at(post_id=posts[place]))
    left = [post_id for place, post_id in enumerate(posts) if place not in hidden]
    assert in_order(ann, limit) == left


@pytest.mark.parametrize(("count", "more"), [(19, False), (20, False), (21, True)])
def test_the_end_is_told_exactly(table: Table, join: Join, *, count: int, more: bool) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    deliver(table, ann, bob, make_posts(table, bob, count))
    answer = read(ann)
    assert len(answer.json["items"]) == min(count, 20)
    assert (answer.json["has_more"], answer.json["next_cursor"] is not None) == (more, more)


def test_a_page_costs_six_reads_whatever_the_feed_holds(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    deliver(table, ann, bob, make_posts(table, bob, 60))
    shown(ann)
    calls: list[str] = []
    call = table.call

    def counted(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        calls.append(operation)
        return call(operation, arguments)

    monkeypatch.setattr(table, "call", counted)
    for limit in (1, 20, 40):
        shown(ann)  # the buckets are not empty any more
        calls.clear()
        assert len(shown(ann, limit=limit)) == limit
        assert sorted(calls) == ["BatchGetItem", "GetItem", "Query", "Query", "Query", "Query", *ADMISSION]


def test_a_rest_api_shows_the_feed_as_well(join: Join) -> None:
    ann = join("ann")
    post_id = publish(ann)
    event = rest_event("GET /api/v1/feed", "/api/v1/feed", headers={"Authorization": f"Bearer {ann.token}"})
    event |= {"queryStringParameters": {"limit": "1"}, "multiValueQueryStringParameters": {"limit": ["1"]}}
    answer = answer_of(door(event, LambdaContext()))
    assert [item["post"]["post_id"] for item in answer.json["items"]] == [post_id]
