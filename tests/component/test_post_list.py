"""Lists of posts: each shows what its viewer may see, each once, in order, whatever is hidden in between."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from functions.block.api import door as block_door
from functions.post_list import wiring
from functions.post_list.api import door
from kith.domain import ids
from kith.domain.clock import system_clock
from kith.domain.pages import REFILLS
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import AuthoredItem, BookmarkItem, Item, PostItem, QuoteItem, TaggedItem
from tests.builders import LambdaContext, answer_of, rest_event
from tests.component.conftest import Join, Person, joined, make_edge, new_id
from tests.component.publishing import (
    AUTHORED,
    BOOKMARKS,
    QUOTES,
    TAGGED,
    THREAD,
    counted,
    edit,
    listed,
    listing,
    pages,
    publish,
    without_request,
)

COUNT = 20
Entry = Callable[["Lists", int, int], Item]


@dataclass(frozen=True)
class Kind:
    """A list: where it is read, how it names its posts, and what leads to a post there."""

    route: str
    name: str
    entry: Entry
    oldest_first: bool = False


KINDS = {
    "by author": Kind(
        AUTHORED,
        "posts",
        lambda lists, post_id, _: AuthoredItem.at(user_id=lists.author.user_id, post_id=post_id),
    ),
    "tagged": Kind(TAGGED, "posts", lambda _, post_id, __: TaggedItem.at(tag="cat", post_id=post_id)),
    "quotes": Kind(
        QUOTES,
        "posts",
        lambda lists, post_id, _: QuoteItem.at(post_id=lists.quoted_id, quote_id=post_id),
    ),
    # What was posted first was bookmarked last.
    "bookmarks": Kind(
        BOOKMARKS,
        "bookmarks",
        lambda lists, post_id, place: BookmarkItem.at(
            {"post_id": post_id}, user_id=lists.reader.user_id, deed_id=ids.first_at(system_clock()) + place
        ),
        oldest_first=True,
    ),
}

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@dataclass(frozen=True)
class Lists:
    """Somebody who reads lists, and whose posts they are."""

    reader: Person
    author: Person
    quoted_id: int

    @classmethod
    def made(cls) -> "Lists":
        return cls(joined("bob"), joined("ann"), publish(joined("quoted")))

    def fill(self, table: Table, kind: Kind, hidden: Sequence[int] = (), count: int = COUNT) -> list[int]:
        """Store posts of one millisecond and list them; return those that are not hidden, as they are listed.

        Those that are hidden are by turns for followers only, and gone.
        """
        first = ids.first_at(system_clock()) - 2 * count
        posts = [first + place for place in range(count)]
        items: list[Item] = []
        for place, post_id in enumerate(reversed(posts)):
            entry_place = place if kind.oldest_first else count - place
            items.append(kind.entry(self, post_id, entry_place))
            if place not in hidden or place % 2:
                attributes = {
                    "author_id": self.author.user_id,
                    "text": f"post {place}",
                    "delivery": "push",
                    "visibility": "followers" if place in hidden else "public",
                }
                items.append(PostItem.at(attributes, post_id=post_id))
        batches.put_all(table, items)
        shown = [post_id for place, post_id in enumerate(reversed(posts)) if place not in hidden]
        return shown[::-1] if kind.oldest_first else shown

    @property
    def path(self) -> dict[str, Any]:
        return {"user_id": self.author.user_id, "tag": "cat", "post_id": self.quoted_id}

    def walk(self, kind: Kind, limit: int) -> list[list[int]]:
        walked = pages(self.reader, kind.route, limit, **self.path)
        return [[post["post_id"] for post in page[kind.name]] for page in walked]


HIDDEN: dict[str, Sequence[int]] = {
    "nothing": (),
    "every second": range(0, COUNT, 2),
    "all at the beginning": range(9),
    "all at the end": range(9, COUNT),
    "all but two far apart": [place for place in range(COUNT) if place not in {2, 17}],
    "everything": range(COUNT),
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
@every_kind
def test_paging_shows_what_one_may_see_each_once_in_order(
    table: Table, join: Join, kind: Kind, hidden: Sequence[int]
) -> None:
    lists = Lists.made()
    assert lists.walk(kind, 7) == [[]]
    expected = lists.fill(table, kind, hidden)
    assert len(expected) == COUNT - len(hidden)
    for limit in (1, 2, 7, 100):
        walked = lists.walk(kind, limit)
        assert [post_id for page in walked for post_id in page] == expected, limit
        assert all(len(page) <= limit for page in walked)
        if not hidden:
            assert [len(page) for page in walked[:-1]] == [limit] * ((COUNT - 1) // limit)
        assert len(walked) <= len(expected) // limit + len(hidden) // (limit * REFILLS) + 3


@every_kind
def test_a_follower_of_the_author_sees_what_is_for_followers_in_the_same_list(
    table: Table, join: Join, kind: Kind
) -> None:
    lists = Lists.made()
    shown = lists.fill(table, kind, range(1, COUNT, 2))
    assert lists.walk(kind, 100) == [shown]
    make_edge(table, lists.reader, lists.author)
    (found,) = lists.walk(kind, 100)
    assert len(found) == COUNT
    assert set(shown) < set(found)
    assert found == sorted(found, reverse=not kind.oldest_first)


@every_kind
def test_a_page_costs_the_same_whatever_the_list_holds(table: Table, join: Join, kind: Kind) -> None:
    lists = Lists.made()
    lists.fill(table, kind, count=60)
    listing(lists.reader, kind.route, query={"limit": 1}, **lists.path)
    costs: list[tuple[int, list[str]]] = []
    for limit in (1, 20, 59):
        with counted(table) as trips:
            answer = listing(lists.reader, kind.route, query={"limit": limit}, **lists.path)
        assert len(answer.json[kind.name]) == limit
        costs.append((trips.now, sorted(trips.calls)))
    assert costs == costs[:1] * 3
    assert costs[0][0] <= 5


CHANGES = (
    "altered",
    "cut",
    "longer",
    "of another user",
    "of another route",
    "of another list",
    "a plain number",
    "nothing",
)


@every_kind
def test_a_cursor_that_is_not_ones_own_for_this_list_is_refused(table: Table, join: Join, kind: Kind) -> None:
    lists = Lists.made()
    lists.fill(table, kind)
    eve = join("eve")
    other_path: dict[str, Any] = {"user_id": eve.user_id, "tag": "dog", "post_id": publish(eve)}
    cursor = listing(lists.reader, kind.route, query={"limit": 2}, **lists.path).json["next_cursor"]
    elsewhere = wiring.cursors().sealed(str(2**52), route="feed", user_id=lists.reader.user_id)
    spelled = {
        "altered": ("A" if cursor[0] != "A" else "B") + cursor[1:],
        "cut": cursor[:-1],
        "longer": cursor + "A",
        "of another route": elsewhere,
        "a plain number": str(2**52),
        "nothing": "",
    }
    for change in CHANGES:
        who = eve if change == "of another user" else lists.reader
        path = other_path if change == "of another list" else lists.path
        if change == "of another list" and kind.route == BOOKMARKS:
            continue  # everybody has one
        answer = listing(who, kind.route, query={"cursor": spelled.get(change, cursor)}, **path)
        assert (answer.status, answer.json["code"]) == (400, "invalid_cursor"), change
    answer = listing(lists.reader, kind.route, query={"cursor": cursor}, **lists.path)
    assert len(answer.json[kind.name]) == COUNT - 2


def test_a_cursor_of_a_hashtag_is_of_the_tag_and_not_of_its_spelling(join: Join) -> None:
    ann = join("ann")
    older, newer = publish(ann, "#cat"), publish(ann, "#CAT")
    first = listing(ann, TAGGED, query={"limit": 1}, tag="Cat").json
    assert [post["post_id"] for post in first["posts"]] == [newer]
    second = listing(ann, TAGGED, query={"cursor": first["next_cursor"]}, tag="%23cat")
    assert [post["post_id"] for post in second.json["posts"]] == [older]


@pytest.mark.parametrize("route", [AUTHORED, TAGGED, QUOTES, BOOKMARKS, THREAD])
@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "1.5", ""])
def test_a_limit_that_cannot_be_is_named(join: Join, route: str, limit: str) -> None:
    ann = join("ann")
    path: dict[str, Any] = {"user_id": ann.user_id, "tag": "cat", "post_id": publish(ann)}
    assert listing(ann, route, **path).status == 200
    answer = listing(ann, route, query={"limit": limit}, **path)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["limit"]


TAGS = [
    ("#Straße", ["straße", "STRASSE", "Strasse", "strasse"]),
    ("#cafe\u0301", ["café", "CAFÉ"]),
    ("#Full", ["ｆｕｌｌ", "ＦＵＬＬ", "full"]),  # noqa: RUF001  # full width
    ("#日本語", ["日本語"]),
    ("#snake_case2", ["Snake_Case2"]),
]
"""A text, and spellings of its tag that consist of letters, digits and underscores."""
MARKED = [
    ("#हिन्दी", ["हिन्दी"]),
    ("#می\u200cخواهم", ["می\u200cخواهم"]),  # noqa: RUF001  # Persian
    ("#cafe\u0301", ["cafe\u0301"]),
    ("#cat", ["#cat", "#CAT", "＃cat"]),  # noqa: RUF001  # full width
]
"""The same with what the door's router does not take for part of a path: marks, joiners and `#`."""


