"""Threads: what a post answers from the beginning down, and what answers it, each below what it answers."""

from typing import Any

import pytest

from functions.block.api import door as block_door
from functions.post import wiring as post_wiring
from functions.post_list import wiring
from kith.domain.threads import DEEPEST
from kith.table.connection import Table
from kith.table.posts import PostStore
from tests.builders import Answer
from tests.component.conftest import Items, Join, Person, everything
from tests.component.publishing import (
    THREAD,
    before_its_write,
    counted,
    delete,
    edit,
    listing,
    pages,
    publish,
    publish_meanwhile,
    read,
    submit,
    told,
    without_request,
)

Standing = tuple[int, int]


def thread(who: Person, post_id: int, **query: Any) -> Answer:
    return listing(who, THREAD, query=query, post_id=post_id)


def above(who: Person, post_id: int) -> list[int]:
    answer = thread(who, post_id)
    assert answer.status == 200, answer.text
    return [post["post_id"] for post in answer.json["ancestors"]]


def below(who: Person, post_id: int, limit: int = 100) -> list[Standing]:
    return [each for page in below_by_page(who, post_id, limit) for each in page]


def below_by_page(who: Person, post_id: int, limit: int) -> list[list[Standing]]:
    walked = pages(who, THREAD, limit, post_id=post_id)
    return [[(each["depth"], each["post"]["post_id"]) for each in page["replies"]] for page in walked]


def talk(*people: Person) -> dict[str, int]:
    """Let people say things to each other by turns: `ba` is the first answer to `b`, `bb` the second."""
    said: dict[str, int] = {}
    for place, name in enumerate(["", "a", "b", "ba", "aa", "bb", "baa", "c", "ab", "aaa"]):
        who = people[place % len(people)]
        fields = {"reply_to": said[name[:-1]]} if name else {}
        said[name] = publish(who, f"said {name}", **fields)
    return said


IN_ORDER = ["a", "aa", "aaa", "ab", "b", "ba", "baa", "bb", "c"]


def standing(said: dict[str, int], under: str = "", without: tuple[str, ...] = ()) -> list[Standing]:
    return [
        (len(name) - len(under), said[name])
        for name in IN_ORDER
        if name.startswith(under) and name != under and name not in without
    ]


def test_a_post_that_nothing_answers_is_a_thread_of_its_own(join: Join) -> None:
    ann = join("ann")
    post_id = publish(ann)
    assert thread(ann, post_id).json == {
        "ancestors": [],
        "post": read(ann, post_id).json,
        "replies": [],
        "next_cursor": None,
        "has_more": False,
    }
    answer_id = publish(ann, "an answer", reply_to=post_id)
    assert below(ann, post_id) == [(1, answer_id)]
    assert above(ann, answer_id) == [post_id]
    assert read(ann, answer_id).json["reply_to"] == post_id


