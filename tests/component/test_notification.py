"""What people are told, through the doors, with events that come late, twice, in any order, and workers that die."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.bell.api import door as bell_door
from functions.notification import noticing, wiring
from functions.notification.api import door
from functions.post.api import door as post_door
from kith.domain.notifications import BY_NOBODY, OWN_POST
from kith.table.items import (
    BellItem,
    ListenerItem,
    NotificationItem,
    NotifiedItem,
    PostItem,
    ToldItem,
)
from kith.table.notification_reader import NotificationReader
from kith.table.notifications import NotificationStore
from tests.component.conftest import Person
from tests.component.happening import (
    delete_account,
    delete_post,
    go_private,
    kinds,
    publish,
    suspend,
)
from tests.component.telling import (
    HAPPENS,
    Town,
    a_town,
    comment,
    do,
    engage,
    follow,
    hang_bell,
    liked,
    new_post,
    part,
    uncomment,
)


@pytest.fixture(params=range(3))
def town(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    with a_town(monkeypatch, request.param) as made:
        yield made


BELL = "DELETE /api/v1/notifications/bells/{user_id}"
types = pytest.mark.parametrize("about", HAPPENS)
types_of_people = pytest.mark.parametrize("about", sorted({*HAPPENS} - BY_NOBODY))


def mine(told: list[dict[str, object]], about: str) -> list[dict[str, object]]:
    return [each for each in told if each["type"] == about]


@types
def test_each_type_is_told_once_however_often_it_is_delivered(town: Town, about: str) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    assert town.told(ann) == []
    act, text = HAPPENS[about]
    post_id = act(town, ann, bob)
    (told,) = mine(town.told(ann), about)
    assert told["text"] == text
    actors = [] if about in BY_NOBODY else [bob.user_id]
    assert [actor["user_id"] for actor in told["actors"]] == actors  # type: ignore[attr-defined]
    assert (told["actor_count"], told["read"]) == (len(actors), False)
    assert told.get("post_id") == post_id
    assert len({each["detail"]["event_id"] for each in town.created if each["detail"]["type"] == about}) == 1
    assert mine(town.told(bob), about) == []


@types_of_people
@pytest.mark.parametrize("apart", ["blocks", "is blocked", "mutes", "suspended", "deleted"])
def test_of_whom_one_may_not_see_or_does_not_want_to_nothing_is_told(
    town: Town, about: str, apart: str
) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    HAPPENS[about][0](town, ann, bob)
    assert mine(town.told(ann), about)
    match apart:
        case "blocks":
            part(ann, "block", bob)
        case "is blocked":
            part(bob, "block", ann)
        case "mutes":
            part(ann, "mute", bob)
        case "suspended":
            suspend(bob)
        case "deleted":
            delete_account(bob)
    read = town.read(ann)
    assert mine(read["notifications"], about) == [], "at once, whatever has been delivered"
    assert mine(town.told(ann), about) == []
    assert town.read(ann)["unread_count"] == len(town.read(ann)["notifications"])


@types_of_people
@pytest.mark.parametrize("verb", ["block", "mute"])
def test_who_is_blocked_or_muted_before_is_not_told_of(town: Town, about: str, verb: str) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    if verb == "block":
        HAPPENS[about][0](town, ann, bob)
        part(ann, "block", bob)
    else:
        part(ann, "mute", bob)
        HAPPENS[about][0](town, ann, bob)
    assert mine(town.told(ann), about) == []
    assert [each for each in town.created if each["detail"]["type"] == about] == []


@pytest.mark.parametrize(("deed", "phrase"), [("like", "liked"), ("repost", "reposted")])
def test_eleven_of_whom_two_take_it_back_and_one_is_blocked(town: Town, deed: str, phrase: str) -> None:
    ann = town.person("ann")
    others = [town.person(f"other{number:02}") for number in range(11)]
    post_id = publish(ann)
    engage(ann, deed, post_id)
    for other in others:
        engage(other, deed, post_id)
    assert town.texts(ann) == [f"@other10 and 10 others {phrase} your post"]
    engage(others[10], deed, post_id, undo=True)
    engage(others[0], deed, post_id, undo=True)
    part(ann, "block", others[9])
    assert [each["text"] for each in town.read(ann)["notifications"]] == [
        f"@other08 and 7 others {phrase} your post"
    ]
    (told,) = town.told(ann)
    assert (told["text"], told["actor_count"]) == (f"@other08 and 7 others {phrase} your post", 8)
    for other in others[1:9]:
        engage(other, deed, post_id, undo=True)
    assert town.told(ann) == []


def test_of_what_everybody_took_back_nothing_is_left(town: Town) -> None:
    ann, bob, cid = town.person("ann"), town.person("bob"), town.person("cid")
    post_id = liked(town, ann, bob)
    engage(cid, "like", post_id)
    assert town.told(ann)
    for who in (bob, cid):
        engage(who, "like", post_id, undo=True)
    town.settle()
    assert kinds(NotificationItem, NotifiedItem) == []


def test_what_is_done_and_taken_back_a_hundred_times_is_told_once(town: Town) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    post_id = publish(ann)
    for _ in range(100):
        engage(bob, "like", post_id)
        town.bag.gather()
        town.bag.deliver(1)
        engage(bob, "like", post_id, undo=True)
        town.bag.gather()
        town.bag.deliver(1)
    engage(bob, "like", post_id)
    assert town.texts(ann) == ["@bob liked your post"]
    assert len({each["detail"]["event_id"] for each in town.created}) <= 1
    engage(bob, "like", post_id, undo=True)
    assert town.told(ann) == []


def test_somebody_who_comments_twice_is_one_and_stays_while_one_comment_does(town: Town) -> None:
    ann, bob, cid = town.person("ann"), town.person("bob"), town.person("cid")
    post_id = publish(ann)
    first, second = comment(bob, post_id), comment(bob, post_id)
    comment(cid, post_id)
    comment(ann, post_id)
    assert town.texts(ann) == ["@cid and @bob commented on your post"]
    uncomment(bob, post_id, second)
    assert town.texts(ann) == ["@cid and @bob commented on your post"]
    uncomment(bob, post_id, first)
    assert town.texts(ann) == ["@cid commented on your post"]


def test_who_answers_and_names_somebody_tells_them_once(town: Town) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    publish(bob, text=f"no, @{ann.username}", reply_to=publish(ann))
    assert town.texts(ann) == ["@bob replied to your post"]


def test_an_edit_tells_whom_it_names_anew_and_no_longer_whom_it_does_not(town: Town) -> None:
    ann, bob, cid = town.person("ann"), town.person("bob"), town.person("cid")
    post_id = publish(bob, text="hello @ann")
    assert town.texts(ann) == ["@bob mentioned you"]
    do(
        bob,
        post_door,
        "PATCH /api/v1/posts/{post_id}",
        post_id=post_id,
        json_body={"text": "hello @cid"},
    )
    assert town.texts(cid) == ["@bob mentioned you"]
    assert town.told(ann) == []
    delete_post(bob, post_id)
    assert town.told(cid) == []
    assert kinds(NotificationItem, NotifiedItem) == []


@pytest.mark.parametrize("about", sorted(OWN_POST))
def test_nothing_is_told_of_a_deleted_post(town: Town, about: str) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    HAPPENS[about][0](town, ann, bob)
    assert town.told(ann)
    delete_post(ann, _own_post(ann))
    assert town.read(ann)["notifications"] == []
    town.settle()
    assert kinds(NotificationItem, NotifiedItem) == []


@types
def test_of_what_goes_while_it_is_told_nothing_is_told_whoever_dies_then(
    town: Town, about: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever would look once more is as good as dead, and what was told of the end came before."""
    ann, bob = town.person("ann"), town.person("bob")
    post_id = HAPPENS[about][0](town, ann, bob)
    is_so, deeds = NotificationReader.is_so, list[str]()

    def and_then_it_goes(reader: NotificationReader, *arguments: Any) -> bool:
        found = is_so(reader, *arguments)
        if found and arguments[1].type == about and not deeds:
            deeds.append(about)
            match about:
                case "new_post":
                    do(ann, bell_door, BELL, user_id=bob.user_id)
                case "mentioned":
                    delete_post(bob, post_id or 0)
                case _ if arguments[1].type in OWN_POST:
                    delete_post(ann, _own_post(ann))
                case _:
                    delete_account(ann)
        return found

    monkeypatch.setattr(NotificationReader, "is_so", and_then_it_goes)
    monkeypatch.setattr(NotificationStore, "forget", lambda *_, **__: None)
    town.settle()
    assert deeds == [about]
    assert [each for each in kinds(NotifiedItem) if f"#{about}#" in each.sk] == []