def find(join: Join, text: str, spelling: Callable[[str], str], tags: Sequence[str]) -> None:
    ann, bob = join("ann"), join("bob")
    assert [listed(bob, TAGGED, tag=spelling(tag)) for tag in tags] == [[]] * len(tags)
    post_id = publish(ann, text)
    assert [listed(bob, TAGGED, tag=spelling(tag)) for tag in tags] == [[post_id]] * len(tags)


@pytest.mark.parametrize(("text", "tags"), TAGS)
def test_a_hashtag_is_found_however_it_is_spelled(join: Join, text: str, tags: list[str]) -> None:
    find(join, text, str, tags)


@pytest.mark.parametrize(("text", "tags"), [*TAGS, *MARKED])
def test_a_hashtag_is_found_where_the_path_comes_encoded(join: Join, text: str, tags: list[str]) -> None:
    find(join, text, quote, tags)


@pytest.mark.parametrize(("text", "tags"), MARKED)
def test_a_hashtag_with_marks_is_found_where_the_path_comes_decoded(
    join: Join, text: str, tags: list[str]
) -> None:
    find(join, text, str, tags)


@pytest.mark.parametrize(
    "tag",
    ["a b", "a-b", "½", "%F0%9F%98%80", "%23", "%23%23cat", "x" * 101, "a%00", "%0A", "%", "a.b", "%FF"],
)
def test_what_cannot_be_a_hashtag_is_invalid(join: Join, tag: str) -> None:
    ann = join("ann")
    assert listing(ann, TAGGED, tag="cat").status == 200
    answer = listing(ann, TAGGED, tag=tag)
    assert (answer.status, answer.json["code"]) == (422, "invalid")
    assert [error["field"] for error in answer.json["errors"]] == ["tag"]


