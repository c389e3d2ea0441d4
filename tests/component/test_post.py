import json
from typing import Any

import pytest

from functions.post import wiring
from functions.post.api import door
from kith.domain.clock import DAY, SECOND, system_clock
from kith.domain.feeds import Arrival, FeedEntry
from kith.domain.follows import FollowState
from kith.domain.posts import Post, Visibility
from kith.table.connection import Table
from kith.table.feeds import entry_item
from kith.table.items import IdempotencyItem, PostItem
from kith.table.posts import PostStore
from kith.table.publication import Publication
from kith.table.users import UserStore
from tests.builders import Answer, LambdaContext, answer_of, rest_event
from tests.component.conftest import Items, Join, Person, everything, make_edge, token_for


def publish(who: Person, text: str = "hello", key: str | None = None, **fields: Any) -> Answer:
    headers = {} if key is None else {"idempotency-key": key}
    return who.at(door).send("POST /api/v1/posts", json_body={"text": text} | fields, headers=headers)


def read(who: Person, post_id: int) -> Answer:
    return who.at(door).send("GET /api/v1/posts/{post_id}", post_id=post_id)


def posts_in(items: Items) -> list[str]:
    return [partition for partition, sort in items if sort == "POST"]


def test_a_post_is_stored_answered_and_counted(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    assert UserStore(table).tally(ann.user_id).posts == 0
    answer = publish(ann, "Hi @Bob, @nobody and @BOB: a #Cat", hashtags=["#Dog"], user_id=ann.user_id)
    assert answer.status == 201
    body = answer.json
    assert {name: body[name] for name in body if name not in {"post_id", "created_at"}} == {
        "user_id": ann.user_id,
        "text": "Hi @Bob, @nobody and @BOB: a #Cat",
        "hashtags": ["cat", "dog"],
        "mentions": [{"user_id": bob.user_id, "username": "bob"}],
        "media": [],
        "visibility": "public",
        "status": "published",
        "edited_at": None,
        "reply_to": None,
        "quote_of": None,
        "quoted": None,
        "counts": {"likes": 0, "comments": 0, "reposts": 0},
        "viewer": {"liked": False, "reposted": False, "bookmarked": False},
    }
    assert read(ann, body["post_id"]).json == read(bob, body["post_id"]).json == body
    assert UserStore(table).tally(ann.user_id).posts == 1


@pytest.mark.parametrize(
    "text", ["@...", "hello @.. and @._.", "@" * 100, "mail me: ann@kith.example", "@a#b@c#"]
)
def test_a_text_that_mentions_nobody_is_a_post_like_any_other(join: Join, text: str) -> None:
    answer = publish(join("ann"), text)
    assert answer.status == 201
    assert (answer.json["text"], answer.json["mentions"]) == (text, [])


@pytest.mark.parametrize(
    "text",
    ["z̷a̷l̷g̷o̷", "\u202eright to left", "👩‍👩‍👧‍👦", "عربى", "<script>alert(1)</script>", "' OR 1=1", "{{7*7}}"],
)
def test_a_text_comes_back_as_it_was_written(join: Join, text: str) -> None:
    ann = join("ann")
    post_id = publish(ann, text).json["post_id"]
    assert read(ann, post_id).json["text"] == text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", "x" * 5_001),
        ("text", "nul \x00"),
        ("text", None),
        ("text", 7),
        ("hashtags", ["a b"]),
        ("hashtags", [f"tag{number}" for number in range(31)]),
        ("visibility", "secret"),
        ("reply_to", 12_345),
        ("quote_of", 12_345),
        ("reply_to", "7"),
        ("post_id", 7),
        ("likes", 1_000),
        ("delivery", "pull"),
    ],
)
def test_a_value_that_is_not_acceptable_is_named_and_nothing_is_stored(
    join: Join, field: str, value: object
) -> None:
    ann = join("ann")
    before = everything()
    answer = ann.at(door).send("POST /api/v1/posts", json_body={"text": "hello", field: value})
    assert answer.status == 422
    assert {error["field"].partition(".")[0] for error in answer.json["errors"]} == {field}
    assert everything() == before


def test_another_identity_in_the_body_is_forbidden(join: Join) -> None:
    ann, eve = join("ann"), join("eve")
    before = everything()
    answer = publish(eve, user_id=ann.user_id)
    assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert everything() == before


def test_a_token_of_an_account_that_is_gone_publishes_nothing(join: Join) -> None:
    join("ann")
    ghost = Person(12_345, "ghost", token_for(12_345))
    before = everything()
    answer = publish(ghost)
    assert (answer.status, answer.json["code"]) == (401, "unauthenticated")
    assert everything() == before


def test_the_same_key_and_body_are_answered_alike_and_take_effect_once(join: Join) -> None:
    ann = join("ann")
    first = publish(ann, "hello", key="key-1")
    before = everything()
    again = [publish(ann, "hello", key="key-1") for _ in range(3)]
    assert {answer.text for answer in again} == {first.text}
    assert {answer.status for answer in again} == {201}
    assert everything() == before
    assert len(posts_in(before)) == 1