def test_each_answer_stands_below_what_it_answers_oldest_first(join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    said = talk(ann, bob)
    assert below(cat, said[""]) == standing(said)
    assert below(cat, said["b"]) == standing(said, under="b")
    assert below(cat, said["baa"]) == []
    assert above(cat, said["baa"]) == [said[""], said["b"], said["ba"]]
    assert above(cat, said[""]) == []
    assert thread(cat, said["ba"]).json["post"] == read(cat, said["ba"]).json


@pytest.mark.parametrize("limit", [1, 2, 7, 9, 100])
def test_paging_shows_each_answer_once_in_order(join: Join, limit: int) -> None:
    ann = join("ann")
    said = talk(ann)
    walked = below_by_page(ann, said[""], limit)
    assert [each for page in walked for each in page] == standing(said)
    assert [len(page) for page in walked[:-1]] == [limit] * (8 // limit)
    for name in ("a", "b", "c"):
        assert below(ann, said[name], limit) == standing(said, under=name)


def test_what_is_said_while_paging_moves_nothing(join: Join) -> None:
    ann = join("ann")
    said = talk(ann)
    walk = pages(ann, THREAD, 2, post_id=said[""])
    found = [each["post"]["post_id"] for each in next(walk)["replies"]]
    assert found == [said["a"], said["aa"]]
    earlier, later = publish(ann, reply_to=said["a"]), publish(ann, reply_to=said[""])
    found += [each["post"]["post_id"] for page in walk for each in page["replies"]]
    assert found == [
        *(said[name] for name in ("a", "aa", "aaa", "ab")),
        earlier,
        *(said[name] for name in ("b", "ba", "baa", "bb", "c")),
        later,
    ]


def hide(how: str, ann: Person, viewer: Person, *posts: int) -> None:
    """Take what Ann has said out of a viewer's sight."""
    if how == "blocked":
        assert (
            ann.at(block_door).send("POST /api/v1/graph/block/{user_id}", user_id=viewer.user_id).status
            == 200
        )
    for post_id in posts:
        if how == "for followers":
            assert edit(ann, post_id, visibility="followers").status == 200
        if how == "deleted":
            assert delete(ann, post_id).status == 204
        if how == "deleted, and what hung on it taken away":
            assert delete(ann, post_id).status == 204
            told("post.deleted", post_id=post_id, user_id=ann.user_id)


@pytest.mark.parametrize(
    "how", ["for followers", "blocked", "deleted", "deleted, and what hung on it taken away"]
)
def test_what_one_may_not_see_is_left_out_and_what_is_below_it_is_not(join: Join, how: str) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    said = talk(bob)
    hidden = publish(ann, "the canary", reply_to=said["ba"])
    under = publish(bob, "below it", reply_to=hidden)
    deeper = publish(bob, "and below that", reply_to=under)
    expected = [(1, hidden), (2, under), (3, deeper)]
    assert [each for each in below(cat, said["ba"]) if each in expected] == expected
    assert above(cat, deeper) == [said[""], said["b"], said["ba"], hidden, under]
    hide(how, ann, cat, hidden)
    for limit in (1, 2, 100):
        found = below(cat, said["ba"], limit)
        assert [post_id for _, post_id in found if post_id in {hidden, under, deeper}] == [under, deeper]
        assert set(expected[1:]) <= set(found)
    assert above(cat, deeper) == [said[""], said["b"], said["ba"], under]
    for post_id in (said[""], said["ba"], under, deeper):
        assert "canary" not in thread(cat, post_id).text
    gone, missing = thread(cat, hidden), thread(cat, 12_345)
    assert gone.status == 404
    assert without_request(gone) == without_request(missing)


def test_a_thread_outlives_the_post_that_began_it(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    said = talk(ann, bob, bob)
    assert below(bob, said[""]) == standing(said)
    hide("deleted, and what hung on it taken away", ann, bob, said[""])
    assert thread(bob, said[""]).status == 404
    assert above(bob, said["baa"]) == [said["b"], said["ba"]]
    assert below(bob, said["b"]) == standing(said, under="b")
    assert read(bob, said["b"]).json["reply_to"] is None
    later = publish(bob, "still here", reply_to=said["baa"])
    assert above(bob, later) == [said["b"], said["ba"], said["baa"]]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_which_nothing_may_be_seen_do_not_end_the_thread(join: Join, limit: int) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    root = publish(bob)
    hidden = [publish(ann, reply_to=root) for _ in range(14)]
    last = publish(bob, reply_to=root)
    assert below(cat, root, limit) == [(1, post_id) for post_id in [*hidden, last]]
    hide("blocked", ann, cat)
    walked = below_by_page(cat, root, limit)
    assert [each for page in walked for each in page] == [(1, last)]
    assert below(bob, root, limit) == [(1, post_id) for post_id in [*hidden, last]]


@pytest.mark.parametrize(
    "change",
    ["altered", "cut", "of another user", "of another list", "of another route", "a plain place", "nothing"],
)
def test_a_cursor_that_is_not_ones_own_for_this_thread_is_refused(join: Join, change: str) -> None:
    ann, eve = join("ann"), join("eve")
    said = talk(ann)
    cursor = thread(ann, said[""], limit=2).json["next_cursor"]
    assert len(thread(ann, said[""], limit=100, cursor=cursor).json["replies"]) == 7
    foreign = {
        "altered": ("A" if cursor[0] != "A" else "B") + cursor[1:],
        "cut": cursor[:-1],
        "of another route": wiring.cursors().sealed("0", route="bookmarks", user_id=ann.user_id),
        "a plain place": "0.1",
        "nothing": "",
    }.get(change, cursor)
    post_id = said["b"] if change == "of another list" else said[""]
    answer = thread(eve if change == "of another user" else ann, post_id, cursor=foreign)
    assert (answer.status, answer.json["code"]) == (400, "invalid_cursor")


def test_a_deep_thread_takes_four_trips_as_a_shallow_one_does(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    root = publish(ann)
    chain = [root, publish(bob, reply_to=root)]
    thread(ann, chain[1], limit=2)  # what makes cursors is known from here on

    def cost(post_id: int) -> tuple[int, list[str]]:
        with counted(table) as trips:
            assert thread(ann, post_id, limit=100).status == 200
        return trips.now, sorted(trips.calls)

    shallow = cost(chain[1])
    assert shallow[0] == 4
    for place in range(2, 61):
        chain.append(publish((ann, bob)[place % 2], f"answer {place}", reply_to=chain[-1]))
    deepest = chain[-1]
    assert above(ann, deepest) == chain[:DEEPEST]
    assert below(ann, chain[0]) == [
        (min(place, DEEPEST), post_id) for place, post_id in enumerate(chain) if place
    ]
    assert below(ann, chain[0], limit=7) == below(ann, chain[0])
    assert cost(chain[30]) == cost(deepest) == shallow
    assert cost(chain[0])[0] <= 4


def test_two_first_answers_at_the_same_moment_are_in_one_thread(table: Table, join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    root = publish(ann)
    assert below(ann, root) == []
    found: list[int] = []
    with before_its_write(table, lambda: found.append(publish_meanwhile(cat, reply_to=root))):
        found.append(publish(bob, reply_to=root))
    assert len(set(found)) == 2
    assert {post_id for _, post_id in below(ann, root)} == set(found)
    assert [above(ann, post_id) for post_id in found] == [[root], [root]]
    places = [post.place for post in PostStore(table).by_ids([root, *found]).values()]
    assert len({place and place.thread_id for place in places}) == 1
    assert len({place and place.path for place in places}) == 3
    threads = {partition for partition, sort in everything() if sort.startswith("NODE")}
    assert len(threads) == 1, "nothing is left of the thread that was not begun"


@pytest.mark.parametrize("is_first", [True, False])
def test_an_answer_to_what_is_deleted_meanwhile_is_refused_and_leaves_nothing(
    table: Table, join: Join, *, is_first: bool
) -> None:
    ann, bob = join("ann"), join("bob")
    root = publish(ann)
    if not is_first:
        publish(bob, reply_to=root)
    afterwards: list[Items] = []

    def remove() -> None:
        post_wiring.service().remove(ann.user_id, root)
        afterwards.append(everything())

    with before_its_write(table, remove):
        answer = submit(bob, reply_to=root)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["reply_to"]
    assert [everything()] == afterwards
