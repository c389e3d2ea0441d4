import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.outbox.changes import events_of
from kith.domain import ids
from kith.domain.follows import FollowState
from kith.events import Event
from kith.table.items import (
    AuthoredItem,
    CommentItem,
    CredentialsItem,
    EngagementItem,
    ExportItem,
    FeedEntryItem,
    FollowerItem,
    FollowingItem,
    HiddenItem,
    Item,
    MediumItem,
    NotificationItem,
    PostItem,
    RelationItem,
    RequestItem,
    SessionItem,
    TallyItem,
    TrendingItem,
    UserItem,
)
from kith.table.schema import STREAMED
from kith.table.stream import change_of
from kith.table.traces import id_of_deletion

AT = 1_769_860_800
POST_ID = ids.first_at(AT * 1_000 + 7) | 5
NEVER_EXPIRES = 9_999_999_999


def post(**more: Any) -> PostItem:
    attributes = {
        "author_id": 42,
        "text": "hello #cat",
        "hashtags": ["cat"],
        "mentions": [{"user_id": 43, "username": "bob"}],
        "visibility": "public",
        "delivery": "push",
    }
    return PostItem.at(attributes | more, post_id=POST_ID)


EDGE_ID = ids.first_at(AT * 1_000 + 7) | 6


def relation(state: str = "none", **more: Any) -> RelationItem:
    """Return how 42 stands to 43."""
    wish = {"state": state, "revision": 1} | ({} if state == "none" else {"edge_id": EDGE_ID})
    return RelationItem.at(wish | more, user_id=42, other_id=43)


