import itertools
import json
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from functions.comment import wiring
from functions.comment.api import door
from functions.comment.schemas import CommentView, NewComment
from functions.engagement.api import door as engagement_door
from functions.post.api import door as post_door
from kith.domain import ids
from kith.domain.clock import DAY, SECOND, system_clock
from kith.domain.ids import Identifiers
from kith.domain.pages import REFILLS
from kith.table.connection import Table
from kith.table.items import CommentedItem, CommentItem, CountItem, PostItem, RelationItem
from kith.web.idempotency import request_key
from tests.builders import Answer, LambdaContext, answer_of, rest_event
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
ROUTE = "/api/v1/posts/{post_id}/comments"


def say(who: Person, post_id: int, text: str = "hello", key: str | None = None, **fields: Any) -> Answer:
    headers = {} if key is None else {"idempotency-key": key}
    body = {"text": text} | fields
    return who.at(door).send(f"POST {ROUTE}", json_body=body, headers=headers, post_id=post_id)


def said(who: Person, post_id: int, text: str = "hello") -> int:
    answer = say(who, post_id, text)
    assert answer.status == 201, answer.text
    return int(answer.json["comment_id"])


def delete(who: Person, post_id: int, comment_id: int) -> Answer:
    return who.at(door).send(f"DELETE {ROUTE}/{{comment_id}}", post_id=post_id, comment_id=comment_id)


def listed(who: Person, post_id: int, **query: Any) -> Answer:
    texts = {name: str(query[name]) for name in query}
    return who.at(door).send(f"GET {ROUTE}", post_id=post_id, query=texts)


def told(who: Person, post_id: int) -> list[int]:
    """Return the comments that somebody is told of, newest first."""
    answer = listed(who, post_id, limit=100)
    assert answer.status == 200, answer.text
    return [comment["comment_id"] for comment in answer.json["comments"]]


def walked(who: Person, post_id: int, size: int) -> list[list[int]]:
    """Return all pages of a post's comments."""
    pages: list[list[int]] = []
    query: dict[str, Any] = {"limit": size}
    while not pages or "cursor" in query:
        answer = listed(who, post_id, **query)
        assert answer.status == 200, answer.text
        assert set(answer.json) == {"comments", "next_cursor", "has_more"}
        assert answer.json["has_more"] == (answer.json["next_cursor"] is not None)
        pages.append([comment["comment_id"] for comment in answer.json["comments"]])
        query = {"limit": size}
        if answer.json["has_more"]:
            query["cursor"] = answer.json["next_cursor"]
        assert len(pages) < 20, "it comes to an end"
    return pages


def count(who: Person, post_id: int) -> int:
    counts = read(who, post_id).json["counts"]
    assert counts == {"likes": 0, "comments": counts["comments"], "reposts": 0}
    return int(counts["comments"])


def test_a_comment_is_stored_answered_and_counted(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "Identifiers", lambda: lambda: ids.first_at(NOON) + 7)
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    assert listed(ann, post_id).json == {"comments": [], "next_cursor": None, "has_more": False}
    assert count(ann, post_id) == 0
    answer = say(bob, post_id, "cafe\u0301 #no @ann", user_id=bob.user_id)
    assert answer.status == 201
    assert answer.json == {
        "comment_id": ids.first_at(NOON) + 7,
        "post_id": post_id,
        "user_id": bob.user_id,
        "text": "café #no @ann",
        "created_at": "2027-01-15T08:00:00.000Z",
        "author": {
            "user_id": bob.user_id,
            "username": "bob",
            "full_name": "Bob",
            "avatar": None,
            "is_verified": False,
        },
    }
    for person in (ann, bob):
        assert listed(person, post_id).json == {
            "comments": [answer.json],
            "next_cursor": None,
            "has_more": False,
        }
        assert count(person, post_id) == 1