def test_a_tag_is_read_alike_through_a_rest_api(join: Join) -> None:
    ann = join("ann")
    tag = unicodedata.normalize("NFC", "हिन्दी")
    post_id = publish(ann, f"#{tag}")
    event = rest_event(
        TAGGED, f"/api/v1/hashtags/{quote(tag)}/posts", headers={"Authorization": f"Bearer {ann.token}"}
    )
    answer = answer_of(door(event, LambdaContext()))
    assert [post["post_id"] for post in answer.json["posts"]] == [post_id]


def test_a_post_is_in_each_list_as_it_is_read_alone(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    quoted_id = publish(bob, "to be quoted")
    answer = listing(bob, AUTHORED, user_id=ann.user_id)
    assert answer.json == {"posts": [], "next_cursor": None, "has_more": False}
    post_id = publish(ann, "a #cat for @bob", quote_of=quoted_id)
    (by_author,) = listing(bob, AUTHORED, user_id=ann.user_id).json["posts"]
    assert by_author["post_id"] == post_id
    assert by_author["quoted"]["text"] == "to be quoted"
    assert listing(bob, TAGGED, tag="cat").json["posts"] == [by_author]
    assert listing(bob, QUOTES, post_id=quoted_id).json["posts"] == [by_author]
    assert listing(ann, AUTHORED, user_id=bob.user_id).json["posts"][0]["post_id"] == quoted_id


def test_a_list_of_a_private_account_is_empty_to_a_stranger_and_full_to_a_follower(
    table: Table, join: Join
) -> None:
    ann, eve, friend = join("ann", is_private=True), join("eve"), join("friend")
    make_edge(table, friend, ann)
    posts = [publish(ann) for _ in range(3)]
    assert listed(eve, AUTHORED, user_id=ann.user_id) == []
    for who in (friend, ann):
        assert listed(who, AUTHORED, user_id=ann.user_id) == posts[::-1]


def test_an_account_that_is_not_there_and_one_that_blocks_have_no_list(join: Join) -> None:
    ann, eve = join("ann"), join("eve")
    publish(ann)
    assert len(listed(eve, AUTHORED, user_id=ann.user_id)) == 1
    ann.at(block_door).send("POST /api/v1/graph/block/{user_id}", user_id=eve.user_id)
    blocked, missing = (listing(eve, AUTHORED, user_id=each) for each in (ann.user_id, new_id()))
    assert (blocked.status, blocked.json["code"]) == (404, "user_not_found")
    assert without_request(blocked) == without_request(missing)


def test_the_quotes_of_what_one_cannot_see_are_not_there(join: Join) -> None:
    ann, bob, eve = join("ann"), join("bob"), join("eve")
    post_id = publish(ann)
    quote_id = publish(bob, "see this", quote_of=post_id)
    assert listed(eve, QUOTES, post_id=post_id) == [quote_id]
    assert edit(ann, post_id, visibility="followers").status == 200
    hidden, missing = (listing(eve, QUOTES, post_id=each) for each in (post_id, 12_345))
    assert (hidden.status, hidden.json["code"]) == (404, "post_not_found")
    assert without_request(hidden) == without_request(missing)
    assert listed(ann, QUOTES, post_id=post_id) == [quote_id]


def test_what_is_posted_while_paging_moves_nothing(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    posts = [publish(ann, "#cat") for _ in range(5)][::-1]
    walks = [pages(bob, AUTHORED, 2, user_id=ann.user_id), pages(bob, TAGGED, 2, tag="cat")]
    seen = [[post["post_id"] for post in next(walk)["posts"]] for walk in walks]
    assert seen == [posts[:2]] * 2
    newer = publish(ann, "#cat")
    for walk, found in zip(walks, seen, strict=True):
        found += [post["post_id"] for page in walk for post in page["posts"]]
        assert found == posts
    assert listed(bob, AUTHORED, user_id=ann.user_id) == [newer, *posts]
