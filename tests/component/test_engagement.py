import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from functions.engagement import wiring
from functions.engagement.api import door
from functions.feed.api import door as feed_door
from functions.follow.api import door as follow_door
from functions.post.api import door as post_door
from functions.post_list.api import door as post_list_door
from kith import deployment
from kith.domain import ids
from kith.domain.engagements import Deed
from kith.domain.ids import Identifiers
from kith.domain.pages import REFILLS
from kith.table.connection import Table
from kith.table.counts import CROWDED, CountStore
from kith.table.engagements import DENSE
from kith.table.items import (
    BookmarkerItem,
    BookmarkItem,
    CountItem,
    EngagementItem,
    LikeItem,
    PostItem,
    RelationItem,
    RepostItem,
)
from tests.builders import Answer
from tests.component.conftest import Join, Person, everything, make_edge, new_id
from tests.component.erasing import at_call, deleted, delivered
from tests.component.happening import (
    INVISIBLE,
    block,
    clear_away,
    delete_account,
    delete_post,
    kinds,
    post_of,
    publish,
    read,
    right_before_the_write,
    spread,
    suspend,
    traces,
    without_id,
)

NOON = 1_800_000_000_000
"""2027-01-15T08:00:00Z, in milliseconds."""
DONE = {"like": "liked", "repost": "reposted", "bookmark": "bookmarked"}
COUNTED = {"like": "likes", "repost": "reposts"}
DEED_ITEMS = (EngagementItem, LikeItem, RepostItem, BookmarkItem, BookmarkerItem)

deeds = pytest.mark.parametrize("deed", DONE)
listed_deeds = pytest.mark.parametrize("deed", COUNTED)


def do(who: Person, deed: str, post_id: int) -> Answer:
    return who.at(door).send(f"POST /api/v1/posts/{{post_id}}/{deed}", post_id=post_id)


def undo(who: Person, deed: str, post_id: int) -> Answer:
    return who.at(door).send(f"DELETE /api/v1/posts/{{post_id}}/{deed}", post_id=post_id)


def listed(who: Person, deed: str, post_id: int, **query: Any) -> Answer:
    route = f"GET /api/v1/posts/{{post_id}}/{COUNTED[deed]}"
    return who.at(door).send(route, post_id=post_id, query={name: str(query[name]) for name in query})


def bookmarks(who: Person, **query: Any) -> Answer:
    texts = {name: str(query[name]) for name in query}
    return who.at(post_list_door).send("GET /api/v1/bookmarks", query=texts)


def doers(answer: Answer, deed: str) -> list[int]:
    assert answer.status == 200, answer.text
    assert set(answer.json) == {COUNTED[deed], "next_cursor", "has_more"}
    return [entry["user_id"] for entry in answer.json[COUNTED[deed]]]


def answered(deed: str, *, done: bool, count: int) -> dict[str, object]:
    """Return what doing or undoing something is answered, whole."""
    return {DONE[deed]: done} | ({COUNTED[deed]: count} if deed in COUNTED else {})


def counts(who: Person, post_id: int) -> dict[str, int]:
    return dict(read(who, post_id).json["counts"])


def flags(who: Person, post_id: int) -> set[str]:
    return {deed for deed, flag in DONE.items() if read(who, post_id).json["viewer"][flag]}


def otherwise_done(who: Person, deed: str, post_id: int) -> None:
    """Do something elsewhere, while a door is busy: it carries one request at a time."""
    wiring.service().do(who.user_id, post_id, Deed(deed))


def otherwise_undone(who: Person, deed: str, post_id: int) -> None:
    wiring.service().undo(who.user_id, post_id, Deed(deed))


@deeds
def test_doing_is_durable_counted_and_answered_whole(join: Join, deed: str) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    post_id = publish(ann)
    assert (counts(bob, post_id), flags(bob, post_id)) == ({"likes": 0, "comments": 0, "reposts": 0}, set())
    for place, person in enumerate((bob, cat, ann), start=1):
        answer = do(person, deed, post_id)
        assert (answer.status, answer.json) == (200, answered(deed, done=True, count=place))
        assert flags(person, post_id) == {deed}
    expected = {"likes": 0, "comments": 0, "reposts": 0} | ({COUNTED[deed]: 3} if deed in COUNTED else {})
    assert counts(ann, post_id) == counts(bob, post_id) == expected
    assert len(kinds(EngagementItem)) == 3