def _own_post(ann: Person) -> int:
    posts = [item for item in kinds(PostItem) if isinstance(item, PostItem)]
    (own,) = [item for item in posts if item.author_id == ann.user_id]
    return int(own.values["post_id"])


@pytest.mark.parametrize("hiding", ["followers", "private"])
def test_nobody_is_told_that_a_post_is_trending_which_not_everybody_may_see(town: Town, hiding: str) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    post_id = HAPPENS["trending"][0](town, ann, bob)
    if hiding == "private":
        go_private(ann)
    else:
        edit = "PATCH /api/v1/posts/{post_id}"
        do(ann, post_door, edit, post_id=post_id, json_body={"visibility": "followers"})
    assert town.told(ann) == []
    assert town.created == []


def test_a_followers_post_that_names_a_stranger_tells_nothing(town: Town) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    publish(bob, text="psst @ann", visibility="followers")
    assert town.told(ann) == []
    assert kinds(NotificationItem) == []


def test_what_is_read_stays_read_and_moves_up_when_somebody_joins(town: Town) -> None:
    ann, bob, cid = town.person("ann"), town.person("bob"), town.person("cid")
    post_id = liked(town, ann, bob)
    follow(bob, ann)
    first = town.told(ann)
    assert {each["type"] for each in first} == {"new_follower", "post_liked"}
    assert town.read(ann)["unread_count"] == 2
    unread = do(ann, door, "POST /api/v1/notifications/read", json_body={"up_to": first[1]["id"]}).json[
        "unread_count"
    ]
    assert unread == 1
    assert [each["read"] for each in town.read(ann)["notifications"]] == [False, True]
    engage(cid, "like", post_id)
    moved, other = town.told(ann)
    assert (moved["text"], moved["read"]) == ("@cid and @bob liked your post", False)
    assert (other["text"], other["read"]) == ("@bob followed you", first[0]["type"] == "post_liked")
    newest = town.read(ann)["notifications"][0]["id"]
    assert do(ann, door, "POST /api/v1/notifications/read", json_body={"up_to": newest}).json == {
        "unread_count": 0
    }
    assert do(ann, door, "POST /api/v1/notifications/read", json_body={"up_to": first[1]["id"]}).json == {
        "unread_count": 0
    }, "what has been read stays read"
    assert do(ann, door, "GET /api/v1/notifications/unread").json == {"unread_count": 0}