def test_the_same_key_with_another_body_is_refused(join: Join) -> None:
    ann = join("ann")
    publish(ann, "hello", key="key-1")
    before = everything()
    for answer in (
        publish(ann, "bye", key="key-1"),
        publish(ann, "hello", key="key-1", visibility="followers"),
    ):
        assert (answer.status, answer.json["code"]) == (422, "idempotency_key_reused")
    assert everything() == before


def test_another_key_no_key_and_another_users_key_are_independent(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    answers = [
        publish(ann, key="key-1"),
        publish(ann, key="key-2"),
        publish(ann),
        publish(ann),
        publish(bob, key="key-1"),
    ]
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["post_id"] for answer in answers}) == len(posts_in(everything())) == 5


def test_a_key_is_forgotten_after_24_hours_though_its_item_is_still_there(
    join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [system_clock()]
    monkeypatch.setattr(wiring, "system_clock", lambda: now[0])
    ann = join("ann")
    first = publish(ann, key="key-1")
    now[0] += DAY - SECOND
    assert publish(ann, key="key-1").text == first.text
    now[0] += SECOND
    kept = [key for key in everything() if key[0].startswith(IdempotencyItem.pattern.partition_prefix)]
    assert len(kept) == 1
    later = publish(ann, key="key-1")
    assert later.status == 201
    assert later.json["post_id"] != first.json["post_id"]
    assert publish(ann, key="key-1").text == later.text
    now[0] += DAY
    assert publish(ann, "another text", key="key-1").status == 201


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_that_is_none_is_refused(join: Join, key: str) -> None:
    ann = join("ann")
    before = everything()
    assert publish(ann, key=key).status == 422
    assert everything() == before


def test_a_reply_and_a_quote_name_their_post(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann).json["post_id"]
    body = publish(bob, reply_to=post_id, quote_of=post_id).json
    assert (body["reply_to"], body["quote_of"]) == (post_id, post_id)
    assert read(ann, body["post_id"]).json == body


@pytest.mark.parametrize("reference", ["reply_to", "quote_of"])
def test_one_cannot_reply_to_or_quote_what_one_cannot_see(table: Table, join: Join, reference: str) -> None:
    ann, eve, friend = join("ann"), join("eve"), join("friend")
    make_edge(table, friend, ann)
    post_id = publish(ann, visibility="followers").json["post_id"]

    def referring(who: Person, named: int) -> Answer:
        return who.at(door).send("POST /api/v1/posts", json_body={"text": "hello", reference: named})

    before = everything()
    refused, unknown = referring(eve, post_id), referring(eve, 12_345)
    assert refused.status == unknown.status == 422
    assert refused.json["errors"] == unknown.json["errors"]
    assert [error["field"] for error in refused.json["errors"]] == [reference]
    assert everything() == before
    assert referring(friend, post_id).status == 201


@pytest.mark.parametrize(
    ("is_private", "visibility"), [(True, "public"), (True, "followers"), (False, "followers")]
)
def test_what_is_for_followers_is_found_by_them_and_by_nobody_else(
    *,
    table: Table,
    join: Join,
    is_private: bool,
    visibility: str,
) -> None:
    ann, stranger, asking, follower = (
        join("ann", is_private=is_private),
        join("eve"),
        join("bob"),
        join("cat"),
    )
    post_id = publish(ann, visibility=visibility).json["post_id"]
    if is_private:
        make_edge(table, asking, ann, FollowState.PENDING)
    assert read(follower, post_id).status == 404
    make_edge(table, follower, ann)
    assert read(ann, post_id).json == read(follower, post_id).json
    missing = read(stranger, 12_345)
    for who in (stranger, asking):
        hidden = read(who, post_id)
        assert (hidden.status, hidden.json["code"]) == (404, "post_not_found")
        assert {**hidden.json, "request_id": ""} == {**missing.json, "request_id": ""}


def test_an_identifier_that_is_taken_is_drawn_again(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    taken = publish(ann, "first").json["post_id"]
    drawn = iter([taken, taken, taken + 1])
    monkeypatch.setattr(wiring, "Identifiers", lambda: lambda: next(drawn))
    wiring.service.cache_clear()
    assert publish(ann, "second").json["post_id"] == taken + 1
    first = PostStore(table).by_id(taken)
    assert first is not None
    assert first.text == "first"
    assert UserStore(table).tally(ann.user_id).posts == 2


def test_a_rest_api_publishes_as_well(join: Join) -> None:
    ann = join("ann")
    event = rest_event(
        "POST /api/v1/posts",
        "/api/v1/posts",
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
    assert read(ann, first.json["post_id"]).json == first.json


def test_a_post_with_all_that_can_be_in_it_survives_the_table(table: Table, join: Join) -> None:
    ann = join("ann")
    post = Post(
        2**53 - 1,
        ann.user_id,
        "x" * 5_000,
        ("日本", "cat"),
        visibility=Visibility.FOLLOWERS,
        reply_to=1,
        quote_of=2,
    )
    own = FeedEntry(ann.user_id, post.post_id, ann.user_id, Arrival.OWN)
    assert PostStore(table).by_id(post.post_id) is None
    PostStore(table).add(Publication(post, entry_item(own, retention=DAY)))
    assert PostStore(table).by_id(post.post_id) == post
    assert table.get(PostItem, post_id=post.post_id) is not None