@deeds
def test_doing_twice_is_doing_once(join: Join, deed: str) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    first = do(bob, deed, post_id)
    before = everything()
    again = [do(bob, deed, post_id) for _ in range(3)]
    assert {(answer.status, answer.text) for answer in again} == {(200, first.text)}
    assert everything() == before
    assert first.json == answered(deed, done=True, count=1)


@deeds
def test_undoing_twice_is_undoing_once_and_leaves_nothing(join: Join, deed: str) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    untouched = everything()
    do(bob, deed, post_id)
    assert everything() != untouched
    for _ in range(2):
        answer = undo(bob, deed, post_id)
        assert (answer.status, answer.json) == (200, answered(deed, done=False, count=0))
        assert everything() == untouched
    assert flags(bob, post_id) == set()


@deeds
def test_undoing_what_was_never_done_is_a_success_that_changes_nothing(join: Join, deed: str) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    post_id = publish(ann)
    do(cat, deed, post_id)
    before = everything()
    answer = undo(bob, deed, post_id)
    assert (answer.status, answer.json) == (200, answered(deed, done=False, count=1))
    assert everything() == before


@deeds
def test_done_again_after_it_was_undone_it_counts_once(join: Join, deed: str) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    for _ in range(3):
        assert do(bob, deed, post_id).json == answered(deed, done=True, count=1)
        assert undo(bob, deed, post_id).json == answered(deed, done=False, count=0)
    assert kinds(*DEED_ITEMS) == []