@pytest.mark.parametrize(
    "text", ["x" * 5_000, "z̷a̷l̷g̷o̷", "\u202eright to left", "👩‍👩‍👧‍👦", "two\nlines", "<b>", "{{7*7}}", "U#7"]
)
def test_a_comment_comes_back_as_it_was_written(join: Join, text: str) -> None:
    ann = join("ann")
    post_id = publish(ann)
    assert say(ann, post_id, text).json["text"] == text
    assert listed(ann, post_id).json["comments"][0]["text"] == text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", "x" * 5_001),
        ("text", "nul \x00"),
        ("text", "\x1b[31m"),
        ("text", None),
        ("text", 7),
        ("text", ["hello"]),
        ("user_id", "7"),
        ("user_id", 0),
        ("comment_id", 7),
        ("post_id", 7),
        ("created_at", "2027-01-15T08:00:00.000Z"),
    ],
)
def test_a_value_that_is_not_acceptable_is_named_and_nothing_is_stored(
    join: Join, field: str, value: object
) -> None:
    ann = join("ann")
    post_id = publish(ann)
    before = everything()
    body = {"text": "hello", field: value}
    answer = ann.at(door).send(f"POST {ROUTE}", json_body=body, post_id=post_id)
    assert answer.status == 422
    assert [error["field"].partition(".")[0] for error in answer.json["errors"]] == [field]
    assert everything() == before


def test_a_comment_without_a_text_is_refused(join: Join) -> None:
    ann = join("ann")
    post_id = publish(ann)
    before = everything()
    answer = ann.at(door).send(f"POST {ROUTE}", json_body={}, post_id=post_id)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["text"]
    assert everything() == before


def test_another_identity_in_the_body_is_forbidden(join: Join) -> None:
    ann, eve = join("ann"), join("eve")
    post_id = publish(ann)
    before = everything()
    answer = say(eve, post_id, user_id=ann.user_id)
    assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert everything() == before
    assert say(eve, post_id, user_id=eve.user_id).status == 201


