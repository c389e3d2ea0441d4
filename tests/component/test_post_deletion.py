"""Deleting posts, reading some at once, and what quotes what is gone."""

from typing import Any

import pytest

from functions.comment.api import door as comment_door
from functions.engagement.api import door as engagement_door
from functions.feed.api import door as feed_door
from functions.post import wiring
from functions.post.api import door
from functions.post.service import Edit
from functions.profile.api import door as profile_door
from kith.domain.posts import Visibility
from kith.table.connection import Table
from kith.table.items import EngagementItem, RepostedItem
from kith.table.posts import PostStore
from tests.builders import Answer
from tests.component.conftest import Join, Person, everything, make_edge
from tests.component.erasing import at_calls
from tests.component.publishing import (
    AUTHORED,
    BOOKMARKS,
    QUOTES,
    TAGGED,
    THREAD,
    before_its_write,
    delete,
    edit,
    listed,
    listing,
    publish,
    publish_meanwhile,
    read,
    told,
    without_request,
)

MISSING = 12_345


def at_once(who: Person, ids: str) -> Answer:
    return who.at(door).send("GET /api/v1/posts", query={"ids": ids})


def found(who: Person, *post_ids: int) -> list[int]:
    answer = at_once(who, ",".join(map(str, post_ids)))
    assert answer.status == 200, answer.text
    return [post["post_id"] for post in answer.json["posts"]]


def in_feed(who: Person) -> list[int]:
    answer = who.at(feed_door).send("GET /api/v1/feed")
    return [item["post"]["post_id"] for item in answer.json["items"]]


def post_count(who: Person) -> int:
    return int(who.at(profile_door).send("GET /api/v1/users/me").json["post_count"])


def where_shown(who: Person, post_id: int, *, root: int, author: Person) -> dict[str, bool]:
    """Tell of each surface whether it shows a post with the hashtag `cat` that answers and quotes another one."""
    replies = listing(who, THREAD, post_id=root).json["replies"]
    return {
        "read": read(who, post_id).status == 200,
        "at once": found(who, post_id) == [post_id],
        "by author": post_id in listed(who, AUTHORED, user_id=author.user_id),
        "tagged": post_id in listed(who, TAGGED, tag="cat"),
        "bookmarks": post_id in listed(who, BOOKMARKS),
        "quotes": post_id in listed(who, QUOTES, post_id=root),
        "thread": post_id in [each["post"]["post_id"] for each in replies],
        "thread of its own": listing(who, THREAD, post_id=post_id).status == 200,
        "feed": post_id in in_feed(author),
    }


@pytest.mark.parametrize("times", [0, 1, 10])
def test_a_deleted_post_is_nowhere_at_once_and_still_after_what_follows(
    table: Table, join: Join, times: int
) -> None:
    ann, bob = join("ann"), join("bob")
    root = publish(bob)
    post_id = publish(ann, "a #cat for @bob", reply_to=root, quote_of=root)
    for deed in ("like", "repost", "bookmark"):
        assert bob.at(engagement_door).send(
            f"POST /api/v1/posts/{{post_id}}/{deed}", post_id=post_id
        ).status in {200, 201}
    route = "POST /api/v1/posts/{post_id}/comments"
    assert bob.at(comment_door).send(route, post_id=post_id, json_body={"text": "well"}).status == 201
    assert set(where_shown(bob, post_id, root=root, author=ann).values()) == {True}
    assert post_count(ann) == 1
    answer = delete(ann, post_id)
    assert (answer.status, answer.text) == (204, "")
    if times:
        told("post.deleted", times=times, post_id=post_id, user_id=ann.user_id)
    assert set(where_shown(bob, post_id, root=root, author=ann).values()) == {False}
    assert post_count(ann) == 0
    for who in (ann, bob):
        again = delete(who, post_id)
        assert again.status == 404
        assert without_request(again) == without_request(delete(who, MISSING))
    left = [key for key in everything() if f"{post_id:016}" in "".join(key)]
    assert (left == []) is bool(times)
    assert read(bob, root).status == 200


@pytest.mark.parametrize("first", ["an edit", "a first answer", "a like"])
def test_a_deletion_takes_what_was_done_meanwhile_along(table: Table, join: Join, first: str) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann, "a #cat")
    answers: list[int] = []
    acts = {
        "an edit": lambda: wiring.service().edit(ann.user_id, post_id, Edit("a #dog")),
        "a first answer": lambda: answers.append(publish_meanwhile(bob, reply_to=post_id)),
        "a like": lambda: bob.at(engagement_door).send("POST /api/v1/posts/{post_id}/like", post_id=post_id),
    }
    with before_its_write(table, acts[first]):
        assert delete(ann, post_id).status == 204
    assert PostStore(table).by_id(post_id) is None
    assert read(bob, post_id).status == 404
    told("post.deleted", post_id=post_id, user_id=ann.user_id)
    assert [key for key in everything() if f"{post_id:016}" in "".join(key)] == []
    assert [read(bob, each).json["reply_to"] for each in answers] == [None] * len(answers)


def test_a_repost_is_out_of_its_list_before_it_is_told_to_be_taken_back(join: Join) -> None:
    """Whoever hears of it looks there, and would find it reposted anew."""
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    for deed in ("like", "repost", "bookmark"):
        route = f"POST /api/v1/posts/{{post_id}}/{deed}"
        assert bob.at(engagement_door).send(route, post_id=post_id).status == 200
    ends = [
        EngagementItem.pattern.key(user_id=bob.user_id, post_id=post_id),
        RepostedItem.pattern.key(user_id=bob.user_id, post_id=post_id),
    ]
    seen: list[tuple[bool, ...]] = []

    def look() -> None:
        items = everything()
        seen.append(tuple(key in items for key in ends))

    assert delete(ann, post_id).status == 204
    with at_calls(lambda _: True, look):
        told("post.deleted", post_id=post_id, user_id=ann.user_id)
    assert (True, True) in seen
    assert (False, True) not in seen
    assert not set(ends) & everything().keys()