def test_the_three_deeds_on_one_post_are_independent(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    done: set[str] = set()
    for deed in ("like", "repost", "bookmark", "like", "bookmark", "like", "repost", "like"):
        (undo if deed in done else do)(bob, deed, post_id)
        done ^= {deed}
        assert flags(bob, post_id) == done
        assert flags(ann, post_id) == set()
        expected = {"likes": int("like" in done), "comments": 0, "reposts": int("repost" in done)}
        assert counts(ann, post_id) == expected
        assert [post["post_id"] for post in bookmarks(bob).json["bookmarks"]] == (
            [post_id] if "bookmark" in done else []
        )
    assert done == set()
    assert kinds(*DEED_ITEMS) == []


def test_nobody_is_told_who_has_bookmarked_a_post(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    before = read(ann, post_id).json
    do(bob, "bookmark", post_id)
    assert read(ann, post_id).json == before
    assert ann.at(door).send("GET /api/v1/posts/{post_id}/bookmarks", post_id=post_id).status == 404
    assert bookmarks(ann).json == {"bookmarks": [], "next_cursor": None, "has_more": False}
    assert [post["post_id"] for post in bookmarks(bob).json["bookmarks"]] == [post_id]


@listed_deeds
def test_who_did_it_is_listed_newest_first_with_since_when(
    join: Join, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    ticks = iter(range(NOON, NOON + 100_000, 250))
    monkeypatch.setattr(wiring, "Identifiers", lambda: lambda: ids.first_at(next(ticks)))
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    post_id = publish(ann)
    empty: dict[str, Any] = {COUNTED[deed]: [], "next_cursor": None, "has_more": False}
    assert listed(ann, deed, post_id).json == empty
    do(bob, deed, post_id)
    do(cat, deed, post_id)
    assert listed(ann, deed, post_id).json == {
        COUNTED[deed]: [
            {
                "user_id": person.user_id,
                "created_at": f"2027-01-15T08:00:00.{millisecond}Z",
                "user": {
                    "user_id": person.user_id,
                    "username": person.username,
                    "full_name": person.username.title(),
                    "avatar": None,
                    "is_verified": False,
                },
            }
            for person, millisecond in ((cat, "500"), (bob, "000"))
        ],
        "next_cursor": None,
        "has_more": False,
    }
    other = next(each for each in COUNTED if each != deed)
    assert doers(listed(ann, other, post_id), other) == []
    undo(cat, deed, post_id)
    assert doers(listed(ann, deed, post_id), deed) == [bob.user_id]


def walked(read_page: Callable[..., Answer], name: str, size: int) -> list[list[dict[str, Any]]]:
    """Return all pages of a list."""
    pages: list[list[dict[str, Any]]] = []
    query: dict[str, Any] = {"limit": size}
    while not pages or "cursor" in query:
        answer = read_page(**query)
        assert answer.status == 200, answer.text
        assert set(answer.json) == {name, "next_cursor", "has_more"}
        assert answer.json["has_more"] == (answer.json["next_cursor"] is not None)
        pages.append(answer.json[name])
        query = {"limit": size}
        if answer.json["has_more"]:
            query["cursor"] = answer.json["next_cursor"]
        assert len(pages) < 20, "it comes to an end"
    return pages


@listed_deeds
def test_pages_of_what_one_millisecond_made_hold_everybody_exactly_once_whatever_their_size(
    join: Join, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    monkeypatch.setattr(wiring, "Identifiers", lambda: Identifiers(lambda: NOON, lambda: 0))
    ann, *crowd = [join(f"person{number}") for number in range(9)]
    post_id = publish(ann)
    for person in crowd:
        do(person, deed, post_id)
    newest_first = [person.user_id for person in reversed(crowd)]
    for size in (1, 2, 3, 7, 8, 9, 50):
        pages = walked(partial(listed, ann, deed, post_id), COUNTED[deed], size)
        assert [entry["user_id"] for page in pages for entry in page] == newest_first
        assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
        assert pages[-1], "no page is empty"


def test_who_comes_and_goes_while_one_pages_makes_nobody_else_skipped_or_doubled(join: Join) -> None:
    ann, *crowd = [join(f"person{number}") for number in range(9)]
    post_id = publish(ann)
    for person in crowd[:6]:
        do(person, "like", post_id)
    first = listed(ann, "like", post_id, limit=3)
    do(crowd[6], "like", post_id)
    undo(crowd[1], "like", post_id)
    undo(crowd[3], "like", post_id)
    second = listed(ann, "like", post_id, limit=3, cursor=first.json["next_cursor"])
    seen = doers(first, "like") + doers(second, "like")
    assert seen == [crowd[place].user_id for place in (5, 4, 3, 2, 0)]
    assert second.json["has_more"] is False


def test_a_cursor_that_is_not_ones_own_for_this_list_is_refused(join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    post_id, other_id = publish(ann), publish(ann)
    for deed in DONE:
        for person in (bob, cat):
            for each in (post_id, other_id):
                do(person, deed, each)
    cursor = listed(ann, "like", post_id, limit=1).json["next_cursor"]
    marked = bookmarks(bob, limit=1).json["next_cursor"]
    assert doers(listed(ann, "like", post_id, limit=1, cursor=cursor), "like") == [bob.user_id]
    assert bookmarks(bob, limit=1, cursor=marked).status == 200
    altered = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    refused = [
        listed(ann, "like", post_id, cursor=altered),
        listed(ann, "like", post_id, cursor=cursor[1:]),
        listed(ann, "like", post_id, cursor="1"),
        listed(bob, "like", post_id, cursor=cursor),
        listed(ann, "repost", post_id, cursor=cursor),
        listed(ann, "like", other_id, cursor=cursor),
        listed(bob, "like", post_id, cursor=marked),
        bookmarks(ann, cursor=cursor),
        bookmarks(cat, cursor=marked),
    ]
    assert [(answer.status, answer.json["code"]) for answer in refused] == [(400, "invalid_cursor")] * 9


def test_a_page_of_no_possible_size_is_refused(join: Join) -> None:
    ann = join("ann")
    post_id = publish(ann)
    for deed in COUNTED:
        assert listed(ann, deed, post_id, limit=100).status == 200
        refused = [listed(ann, deed, post_id, limit=limit).status for limit in ("0", "101", "-1", "one")]
        assert refused == [422] * 4


def test_bookmarks_are_listed_newest_bookmark_first_and_paged_exactly_once(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    posts = [publish(ann) for _ in range(5)]
    order = [posts[place] for place in (2, 0, 4, 1, 3)]
    for post_id in order:
        do(bob, "bookmark", post_id)
    for size in (1, 2, 5, 50):
        pages = walked(partial(bookmarks, bob), "bookmarks", size)
        assert [post["post_id"] for page in pages for post in page] == order[::-1]
        assert all(post["viewer"]["bookmarked"] for page in pages for post in page)


Hide = Callable[[Person, Person], object]
HIDDEN_FROM_ALL: dict[str, Hide] = {
    "suspended": lambda _viewer, doer: suspend(doer),
    "deleted": lambda _viewer, doer: delete_account(doer),
}
HIDDEN_FROM_ONE: dict[str, Hide] = {
    "blocked": block,
    "blocking": lambda viewer, doer: block(doer, viewer),
}


@listed_deeds
@pytest.mark.parametrize("how", [*HIDDEN_FROM_ALL, *HIDDEN_FROM_ONE])
def test_who_is_out_of_ones_sight_is_left_out_of_the_list_and_still_counted(
    join: Join, deed: str, how: str
) -> None:
    ann, bob, cat, dan = join("ann"), join("bob"), join("cat"), join("dan")
    post_id = publish(ann)
    for person in (bob, cat, dan):
        do(person, deed, post_id)
    everybody = [dan.user_id, cat.user_id, bob.user_id]
    assert doers(listed(bob, deed, post_id), deed) == doers(listed(ann, deed, post_id), deed) == everybody
    (HIDDEN_FROM_ALL | HIDDEN_FROM_ONE)[how](bob, cat)
    others = [dan.user_id, bob.user_id]
    assert doers(listed(bob, deed, post_id), deed) == others
    assert doers(listed(ann, deed, post_id), deed) == (others if how in HIDDEN_FROM_ALL else everybody)
    assert counts(bob, post_id)[COUNTED[deed]] == 3


def test_who_likes_and_is_erased_is_counted_no_longer(join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    posts = [publish(ann), publish(ann)]
    for post_id in posts:
        for person in (bob, cat):
            for deed in DONE:
                do(person, deed, post_id)
    spread(deployment.table(), posts[0], times=2)
    delete_account(bob)
    assert counts(ann, posts[0]) == {"likes": 2, "comments": 0, "reposts": 2}
    delivered(deleted(bob))
    for post_id in posts:
        assert counts(ann, post_id) == {"likes": 1, "comments": 0, "reposts": 1}
        assert doers(listed(ann, "like", post_id), "like") == [cat.user_id]
    assert traces(bob.user_id) == []


def test_a_page_whose_people_are_all_out_of_sight_does_not_end_the_list(table: Table, join: Join) -> None:
    ann, viewer = join("ann"), join("viewer")
    post_id = publish(ann)
    crowd = [join(f"person{number}") for number in range(REFILLS + 3)]
    for person in crowd:
        do(person, "like", post_id)
    seen = {crowd[0].user_id, crowd[-1].user_id}
    for person in crowd:
        if person.user_id not in seen:
            blocked = {"state": "none", "is_blocked": True, "revision": new_id()}
            table.put(RelationItem.at(blocked, user_id=viewer.user_id, other_id=person.user_id))
    pages = walked(partial(listed, viewer, "like", post_id), "likes", 1)
    assert [[entry["user_id"] for entry in page] for page in pages] == [
        [crowd[-1].user_id],
        [],
        [crowd[0].user_id],
    ]


def all_routes(who: Person, post_id: int) -> list[Answer]:
    return [
        *(do(who, deed, post_id) for deed in DONE),
        *(undo(who, deed, post_id) for deed in DONE),
        *(listed(who, deed, post_id) for deed in COUNTED),
    ]


@pytest.mark.parametrize("why", INVISIBLE)
def test_a_post_that_one_may_not_see_is_like_one_that_is_not_there_and_nothing_is_stored(
    join: Join, why: str
) -> None:
    ann, eve = join("ann"), join("eve")
    post_id = publish(ann)
    assert do(eve, "bookmark", post_id).status == 200
    assert [post["post_id"] for post in bookmarks(eve).json["bookmarks"]] == [post_id]
    INVISIBLE[why](ann, eve, post_id)
    before = everything()
    missing = read(eve, 12_345)
    for answer in all_routes(eve, post_id):
        assert (answer.status, answer.json["code"]) == (404, "post_not_found")
        assert without_id(answer) == without_id(missing)
    assert bookmarks(eve).json == {"bookmarks": [], "next_cursor": None, "has_more": False}
    assert everything() == before


def test_a_post_that_never_was_is_not_found_and_nothing_is_stored(join: Join) -> None:
    ann = join("ann")
    assert {answer.status for answer in all_routes(ann, publish(ann))} == {200}
    before = everything()
    answers = all_routes(ann, 12_345)
    assert {(answer.status, answer.json["code"]) for answer in answers} == {(404, "post_not_found")}
    assert everything() == before


def test_a_follower_does_all_to_what_is_for_followers_and_a_former_one_nothing(
    table: Table, join: Join
) -> None:
    ann, bob = join("ann", is_private=True), join("bob")
    make_edge(table, bob, ann)
    post_id = publish(ann, visibility="followers")
    assert {answer.status for answer in all_routes(bob, post_id)} == {200}
    unfollowed = bob.at(follow_door).send("DELETE /api/v1/graph/unfollow/{user_id}", user_id=ann.user_id)
    assert unfollowed.status == 200
    assert {answer.status for answer in all_routes(bob, post_id)} == {404}


@deeds
@pytest.mark.parametrize("shards", [1, 4])
def test_what_is_done_to_a_post_that_is_deleted_meanwhile_is_not_found_and_leaves_no_ghost(
    table: Table, join: Join, deed: str, shards: int
) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    spread(table, post_id, times=shards.bit_length() - 1)
    assert post_of(table, post_id).count_shards == shards
    with right_before_the_write(lambda: delete_post(ann, post_id)):
        answer = do(bob, deed, post_id)
    assert (answer.status, answer.json["code"]) == (404, "post_not_found")
    assert kinds(*DEED_ITEMS, CountItem, PostItem) == []
    clear_away(ann, post_id)
    assert traces(post_id) == []


@deeds
def test_what_is_undone_to_a_post_that_is_deleted_meanwhile_is_not_found(join: Join, deed: str) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    do(bob, deed, post_id)
    with right_before_the_write(lambda: delete_post(ann, post_id)):
        answer = undo(bob, deed, post_id)
    assert (answer.status, answer.json["code"]) == (404, "post_not_found")
    assert traces(post_id) != []
    clear_away(ann, post_id)
    assert traces(post_id) == []


@pytest.mark.parametrize(("deed", "act"), [("like", do), ("bookmark", do), ("like", undo)])
def test_a_post_that_is_deleted_at_any_call_is_not_found_and_nothing_is_left_of_it(
    join: Join, deed: str, act: Callable[[Person, str, int], Answer]
) -> None:
    ann, bob = join("ann"), join("bob")
    for number in itertools.count():
        post_id = publish(ann)
        if act is undo:
            do(bob, deed, post_id)
        with at_call(number, partial(delete_post, ann, post_id)) as calls:
            answer = act(bob, deed, post_id)
        if len(calls) <= number:
            break
        assert answer.status == 404, f"deleted before call {number} of {calls}"
        clear_away(ann, post_id)
        assert traces(post_id) == [], f"deleted before call {number} of {calls}"
    assert answer.status == 200
    assert number > calls.index("TransactWriteItems")


@deeds
def test_an_account_that_is_deleted_meanwhile_does_nothing_any_more(join: Join, deed: str) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    before = read(ann, post_id).json
    with right_before_the_write(lambda: delete_account(bob)):
        answer = do(bob, deed, post_id)
    assert (answer.status, answer.json["code"]) == (401, "unauthenticated")
    assert kinds(*DEED_ITEMS) == []
    assert read(ann, post_id).json == before
    delivered(deleted(bob))
    assert traces(bob.user_id) == []


def test_an_account_that_is_deleted_at_any_call_leaves_nothing_done(join: Join) -> None:
    ann = join("ann")
    post_id = publish(ann)
    before = read(ann, post_id).json
    answers: list[int] = []
    for number in itertools.count():
        bob = join(f"bob{number}")
        with at_call(number, partial(delete_account, bob)) as calls:
            answer = do(bob, "like", post_id)
        if len(calls) <= number:
            break
        answers.append(answer.status)
        delivered(deleted(bob))
        assert traces(bob.user_id) == [], f"deleted before call {number} of {calls}"
        assert read(ann, post_id).json == before
    written = calls.index("TransactWriteItems")
    assert answers == [401] * (written + 1) + [200] * (len(calls) - written - 1)


@deeds
def test_who_does_the_same_twice_at_once_does_it_once(join: Join, deed: str) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    with right_before_the_write(lambda: otherwise_done(bob, deed, post_id)):
        answer = do(bob, deed, post_id)
    assert (answer.status, answer.json) == (200, answered(deed, done=True, count=1))
    assert len(kinds(LikeItem, RepostItem, BookmarkerItem)) == len(kinds(EngagementItem)) == 1
    with right_before_the_write(lambda: otherwise_undone(bob, deed, post_id)):
        answer = undo(bob, deed, post_id)
    assert (answer.status, answer.json) == (200, answered(deed, done=False, count=0))
    assert kinds(*DEED_ITEMS) == []
    assert counts(ann, post_id) == {"likes": 0, "comments": 0, "reposts": 0}


def test_two_deeds_of_one_account_at_once_both_hold(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    with right_before_the_write(lambda: otherwise_done(bob, "repost", post_id)):
        assert do(bob, "like", post_id).json == {"liked": True, "likes": 1}
    assert flags(bob, post_id) == {"like", "repost"}
    with right_before_the_write(lambda: otherwise_undone(bob, "repost", post_id)):
        do(bob, "bookmark", post_id)
    assert flags(bob, post_id) == {"like", "bookmark"}
    assert counts(ann, post_id) == {"likes": 1, "comments": 0, "reposts": 0}


def test_who_is_overtaken_every_time_may_try_again_later(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)

    def overtake() -> None:
        act = otherwise_undone if "bookmark" in flags(bob, post_id) else otherwise_done
        act(bob, "bookmark", post_id)

    with right_before_the_write(overtake, times=5):
        answer = do(bob, "like", post_id)
    assert (answer.status, answer.json["code"]) == (503, "unavailable")
    assert flags(bob, post_id) == {"bookmark"}
    assert kinds(LikeItem) == []
    assert do(bob, "like", post_id).json == {"liked": True, "likes": 1}


@deeds
def test_an_identifier_that_another_drew_is_drawn_again(
    join: Join, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    post_id = publish(ann)
    drawn = iter([1_000, 1_001, 1_000, 1_002, 1_003, 1_004])
    monkeypatch.setattr(wiring, "Identifiers", lambda: lambda: next(drawn))
    wiring.service.cache_clear()
    do(bob, deed, post_id)
    assert do(cat, deed, post_id).json == answered(deed, done=True, count=2)
    assert sorted(item.values["deed_id"] for item in kinds(LikeItem, RepostItem, BookmarkerItem)) == [
        1_000,
        1_003,
    ]
    assert (flags(bob, post_id), flags(cat, post_id)) == ({deed}, {deed})


def test_however_much_lies_between_two_posts_what_was_done_to_each_is_known(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    first, last = publish(ann), publish(ann)
    for post_id in range(first + 1, first + 1 + 3 * DENSE):
        done = {"like_id": 1, "revision": 1}
        table.put(EngagementItem.at(done, user_id=bob.user_id, post_id=post_id))
    assert first + 3 * DENSE < last
    do(bob, "like", first)
    do(bob, "repost", last)
    answer = bob.at(post_door).send("GET /api/v1/posts", query={"ids": f"{last},{first}"})
    assert [post["viewer"] for post in answer.json["posts"]] == [
        {"liked": False, "reposted": True, "bookmarked": False},
        {"liked": True, "reposted": False, "bookmarked": False},
    ]


def shards_of(table: Table, post_id: int) -> list[int]:
    """Return the likes in each of a post's count items, its own first."""
    further = sorted((item for item in kinds(CountItem)), key=lambda item: int(item.values["shard"]))
    assert all(item.values["post_id"] == post_id for item in further)
    return [
        post_of(table, post_id).counts.likes,
        *(int(item.likes) for item in further if isinstance(item, CountItem)),
    ]


def test_counts_that_are_spread_stay_exact_and_are_shown_whole_everywhere(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(0)  # noqa: S311  # to be repeated, not secret
    monkeypatch.setattr("kith.table.counts.secrets.randbelow", chance.randrange)
    ann, *crowd = [join(f"person{number}") for number in range(10)]
    reader = crowd[0]
    post_id = publish(ann, text="hello #kith")
    publish(ann, quote_of=post_id)
    for place, person in enumerate(crowd, start=1):
        if place in {1, 3, 5}:
            spread(table, post_id)
        assert do(person, "like", post_id).json == {"liked": True, "likes": place}
        assert do(person, "repost", post_id).json == {"reposted": True, "reposts": place}
    assert post_of(table, post_id).count_shards == 8
    shards = shards_of(table, post_id)
    assert len(shards) == 8
    assert sum(shards) == 9
    assert len([likes for likes in shards if likes]) > 3, "they are spread"
    assert do(reader, "like", post_id).json == {"liked": True, "likes": 9}, "changing nothing"

    expected = {"likes": 9, "comments": 0, "reposts": 9}
    edit = {"text": "hello again #kith"}
    surfaces = {
        "post": read(reader, post_id).json,
        "edited": ann.at(post_door)
        .send("PATCH /api/v1/posts/{post_id}", json_body=edit, post_id=post_id)
        .json,
        "own feed": next(
            item["post"]
            for item in ann.at(feed_door).send("GET /api/v1/feed").json["items"]
            if item["post"]["post_id"] == post_id
        ),
        "thread": reader.at(post_list_door)
        .send("GET /api/v1/posts/{post_id}/thread", post_id=post_id)
        .json["post"],
    }
    do(reader, "bookmark", post_id)
    lists = {
        "posts": reader.at(post_door).send("GET /api/v1/posts", query={"ids": str(post_id)}),
        "profile": reader.at(post_list_door).send("GET /api/v1/users/{user_id}/posts", user_id=ann.user_id),
        "hashtag": reader.at(post_list_door).send("GET /api/v1/hashtags/{tag}/posts", tag="kith"),
        "bookmarks": bookmarks(reader),
    }
    for name, answer in lists.items():
        posts = answer.json["bookmarks" if name == "bookmarks" else "posts"]
        (surfaces[name],) = [post for post in posts if post["post_id"] == post_id]
    assert {name: post["counts"] for name, post in surfaces.items()} == dict.fromkeys(surfaces, expected)

    undo(reader, "bookmark", post_id)
    for left, person in zip(range(8, -1, -1), crowd, strict=True):
        assert undo(person, "like", post_id).json == {"liked": False, "likes": left}
        assert undo(person, "repost", post_id).json == {"reposted": False, "reposts": left}
    assert kinds(*DEED_ITEMS) == []
    assert sum(shards_of(table, post_id)) == 0


def test_a_post_whose_counts_are_spread_is_deleted_whole(table: Table, join: Join) -> None:
    ann, *crowd = [join(f"person{number}") for number in range(6)]
    post_id = publish(ann)
    spread(table, post_id, times=3)
    for person in crowd:
        for deed in DONE:
            do(person, deed, post_id)
    assert len(kinds(CountItem)) == 7
    answer = ann.at(post_door).send("DELETE /api/v1/posts/{post_id}", post_id=post_id)
    assert answer.status == 204
    assert kinds(CountItem, PostItem) == []
    assert do(crowd[0], "like", post_id).status == 404
    clear_away(ann, post_id)
    assert kinds(*DEED_ITEMS) == []
    assert traces(post_id) == []


def test_counts_that_are_spread_right_before_a_post_is_deleted_are_deleted_with_it(
    table: Table, join: Join
) -> None:
    ann = join("ann")
    post_id = publish(ann)
    with right_before_the_write(lambda: spread(table, post_id)):
        assert ann.at(post_door).send("DELETE /api/v1/posts/{post_id}", post_id=post_id).status == 204
    assert kinds(CountItem, PostItem) == []


def test_counts_are_not_spread_of_a_post_that_is_deleted_or_was_spread_meanwhile(
    table: Table, join: Join
) -> None:
    ann = join("ann")
    post_id = publish(ann)
    as_read = post_of(table, post_id)
    spread(table, post_id)
    before = everything()
    CountStore(table).spread_if_crowded(as_read, CROWDED)
    assert everything() == before
    as_read = post_of(table, post_id)
    delete_post(ann, post_id)
    CountStore(table).spread_if_crowded(as_read, CROWDED)
    assert kinds(CountItem, PostItem) == []


@dataclass
class Model:
    """What has been done to posts, each deed by whom in which order."""

    done: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def by(self, deed: str, post_id: int) -> list[str]:
        return self.done.setdefault((deed, post_id), [])

    def step(self, name: str, deed: str, post_id: int, *, done: bool) -> dict[str, object]:
        names = self.by(deed, post_id)
        if (name in names) != done:
            (names.append if done else names.remove)(name)
        return answered(deed, done=done, count=len(names))


def check(people: dict[str, Person], posts: list[int], model: Model) -> None:
    """Check every count, flag and list against the model."""
    for name, person in people.items():
        answer = person.at(post_door).send("GET /api/v1/posts", query={"ids": ",".join(map(str, posts))})
        assert [post["post_id"] for post in answer.json["posts"]] == posts
        for post in answer.json["posts"]:
            by = {deed: model.by(deed, post["post_id"]) for deed in DONE}
            assert post["counts"] == {"likes": len(by["like"]), "comments": 0, "reposts": len(by["repost"])}
            assert post["viewer"] == {DONE[deed]: name in names for deed, names in by.items()}
        marked = {post["post_id"] for post in bookmarks(person, limit=100).json["bookmarks"]}
        assert marked == {post_id for post_id in posts if name in model.by("bookmark", post_id)}
    viewer = people["ann"]
    for post_id in posts:
        for deed in COUNTED:
            expected = [people[name].user_id for name in reversed(model.by(deed, post_id))]
            assert doers(listed(viewer, deed, post_id), deed) == expected


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_and_undone_in_a_storm_all_that_is_told_of_it_is_so(
    table: Table, join: Join, seed: int
) -> None:
    chance, model = random.Random(seed), Model()  # noqa: S311  # to be repeated, not secret
    people = {name: join(name) for name in ("ann", "bob", "cat")}
    posts = [publish(people["ann"]), publish(people["bob"])]
    for _ in range(80):
        name, deed, post_id = chance.choice(list(people)), chance.choice(list(DONE)), chance.choice(posts)
        done = chance.random() < 0.6
        answer = (do if done else undo)(people[name], deed, post_id)
        assert (answer.status, answer.json) == (200, model.step(name, deed, post_id, done=done))
        if chance.random() < 0.08:
            spread(table, post_id)
    assert any(post_of(table, post_id).count_shards > 1 for post_id in posts)
    check(people, posts, model)
    assert len(kinds(LikeItem, RepostItem, BookmarkerItem)) == sum(map(len, model.done.values())) > 0

    for name, person in people.items():
        for deed in DONE:
            for post_id in posts:
                assert undo(person, deed, post_id).json == model.step(name, deed, post_id, done=False)
    check(people, posts, model)
    assert kinds(*DEED_ITEMS) == []