def test_the_same_key_and_body_are_answered_alike_and_take_effect_once(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    first = say(bob, post_id, "first", key="key-1")
    before = everything()
    again = [say(bob, post_id, "first", key="key-1") for _ in range(3)]
    assert {(answer.status, answer.text) for answer in again} == {(201, first.text)}
    assert everything() == before
    assert told(ann, post_id) == [first.json["comment_id"]]
    assert count(ann, post_id) == 1


def test_the_same_key_for_another_comment_is_refused(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id, other_id = publish(ann), publish(ann)
    assert say(bob, post_id, "first", key="key-1").status == 201
    before = everything()
    refused = [
        say(bob, post_id, "second", key="key-1"),
        say(bob, other_id, "first", key="key-1"),
        say(bob, post_id, "first", key="key-1", user_id=bob.user_id),
    ]
    for answer in refused:
        assert (answer.status, answer.json["code"]) == (422, "idempotency_key_reused")
    assert everything() == before


def test_a_key_that_was_used_for_a_post_is_refused_for_a_comment(join: Join) -> None:
    ann = join("ann")
    answer = ann.at(post_door).send(
        "POST /api/v1/posts", json_body={"text": "hello"}, headers={"idempotency-key": "key-1"}
    )
    assert answer.status == 201
    before = everything()
    assert say(ann, answer.json["post_id"], "hello", key="key-1").json["code"] == "idempotency_key_reused"
    assert everything() == before


def test_another_key_no_key_and_another_users_key_are_independent(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    answers = [
        say(ann, post_id, key="key-1"),
        say(ann, post_id, key="key-2"),
        say(ann, post_id),
        say(ann, post_id),
        say(bob, post_id, key="key-1"),
    ]
    assert {answer.status for answer in answers} == {201}
    comment_ids = [answer.json["comment_id"] for answer in answers]
    assert told(ann, post_id) == comment_ids[::-1]
    assert len(set(comment_ids)) == count(ann, post_id) == 5


def test_a_key_is_forgotten_after_24_hours(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [system_clock()]
    monkeypatch.setattr(wiring, "system_clock", lambda: now[0])
    ann = join("ann")
    post_id = publish(ann)
    first = say(ann, post_id, key="key-1")
    now[0] += DAY - SECOND
    assert say(ann, post_id, key="key-1").text == first.text
    now[0] += SECOND
    later = say(ann, post_id, key="key-1")
    assert (later.status, later.json["text"]) == (201, "hello")
    assert later.json["comment_id"] != first.json["comment_id"]
    assert count(ann, post_id) == 2


def test_an_answer_that_was_lost_is_given_again_though_the_comment_is_gone(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    first = say(bob, post_id, key="key-1")
    assert delete(ann, post_id, first.json["comment_id"]).status == 204
    before = everything()
    again = say(bob, post_id, key="key-1")
    assert (again.status, again.text) == (201, first.text)
    assert everything() == before


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_that_is_none_is_refused(join: Join, key: str) -> None:
    ann = join("ann")
    post_id = publish(ann)
    before = everything()
    assert say(ann, post_id, key=key).status == 422
    assert everything() == before


def test_comments_of_one_millisecond_are_listed_newest_first_and_paged_exactly_once(
    join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "Identifiers", lambda: Identifiers(lambda: NOON, lambda: 0))
    ann, bob = join("ann"), join("bob")
    post_id, other_id = publish(ann), publish(ann)
    comment_ids = []
    for number in range(9):
        comment_ids.append(said(ann if number % 3 else bob, post_id, f"comment {number}"))
        said(bob, other_id, "elsewhere")
    assert comment_ids == sorted(comment_ids)
    for size in (1, 2, 3, 8, 9, 10, 100):
        pages = walked(bob, post_id, size)
        assert [each for page in pages for each in page] == comment_ids[::-1]
        assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
        assert pages[-1], "no page is empty"
    texts = [comment["text"] for comment in listed(ann, post_id).json["comments"]]
    assert texts == [f"comment {number}" for number in range(8, -1, -1)]


def test_what_comes_and_goes_while_one_pages_makes_nothing_else_skipped_or_doubled(join: Join) -> None:
    ann = join("ann")
    post_id = publish(ann)
    comment_ids = [said(ann, post_id) for _ in range(6)]
    first = listed(ann, post_id, limit=3).json
    said(ann, post_id)
    delete(ann, post_id, comment_ids[1])
    delete(ann, post_id, comment_ids[3])
    second = listed(ann, post_id, limit=3, cursor=first["next_cursor"]).json
    seen = [comment["comment_id"] for page in (first, second) for comment in page["comments"]]
    assert seen == [comment_ids[place] for place in (5, 4, 3, 2, 0)]
    assert second["has_more"] is False


def test_a_cursor_that_is_not_ones_own_for_this_list_is_refused(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id, other_id = publish(ann), publish(ann)
    for each in (post_id, other_id):
        for person in (ann, bob):
            said(person, each)
            person.at(engagement_door).send("POST /api/v1/posts/{post_id}/like", post_id=each)
    cursor = listed(ann, post_id, limit=1).json["next_cursor"]
    likes = ann.at(engagement_door).send(
        "GET /api/v1/posts/{post_id}/likes", post_id=post_id, query={"limit": "1"}
    )
    assert listed(ann, post_id, cursor=cursor).status == 200
    altered = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    refused = [
        listed(ann, post_id, cursor=altered),
        listed(ann, post_id, cursor="0"),
        listed(bob, post_id, cursor=cursor),
        listed(ann, other_id, cursor=cursor),
        listed(ann, post_id, cursor=likes.json["next_cursor"]),
    ]
    assert [(answer.status, answer.json["code"]) for answer in refused] == [(400, "invalid_cursor")] * 5
    for limit in ("0", "101", "one"):
        assert listed(ann, post_id, limit=limit).status == 422


@pytest.mark.parametrize("deleter", ["bob", "ann"])
def test_a_comment_is_deleted_by_who_wrote_it_and_by_whose_post_it_is_under(join: Join, deleter: str) -> None:
    people = {name: join(name) for name in ("ann", "bob", "cat")}
    ann, bob, cat = people.values()
    post_id = publish(ann)
    untouched = everything()
    comment_id = said(bob, post_id)
    kept = said(cat, post_id)
    answer = delete(people[deleter], post_id, comment_id)
    assert (answer.status, answer.text) == (204, "")
    assert told(ann, post_id) == told(bob, post_id) == [kept]
    assert count(ann, post_id) == 1
    assert delete(cat, post_id, kept).status == 204
    assert everything() == untouched


def test_nobody_deletes_what_another_wrote_under_anothers_post(join: Join) -> None:
    ann, bob, eve = join("ann"), join("bob"), join("eve")
    post_id = publish(ann)
    comment_id, own = said(bob, post_id), said(ann, post_id)
    before = everything()
    for who, each in ((eve, comment_id), (eve, own), (bob, own)):
        answer = delete(who, post_id, each)
        assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert everything() == before
    assert told(eve, post_id) == [own, comment_id]


def test_a_comment_is_deleted_once_and_not_found_after_that(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    kept, comment_id = said(bob, post_id), said(bob, post_id)
    assert delete(bob, post_id, comment_id).status == 204
    before = everything()
    for who in (bob, ann):
        answer = delete(who, post_id, comment_id)
        assert (answer.status, answer.json["code"]) == (404, "comment_not_found")
    assert everything() == before
    assert (told(ann, post_id), count(ann, post_id)) == ([kept], 1)


def test_a_comment_is_not_found_under_another_post(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id, other_id = publish(ann), publish(bob)
    comment_id = said(bob, post_id)
    before = everything()
    for who in (ann, bob):
        assert delete(who, other_id, comment_id).json["code"] == "comment_not_found"
        assert delete(who, 12_345, comment_id).json["code"] == "post_not_found"
    assert everything() == before


def test_two_who_delete_the_same_comment_at_once_take_it_away_once(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    kept, comment_id = said(bob, post_id), said(bob, post_id)
    with right_before_the_write(lambda: wiring.service().remove(ann.user_id, post_id, comment_id)):
        answer = delete(bob, post_id, comment_id)
    assert (answer.status, answer.json["code"]) == (404, "comment_not_found")
    assert (told(ann, post_id), count(ann, post_id)) == ([kept], 1)


@pytest.mark.parametrize("why", INVISIBLE)
def test_a_post_that_one_may_not_see_is_like_one_that_is_not_there_and_nothing_is_stored(
    join: Join, why: str
) -> None:
    ann, bob, eve = join("ann"), join("bob"), join("eve")
    post_id = publish(ann)
    comment_id = said(bob, post_id)
    assert told(eve, post_id) == [comment_id]
    assert delete(eve, post_id, comment_id).status == 403
    INVISIBLE[why](ann, eve, post_id)
    before = everything()
    missing = read(eve, 12_345)
    for answer in (
        say(eve, post_id),
        say(eve, post_id, key="key-1"),
        listed(eve, post_id),
        delete(eve, post_id, comment_id),
        delete(eve, post_id, 12_345),
        say(eve, 12_345),
        listed(eve, 12_345),
        delete(eve, 12_345, 12_345),
    ):
        assert (answer.status, answer.json["code"]) == (404, "post_not_found")
        assert without_id(answer) == without_id(missing)
    assert everything() == before


def test_a_follower_comments_on_what_is_for_followers(table: Table, join: Join) -> None:
    ann, bob = join("ann", is_private=True), join("bob")
    post_id = publish(ann, visibility="followers")
    assert say(bob, post_id).status == 404
    make_edge(table, bob, ann)
    assert told(bob, post_id) == []
    assert said(bob, post_id) == told(ann, post_id)[0]


def test_what_one_wrote_one_can_take_back_though_one_may_not_see_the_post_any_more(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    comment_id = said(bob, post_id)
    block(ann, bob)
    assert listed(bob, post_id).status == 404
    assert delete(bob, post_id, comment_id).status == 204
    assert kinds(CommentItem, CommentedItem) == []
    assert count(ann, post_id) == 0
    assert delete(bob, post_id, comment_id).json["code"] == "post_not_found"


Hide = Callable[[Person, Person], object]
HIDDEN_FROM_ALL: dict[str, Hide] = {
    "suspended": lambda _viewer, author: suspend(author),
    "deleted": lambda _viewer, author: delete_account(author),
}
HIDDEN_FROM_ONE: dict[str, Hide] = {
    "blocked": block,
    "blocking": lambda viewer, author: block(author, viewer),
}


@pytest.mark.parametrize("how", [*HIDDEN_FROM_ALL, *HIDDEN_FROM_ONE])
def test_a_comment_of_whom_one_may_not_see_is_left_out_and_like_one_that_is_not_there(
    join: Join, how: str
) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    post_id = publish(ann)
    hidden, shown = said(cat, post_id), said(ann, post_id)
    assert told(bob, post_id) == told(ann, post_id) == [shown, hidden]
    assert delete(bob, post_id, hidden).status == 403
    (HIDDEN_FROM_ALL | HIDDEN_FROM_ONE)[how](bob, cat)
    assert told(bob, post_id) == [shown]
    assert told(ann, post_id) == ([shown] if how in HIDDEN_FROM_ALL else [shown, hidden])
    assert count(bob, post_id) == 2
    before = everything()
    refused, missing = delete(bob, post_id, hidden), delete(bob, post_id, 12_345)
    assert (refused.status, refused.json["code"]) == (404, "comment_not_found")
    assert without_id(refused) == without_id(missing)
    assert everything() == before


def test_a_page_whose_comments_are_all_out_of_sight_does_not_end_the_list(table: Table, join: Join) -> None:
    ann, eve, viewer = join("ann"), join("eve"), join("viewer")
    post_id = publish(ann)
    first = said(ann, post_id)
    for _ in range(REFILLS + 1):
        said(eve, post_id)
    last = said(ann, post_id)
    blocked = {"state": "none", "is_blocked": True, "revision": new_id()}
    table.put(RelationItem.at(blocked, user_id=viewer.user_id, other_id=eve.user_id))
    assert walked(viewer, post_id, 1) == [[last], [], [first]]
    assert walked(viewer, post_id, 50) == [[last, first]]


def test_what_an_erased_account_said_is_gone_and_counted_no_longer(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    posts = [publish(ann), publish(ann)]
    kept = [said(ann, post_id) for post_id in posts]
    for post_id in posts:
        said(bob, post_id)
        said(bob, post_id)
    spread(table, posts[0], times=2)
    delete_account(bob)
    assert [count(ann, post_id) for post_id in posts] == [3, 3]
    delivered(deleted(bob))
    assert [count(ann, post_id) for post_id in posts] == [1, 1]
    assert [told(ann, post_id) for post_id in posts] == [[each] for each in kept]
    assert traces(bob.user_id) == []


@pytest.mark.parametrize("key", [None, "key-1"])
def test_a_comment_on_a_post_that_is_deleted_meanwhile_is_not_found_and_leaves_no_ghost(
    join: Join, key: str | None
) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    with right_before_the_write(lambda: delete_post(ann, post_id)):
        answer = say(bob, post_id, key=key)
    assert (answer.status, answer.json["code"]) == (404, "post_not_found")
    assert kinds(CommentItem, CommentedItem, PostItem) == []
    clear_away(ann, post_id)
    assert traces(post_id) == []


def test_a_comment_that_is_deleted_while_its_post_is_is_not_found(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    comment_id = said(bob, post_id)
    with right_before_the_write(lambda: delete_post(ann, post_id)):
        answer = delete(bob, post_id, comment_id)
    assert (answer.status, answer.json["code"]) == (404, "post_not_found")
    clear_away(ann, post_id)
    assert traces(post_id) == []


def test_a_post_that_is_deleted_at_any_call_takes_the_comment_with_it(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    answers: list[int] = []
    for number in itertools.count():
        post_id = publish(ann)
        with at_call(number, partial(delete_post, ann, post_id)) as calls:
            answers.append(say(bob, post_id).status)
        if len(calls) <= number:
            break
        clear_away(ann, post_id)
        assert traces(post_id) == [], f"deleted before call {number} of {calls}"
    assert calls[-1] == "TransactWriteItems", "what it answers is so when it is written"
    assert answers == [404] * len(calls) + [201]


def test_an_account_that_is_deleted_meanwhile_says_nothing_any_more(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    with right_before_the_write(lambda: delete_account(bob)):
        answer = say(bob, post_id, key="key-1")
    assert (answer.status, answer.json["code"]) == (401, "unauthenticated")
    assert kinds(CommentItem, CommentedItem) == []
    assert count(ann, post_id) == 0
    delivered(deleted(bob))
    assert traces(bob.user_id) == []


def test_the_same_request_twice_at_once_is_answered_alike_and_takes_effect_once(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    meanwhile: list[str] = []

    def say_it_elsewhere() -> None:
        spelled = NewComment(text="twice", user_id=None).model_dump_json()
        rendering = wiring.service().add(
            bob.user_id,
            post_id,
            "twice",
            request_key("key-1", f"POST /posts/{post_id}/comments", spelled),
            lambda made: CommentView.of(made).model_dump_json(),
        )
        meanwhile.append(rendering)

    with right_before_the_write(say_it_elsewhere):
        answer = say(bob, post_id, "twice", key="key-1")
    assert answer.status == 201
    assert [answer.json] == list(map(json.loads, meanwhile))
    assert told(ann, post_id) == [answer.json["comment_id"]]
    assert count(ann, post_id) == 1


def test_an_identifier_that_another_drew_is_drawn_again(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([1_000, 1_000, 1_001])
    monkeypatch.setattr(wiring, "Identifiers", lambda: lambda: next(drawn))
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    assert say(ann, post_id, "first").json["comment_id"] == 1_000
    assert say(bob, post_id, "second").json["comment_id"] == 1_001
    texts = [comment["text"] for comment in listed(ann, post_id).json["comments"]]
    assert texts == ["second", "first"]
    assert count(ann, post_id) == 2


def test_counts_are_exact_whatever_is_said_and_taken_back_and_however_they_are_spread(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(1)  # noqa: S311  # to be repeated, not secret
    monkeypatch.setattr("kith.table.counts.secrets.randbelow", chance.randrange)
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    there: list[int] = []
    for step in range(40):
        if there and chance.random() < 0.4:
            gone = there.pop(chance.randrange(len(there)))
            assert delete(chance.choice([ann, bob]), post_id, gone).status == 204
        else:
            there.append(said(bob, post_id, f"step {step}"))
        if step % 12 == 11:
            spread(table, post_id)
        assert count(bob, post_id) == len(there)
    assert told(ann, post_id) == there[::-1]
    assert there
    shards = [item for item in kinds(CountItem, PostItem) if isinstance(item, (CountItem, PostItem))]
    assert len(shards) == post_of(table, post_id).count_shards == 8
    assert sum(int(item.comments) for item in shards) == len(there)
    assert len([item for item in shards if item.comments]) > 3, "they are spread"

    for comment_id in there:
        assert delete(bob, post_id, comment_id).status == 204
    assert count(ann, post_id) == 0
    assert kinds(CommentItem, CommentedItem) == []


def test_a_post_is_deleted_with_all_comments_and_all_counts(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    spread(table, post_id, times=3)
    for _ in range(5):
        said(bob, post_id)
    assert (len(kinds(CountItem)), len(kinds(CommentItem, CommentedItem))) == (7, 10)
    delete_post(ann, post_id)
    assert kinds(CountItem, PostItem) == []
    clear_away(ann, post_id)
    assert kinds(CommentItem, CommentedItem) == []
    assert traces(post_id) == []


def test_a_rest_api_comments_as_well(join: Join) -> None:
    ann = join("ann")
    post_id = publish(ann)
    event = rest_event(
        f"POST {ROUTE}",
        ROUTE.format(post_id=post_id),
        body=json.dumps({"text": "hello"}),
        headers={
            "Authorization": f"Bearer {ann.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": "k",
        },
    )
    first, again = (answer_of(door(event, LambdaContext())) for _ in range(2))
    assert first.status == 201
    assert first.text == again.text
    assert told(ann, post_id) == [first.json["comment_id"]]