def test_two_deletions_at_the_same_moment_take_one_post_from_the_count(table: Table, join: Join) -> None:
    ann = join("ann")
    post_id, kept = publish(ann), publish(ann)
    assert post_count(ann) == 2
    with before_its_write(table, lambda: wiring.service().remove(ann.user_id, post_id)):
        answer = delete(ann, post_id)
    assert (answer.status, answer.json["code"]) == (404, "post_not_found")
    assert post_count(ann) == 1
    assert listed(ann, AUTHORED, user_id=ann.user_id) == [kept]


def test_posts_come_in_the_order_in_which_they_are_asked_for_each_once(table: Table, join: Join) -> None:
    ann, bob, friend = join("ann"), join("bob"), join("friend")
    make_edge(table, friend, ann)
    one, two, three = (publish(who, f"by {who.username}") for who in (ann, bob, ann))
    hidden, gone = publish(ann, visibility="followers"), publish(ann)
    assert found(bob, three, hidden, one, gone, two, MISSING, three, one) == [three, one, gone, two]
    delete(ann, gone)
    assert found(bob, three, hidden, one, gone, two, MISSING, three, one) == [three, one, two]
    assert found(friend, three, hidden, one, gone, two) == [three, hidden, one, two]
    assert found(bob, hidden, gone, MISSING) == []
    assert at_once(bob, f"{two},{one}").json["posts"] == [read(bob, each).json for each in (two, one)]


def test_a_hundred_posts_are_read_at_once_and_no_more(join: Join) -> None:
    ann = join("ann")
    post_id = publish(ann)
    assert found(ann, *range(1, 100), post_id) == [post_id]
    for ids in (range(1, 102), [post_id] * 101):
        answer = at_once(ann, ",".join(map(str, ids)))
        assert answer.status == 422
        assert [error["field"] for error in answer.json["errors"]] == ["ids"]


@pytest.mark.parametrize(
    "ids",
    [
        "",
        ",",
        "1,",
        ",1",
        "1,,2",
        "0",
        "-1",
        "+1",
        "1.0",
        "1e3",
        "0x1",
        "1 2",
        " 1",
        "x",
        "1,x",
        "٣",
        "²",
        str(2**53),
        f"1,{2**53}",
        "9" * 40,
        "1;2",
        "null",
        "[1]",
        "1\n",
    ],
)
def test_what_are_no_identifiers_is_named(join: Join, ids: str) -> None:
    ann = join("ann")
    assert at_once(ann, f"1,{2**53 - 1}").json == {"posts": []}
    answer = at_once(ann, ids)
    assert (answer.status, answer.json["code"]) == (422, "invalid")
    assert [error["field"] for error in answer.json["errors"]] == ["ids"]


def quoted(who: Person, post_id: int) -> Any:
    return read(who, post_id).json["quoted"]


def test_a_quote_shows_the_quoted_post_as_it_is_now(join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    deepest = publish(cat, "the deepest")
    post_id = publish(ann, "the original", quote_of=deepest)
    quote_id = publish(bob, "see this", quote_of=post_id)
    original = read(cat, post_id).json
    assert original["quoted"]["text"] == "the deepest"
    assert quoted(cat, quote_id) == {
        "post_id": post_id,
        "user_id": ann.user_id,
        "text": "the original",
        "media": [],
        "created_at": original["created_at"],
        "edited_at": None,
        "author": {
            "user_id": ann.user_id,
            "username": "ann",
            "full_name": "Ann",
            "avatar": None,
            "is_verified": False,
        },
    }
    edit(ann, post_id, text="the edited")
    assert quoted(cat, quote_id)["text"] == "the edited"
    assert quoted(cat, quote_id)["edited_at"] == read(cat, post_id).json["edited_at"]


def test_a_quote_of_what_its_reader_may_not_see_shows_nothing_of_it(table: Table, join: Join) -> None:
    ann, bob, eve, friend = join("ann"), join("bob"), join("eve"), join("friend")
    make_edge(table, friend, ann)
    post_id = publish(ann, "the canary")
    quote_id = publish(bob, "see this", quote_of=post_id)
    assert "canary" in read(eve, quote_id).text
    edit(ann, post_id, visibility=Visibility.FOLLOWERS)
    for answer in (
        read(eve, quote_id),
        at_once(eve, str(quote_id)),
        listing(eve, AUTHORED, user_id=bob.user_id),
    ):
        assert answer.status == 200
        assert "canary" not in answer.text
        assert '"username": "ann"' not in answer.text
    assert (quoted(eve, quote_id), read(eve, quote_id).json["quote_of"]) == (None, post_id)
    assert quoted(friend, quote_id)["text"] == quoted(ann, quote_id)["text"] == "the canary"


def test_a_quote_of_a_deleted_post_shows_nothing_and_in_the_end_names_nothing(
    table: Table, join: Join
) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann, "the canary")
    quote_id = publish(bob, "see this", quote_of=post_id)
    assert quoted(bob, quote_id)["text"] == "the canary"
    delete(ann, post_id)
    assert "canary" not in read(bob, quote_id).text
    assert quoted(bob, quote_id) is None
    told("post.deleted", post_id=post_id, user_id=ann.user_id)
    left = read(bob, quote_id).json
    assert (left["text"], left["quote_of"], left["quoted"]) == ("see this", None, None)
    post = PostStore(table).by_id(quote_id)
    assert post is not None
    assert post.quote_of is None