def test_reading_into_the_future_reads_nothing_that_is_to_come(town: Town) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    do(ann, door, "POST /api/v1/notifications/read", json_body={"up_to": 2**53 - 1})
    liked(town, ann, bob)
    assert [each["read"] for each in town.told(ann)] == [False]


def test_pages_neither_repeat_nor_skip(town: Town) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    posts = [liked(town, ann, bob) for _ in range(7)]
    town.settle()
    seen: list[int] = []
    query: dict[str, str] = {"limit": "2"}
    while True:
        page = town.read(ann, **query)
        seen += [each["post_id"] for each in page["notifications"]]
        if not page["has_more"]:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(seen) == sorted(posts)
    foreign = bob.at(door).send("GET /api/v1/notifications", query=query)
    assert (foreign.status, foreign.json["code"]) == (400, "invalid_cursor")


def test_a_bell_goes_with_the_follow_and_what_was_told_names_nobody(town: Town) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    new_post(town, ann, bob)
    liked(town, ann, bob)
    town.settle()
    assert kinds(BellItem)
    assert kinds(ListenerItem)
    follow(ann, bob, undo=True)
    town.settle()
    assert kinds(BellItem, ListenerItem) == []
    assert [each["type"] for each in town.told(ann)] == ["post_liked"]
    told = kinds(ToldItem)
    assert told
    assert not any(str(person.user_id) in str(item.pk) for item in told for person in (ann, bob))


def test_more_listeners_than_one_page_are_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noticing, "PAGE", 2)
    monkeypatch.setattr(wiring, "BUDGET", 0)
    wiring.noticer.cache_clear()
    bob = town.person("bob")
    listeners = [town.person(f"listener{number}") for number in range(5)]
    for listener in listeners:
        follow(listener, bob)
        hang_bell(listener, bob)
    post_id = publish(bob)
    for listener in listeners:
        (told,) = mine(town.told(listener), "new_post")
        assert told["post_id"] == post_id


def test_preferences_are_changed_one_by_one_and_refused_with_the_field_named(town: Town) -> None:
    ann = town.person("ann")
    path = "/api/v1/notifications/preferences"
    before = do(ann, door, f"GET {path}").json
    assert set(before) == set(HAPPENS)
    assert {each["email"] for each in before.values()} == {"off"}
    after = do(ann, door, f"PUT {path}", json_body={"post_liked": {"push": False, "email": "hourly"}}).json
    assert after == before | {"post_liked": {"websocket": True, "push": False, "email": "hourly"}}
    assert do(ann, door, f"GET {path}").json == after
    for body, field in (
        ({"post_liked": {"email": "weekly"}}, "post_liked.email"),
        ({"post_liked": {"push": "yes"}}, "post_liked.push"),
        ({"nothing": {"push": True}}, "nothing"),
        ({"post_liked": {"fax": True}}, "post_liked.fax"),
    ):
        refused = do(ann, door, f"PUT {path}", 422, json_body=body).json
        assert field in {error["field"] for error in refused["errors"]}
    assert do(ann, door, f"GET {path}").json == after