def record(old: Item | None, new: Item | None, *, expired: bool = False) -> dict[str, Any]:
    """Return a record as the stream shows it to Lambda."""
    images = {"OldImage": old, "NewImage": new}
    return {
        "eventID": "c81e728d9d4c2f636f067f89cc14862c",
        "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "ApproximateCreationDateTime": float(AT),
            "SequenceNumber": "111",
            **{name: item.to_dynamodb_dict() for name, item in images.items() if item is not None},
        },
        **({"userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}} if expired else {}),
    }


def told(old: Item | None, new: Item | None) -> list[Event]:
    return events_of(change_of(record(old, new)))


def test_a_new_post_is_told_with_exactly_the_fields_of_the_contract() -> None:
    (event,) = told(None, post())
    assert event.name == "post.created"
    assert json.loads(json.dumps(event.wire())) == {
        "v": 1,
        "event_id": "c81e728d9d4c2f636f067f89cc14862c",
        "trace_id": "c81e728d9d4c2f636f067f89cc14862c",
        "post_id": POST_ID,
        "user_id": 42,
        "created_at": "2026-01-31T12:00:00.007Z",
        "timestamp": "2026-01-31T12:00:00.007Z",
        "hashtags": ["cat"],
        "mentions": [43],
        "delivery": "push",
    }


def about_edge(event_type: str, **more: Any) -> dict[str, Any]:
    """Return the wire of an event about 42 and 43: no field more, no field less."""
    detail = {
        "v": 1,
        "event_id": "c81e728d9d4c2f636f067f89cc14862c",
        "event_type": event_type,
        "follower_id": 42,
        "following_id": 43,
        "timestamp": "2026-01-31T12:00:00.000Z",
    }
    return detail | more


FOLLOWED = ("graph.follow", about_edge("follow", status="accepted"))
ASKED = ("graph.follow", about_edge("follow", status="pending"))
ACCEPTED = ("graph.follow_accepted", about_edge("follow_request_accepted"))
REJECTED = ("graph.follow_rejected", about_edge("follow_request_rejected"))
UNFOLLOWED = ("graph.unfollow", about_edge("unfollow"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(None, relation("accepted"), [FOLLOWED], id="follow of a public account"),
        pytest.param(None, relation("pending"), [ASKED], id="wish to follow a private one"),
        pytest.param(relation("pending"), relation("accepted"), [ACCEPTED], id="accepted later"),
        pytest.param(relation("pending"), relation("rejected"), [REJECTED], id="rejected"),
        pytest.param(relation("pending"), None, [UNFOLLOWED], id="wish taken back"),
        pytest.param(relation("accepted"), None, [UNFOLLOWED], id="unfollow, removal or erasure"),
        pytest.param(relation("rejected"), relation("pending"), [ASKED], id="asked again"),
        pytest.param(relation("rejected"), relation("accepted"), [FOLLOWED], id="follow after a rejection"),
        pytest.param(relation("rejected"), None, [], id="a rejection that is forgotten"),
        pytest.param(
            relation("accepted"), relation(is_blocked=True), [UNFOLLOWED], id="blocked while following"
        ),
        pytest.param(relation("accepted"), relation(block_id=9), [UNFOLLOWED], id="blocks whom it followed"),
        pytest.param(relation("pending"), relation(is_blocked=True), [UNFOLLOWED], id="blocked while asking"),
        pytest.param(relation("accepted", mute_id=8), relation(mute_id=8), [UNFOLLOWED], id="still muted"),
        pytest.param(relation(mute_id=8), relation("accepted", mute_id=8), [FOLLOWED], id="muted before"),
        pytest.param(None, relation(block_id=9), [], id="block without an edge"),
        pytest.param(None, relation(is_blocked=True), [], id="being blocked without an edge"),
        pytest.param(relation(block_id=9), None, [], id="end of a block"),
        pytest.param(None, relation(mute_id=8), [], id="mute without an edge"),
        pytest.param(relation(mute_id=8), None, [], id="end of a mute"),
        pytest.param(relation("accepted"), relation("accepted", mute_id=8), [], id="mute of whom it follows"),
        pytest.param(relation("pending"), relation("pending", mute_id=8), [], id="mute of whom it asked"),
        pytest.param(relation("accepted"), relation("accepted", revision=2), [], id="written again"),
    ],
)
def test_what_becomes_of_a_wish_to_follow_is_told_with_exactly_the_fields_of_the_contract(
    old: Item | None, new: Item | None, expected: list[tuple[str, dict[str, Any]]]
) -> None:
    assert wired(old, new) == expected


@given(st.sampled_from(FollowState), st.sampled_from(FollowState))
def test_every_follow_and_unfollow_is_told_and_nothing_is_told_twice(
    before: FollowState, after: FollowState
) -> None:
    names = [event.name for event in told(relation(before), relation(after))]
    begins = after is FollowState.ACCEPTED and before is not after
    ends = before is FollowState.ACCEPTED and after is FollowState.NONE
    assert len(names) <= 1
    if begins:
        assert names in (["graph.follow"], ["graph.follow_accepted"])
    if ends:
        assert names == ["graph.unfollow"]


@pytest.mark.parametrize("item", [post(), relation("accepted")], ids=["post", "relation"])
def test_what_goes_because_its_time_is_up_is_no_event(item: Item) -> None:
    assert events_of(change_of(record(item, None, expired=True))) == []


def test_only_the_service_itself_deletes_by_time() -> None:
    by_a_person = record(relation("accepted"), None) | {
        "userIdentity": {"type": "Service", "principalId": "somebody"}
    }
    assert [event.name for event in events_of(change_of(by_a_person))] == ["graph.unfollow"]
    assert [
        event.name
        for event in events_of(change_of(record(relation("accepted"), None) | {"userIdentity": None}))
    ] == ["graph.unfollow"]


@pytest.mark.parametrize(
    "item",
    [
        TallyItem.at(user_id=42, shard="0"),
        CredentialsItem.at({"email": "ann@kith.example", "password_hash": "x"}, user_id=42),
        AuthoredItem.at(user_id=42, post_id=POST_ID),
        FollowerItem.at({"other_id": 42}, user_id=43, entry_id=EDGE_ID),
        FollowingItem.at({"other_id": 43}, user_id=42, entry_id=EDGE_ID),
        RequestItem.at({"other_id": 42}, user_id=43, entry_id=EDGE_ID),
        HiddenItem.at({"expires_at": NEVER_EXPIRES}, user_id=42, author_id=43, reason="unfollowed"),
        FeedEntryItem.at(
            {"arrival": "own", "expires_at": NEVER_EXPIRES}, reader_id=42, post_id=POST_ID, by_id=42
        ),
    ],
    ids=lambda item: type(item).__name__,
)
def test_other_items_are_nobodys_business(item: Item) -> None:
    assert told(None, item) == told(item, None) == told(item, item) == []


def test_a_change_of_what_was_there_is_no_new_post() -> None:
    assert told(post(), post(text="edited")) == []


def test_the_same_record_is_the_same_event_however_often_it_comes() -> None:
    first, again = told(None, post()), told(None, post())
    assert first == again
    other = events_of(change_of(record(None, post()) | {"eventID": "another"}))
    assert other[0].event_id != first[0].event_id


def user(**more: Any) -> UserItem:
    return UserItem.at({"username": "ann", "full_name": "Ann", "email_asked_at": 5} | more, user_id=42)


def about(name: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """Return the name and the wire of an event about the user."""
    detail = {
        "v": 1,
        "event_id": "c81e728d9d4c2f636f067f89cc14862c",
        "user_id": 42,
        "timestamp": "2026-01-31T12:00:00.000Z",
    }
    return name, detail | more


def wired(old: Item | None, new: Item | None) -> list[tuple[str, dict[str, Any]]]:
    """Return the names and the wires of events, and see that each names the trace of the change."""
    wires = [(event.name, json.loads(json.dumps(event.wire()))) for event in told(old, new)]
    change = change_of(record(old, new))
    assert all(wire.pop("trace_id") == change.trace_id for _, wire in wires)
    return wires


def test_a_new_account_is_told_by_its_identifier_alone() -> None:
    assert wired(None, user()) == [about("user.registered")]


@pytest.mark.parametrize(
    ("attribute", "value", "called"),
    [
        ("username", "annette", "username"),
        ("full_name", "", "full_name"),
        ("bio", "Hello.", "bio"),
        ("is_private", True, "is_private"),
        ("is_verified", True, "is_verified"),
        ("is_celebrity", True, "is_celebrity"),
        ("standing", "suspended", "standing"),
        ("email_asked_at", 6, "email"),
    ],
)
def test_a_changed_account_is_told_with_the_names_of_what_changed_and_not_with_the_values(
    attribute: str, value: object, called: str
) -> None:
    assert wired(user(), user(**{attribute: value})) == [about("user.updated", changed=[called])]


def test_several_changes_at_once_are_one_event() -> None:
    after = user(username="annette", bio="Hello.", email_asked_at=6)
    assert wired(user(), after) == [about("user.updated", changed=["username", "bio", "email"])]


def test_an_account_that_is_as_it_was_is_nobodys_business() -> None:
    assert wired(user(), user()) == []


@pytest.mark.parametrize("before", ["active", "suspended"])
def test_an_account_is_deleted_once_whatever_changes_with_it_and_after_it(before: str) -> None:
    gone = user(standing="deleted", username="", bio="")
    assert wired(user(standing=before), gone) == [about("user.deleted")]
    assert wired(gone, user(standing="deleted", bio="erased")) == []
    assert wired(gone, None) == []


def test_a_wish_for_a_copy_of_everything_is_told_and_its_progress_is_not() -> None:
    attributes = {"status": "pending", "started_at": 1, "expires_at": NEVER_EXPIRES}
    asked = ExportItem.at(attributes, user_id=42, operation_id=99)
    assert wired(None, asked) == [about("user.export_requested", operation_id=99)]
    half = ExportItem.at(attributes | {"status": "half done"}, user_id=42, operation_id=99)
    assert wired(asked, half) == wired(half, None) == []


def test_the_end_of_a_session_is_told_and_nothing_else_of_it() -> None:
    attributes = {
        "epoch": 0,
        "generation": 1,
        "created_at": 1,
        "refreshed_at": 1,
        "expires_at": NEVER_EXPIRES,
    }
    opened = SessionItem.at(attributes, user_id=42, session_id="2a-x")
    refreshed = SessionItem.at(attributes | {"generation": 2}, user_id=42, session_id="2a-x")
    assert wired(None, opened) == wired(opened, refreshed) == []
    assert wired(refreshed, None) == [about("session.ended")]
    assert events_of(change_of(record(refreshed, None, expired=True))) == []


def test_an_item_that_is_not_ours_cannot_be_read() -> None:
    foreign = record(None, post())
    foreign["dynamodb"]["NewImage"]["kind"] = {"S": "Spaceship"}
    with pytest.raises(ValueError, match="Spaceship"):
        change_of(foreign)


@given(
    st.lists(st.text(min_size=1, max_size=20), max_size=30),
    st.lists(st.integers(1, ids.LIMIT - 1), max_size=30),
)
def test_whatever_a_post_holds_goes_to_the_bus_unchanged(hashtags: list[str], mentioned: list[int]) -> None:
    mentions = [{"user_id": user_id, "username": "x"} for user_id in mentioned]
    (event,) = told(None, post(hashtags=hashtags, mentions=mentions))
    wire = json.loads(json.dumps(event.wire(), ensure_ascii=False))
    assert (wire["hashtags"], wire["mentions"]) == (hashtags, mentioned)


STREAMED_ITEMS: list[Item] = [
    post(),
    relation("accepted"),
    user(),
    ExportItem.at(
        {"status": "pending", "started_at": 1, "expires_at": NEVER_EXPIRES}, user_id=42, operation_id=9
    ),
    SessionItem.at(
        {"epoch": 0, "generation": 1, "created_at": 1, "refreshed_at": 1, "expires_at": NEVER_EXPIRES},
        user_id=42,
        session_id="2a-x",
    ),
    EngagementItem.at({"like_id": 7, "revision": 7}, user_id=42, post_id=POST_ID),
    CommentItem.at({"author_id": 42, "text": "well said"}, post_id=POST_ID, comment_id=8),
    MediumItem.at(
        {"owner_id": 42, "media_kind": "image", "status": "ready", "content_type": "image/png"}, media_id=7
    ),
    NotificationItem.at(
        {"type": "post_liked", "object_id": POST_ID, "trace": "of a deed", "expires_at": NEVER_EXPIRES},
        user_id=42,
        notification_id=9,
    ),
    TrendingItem.at({"author_id": 42}, post_id=POST_ID),
]


def traced(item: Item | None, trace_id: str, *, by: Item | None = None) -> dict[str, Any]:
    """Return a record of an item that was written anew in a trace; before, it was written in another, or by another."""
    shown = record(by, item)
    for name, of in (("OldImage", "a trace before"), ("NewImage", trace_id)):
        if name in shown["dynamodb"]:
            shown["dynamodb"][name]["trace_id"] = {"S": of}
    return shown


def test_every_streamed_item_is_here() -> None:
    assert {item.pattern for item in STREAMED_ITEMS} == set(STREAMED)


@pytest.mark.parametrize("item", STREAMED_ITEMS, ids=lambda item: type(item).__name__)
def test_a_write_that_changes_nothing_but_the_trace_is_no_event(item: Item) -> None:
    assert events_of(change_of(traced(item, "a later trace", by=item))) == []


@pytest.mark.parametrize("item", STREAMED_ITEMS, ids=lambda item: type(item).__name__)
@given(trace_id=st.text(min_size=1, max_size=36))
def test_an_event_is_of_the_trace_in_which_its_item_was_written(item: Item, trace_id: str) -> None:
    plain = events_of(change_of(record(None, item)))
    events = events_of(change_of(traced(item, trace_id)))
    assert {event.wire()["trace_id"] for event in events} <= {trace_id}
    assert [event.wire() | {"trace_id": ""} for event in events] == [
        event.wire() | {"trace_id": ""} for event in plain
    ], "and is the same without one"
    assert {event.trace_id for event in plain} <= {"c81e728d9d4c2f636f067f89cc14862c"}


def test_the_event_of_a_deletion_is_of_a_trace_that_follows_from_the_key_and_not_of_the_last_write() -> None:
    (gone,) = events_of(change_of(traced(None, "", by=relation("accepted"))))
    (again,) = events_of(change_of(record(relation("accepted", mute_id=8), None)))
    (other,) = events_of(change_of(record(post(), None)))
    assert gone.trace_id == again.trace_id == id_of_deletion(relation().to_dynamodb_dict())
    assert other.trace_id not in {gone.trace_id, "a trace before"}


def test_a_change_knows_its_identity_its_time_and_whether_it_expired() -> None:
    made, taken = (
        change_of(record(None, relation("accepted"))),
        change_of(record(relation("accepted"), None, expired=True)),
    )
    assert made.change_id == taken.change_id == "c81e728d9d4c2f636f067f89cc14862c"
    assert made.at == taken.at == AT * 1_000
    assert [made.expired, taken.expired] == [False, True]
    assert made.old is None
    assert taken.new is None
