"""Editing posts: what is changed, what stays, and what is refused; also while somebody else changes the same."""

from typing import Any

import pytest

from functions.post import wiring
from functions.post.service import Edit
from kith.domain.clock import MINUTE, rfc3339, system_clock
from kith.domain.posts import Visibility
from kith.table.connection import Table
from kith.table.items import MentionItem
from kith.table.posts import PostStore
from kith.table.users import UserStore
from tests.component.conftest import Join, Person, everything
from tests.component.publishing import (
    TAGGED,
    THREAD,
    before_its_write,
    counted,
    delete,
    edit,
    listed,
    listing,
    publish,
    publish_meanwhile,
    read,
    submit,
    without_request,
)

MISSING = 12_345


def edit_meanwhile(who: Person, post_id: int, **changes: Any) -> None:
    """Edit while a request is under way: a door answers one at a time."""
    wiring.service().edit(who.user_id, post_id, Edit(**changes))


def mentioned_in(who: Person) -> list[int]:
    """Return the posts that are marked as naming somebody."""
    partition, _ = MentionItem.pattern.key(user_id=who.user_id, post_id=0)
    keys = [MentionItem.pattern.values(*key) for key in everything() if key[0] == partition]
    return [int(values["post_id"]) for values in keys if values is not None]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the room's clock says, in milliseconds."""
    present = [system_clock()]
    monkeypatch.setattr(wiring, "system_clock", lambda: present[0])
    return present


CHANGES: list[dict[str, Any]] = [
    {"text": "other words #bird"},
    {"hashtags": ["fish"]},
    {"hashtags": []},
    {"visibility": "followers"},
    {"text": "other words #bird", "hashtags": ["fish"]},
    {"text": "other words", "visibility": "followers"},
    {"text": "other words #bird", "hashtags": [], "visibility": "followers"},
]


@pytest.mark.parametrize("changes", CHANGES, ids=" and ".join)
def test_what_is_given_changes_and_what_is_left_out_stays(
    now: list[int], join: Join, changes: dict[str, Any]
) -> None:
    ann = join("ann")
    post_id = publish(ann, "a #cat", hashtags=["dog"])
    before = read(ann, post_id).json
    assert (before["hashtags"], before["edited_at"]) == (["cat", "dog"], None)
    now[0] += MINUTE
    answer = edit(ann, post_id, **changes)
    assert answer.status == 200
    in_text = ["bird"] if "bird" in changes.get("text", "") else [] if "text" in changes else ["cat"]
    assert answer.json == before | {
        "text": changes.get("text", "a #cat"),
        "hashtags": in_text + changes.get("hashtags", ["dog"]),
        "visibility": changes.get("visibility", "public"),
        "edited_at": rfc3339(now[0]),
    }
    assert read(ann, post_id).json == answer.json


def test_lists_follow_what_an_edited_post_says(table: Table, join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    post_id = publish(ann, "#one #two for @bob")
    tags = ("one", "two", "three")
    assert [listed(cat, TAGGED, tag=tag) for tag in tags] == [[post_id], [post_id], []]
    assert (mentioned_in(bob), mentioned_in(cat)) == ([post_id], [])
    answer = edit(ann, post_id, text="#two #three for @cat and @nobody")
    assert answer.json["mentions"] == [{"user_id": cat.user_id, "username": "cat"}]
    assert [listed(cat, TAGGED, tag=tag) for tag in tags] == [[], [post_id], [post_id]]
    assert (mentioned_in(bob), mentioned_in(cat)) == ([], [post_id])
    edit(ann, post_id, text="nothing")
    assert [listed(cat, TAGGED, tag=tag) for tag in tags] == [[], [], []]
    assert (mentioned_in(bob), mentioned_in(cat)) == ([], [])


def test_an_edit_of_its_visibility_leaves_whom_a_post_names(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann, "for @bob")
    mentions = read(ann, post_id).json["mentions"]
    assert [each["user_id"] for each in mentions] == [bob.user_id]
    assert edit(ann, post_id, visibility="followers").json["mentions"] == mentions
    assert edit(ann, post_id, hashtags=["cat"]).json["mentions"] == mentions
    assert mentioned_in(bob) == [post_id]


@pytest.mark.parametrize(
    "same",
    [
        {"text": "a #cat for @bob and @later"},
        {"hashtags": ["#DOG"]},
        {"hashtags": ["cat", "dog"]},
        {"visibility": "public"},
        {"text": "a #cat for @bob and @later", "hashtags": ["dog"], "visibility": "public"},
    ],
)
def test_what_it_is_already_changes_nothing_and_tells_nothing(
    table: Table, join: Join, same: dict[str, Any]
) -> None:
    ann, _ = join("ann"), join("bob")
    post_id = publish(ann, "a #cat for @bob and @later", hashtags=["dog"])
    join("later")
    before = everything()
    with counted(table) as trips:
        answer = edit(ann, post_id, **same)
    assert answer.status == 200
    assert answer.json == read(ann, post_id).json
    assert answer.json["edited_at"] is None
    assert "TransactWriteItems" not in trips.calls
    assert everything() == before
    assert edit(ann, post_id, text="another").json["edited_at"] is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 5_001}, "text"),
        ({"text": "nul \x00"}, "text"),
        ({"text": 7}, "text"),
        ({"hashtags": ["a b"]}, "hashtags"),
        ({"hashtags": [f"tag{number}" for number in range(31)]}, "hashtags"),
        ({"text": "#" + " #".join(f"tag{number}" for number in range(30)), "hashtags": ["x"]}, "hashtags"),
        ({"visibility": "secret"}, "visibility"),
        ({"text": "fine", "reply_to": 7}, "reply_to"),
        ({"text": "fine", "edited_at": None}, "edited_at"),
        ({"text": "fine", "media_ids": []}, "media_ids"),
    ],
)
def test_a_value_that_is_not_acceptable_is_named_and_changes_nothing(
    join: Join, changes: dict[str, Any], field: str
) -> None:
    ann = join("ann")
    post_id = publish(ann)
    before = everything()
    answer = edit(ann, post_id, **changes)
    assert answer.status == 422
    assert {error["field"].partition(".")[0] for error in answer.json["errors"]} == {field}
    assert everything() == before


@pytest.mark.parametrize(
    "nothing", [{}, {"text": None}, {"text": None, "hashtags": None, "visibility": None}]
)
def test_an_edit_that_gives_nothing_is_invalid(join: Join, nothing: dict[str, Any]) -> None:
    ann = join("ann")
    post_id = publish(ann)
    before = everything()
    answer = edit(ann, post_id, **nothing)
    assert (answer.status, answer.json["code"]) == (422, "invalid")
    assert everything() == before


def test_only_its_author_edits_and_deletes_a_post(join: Join) -> None:
    ann, eve = join("ann"), join("eve")
    seen, hidden = publish(ann), publish(ann, visibility="followers")
    before = everything()
    for refused in (edit(eve, seen, text="mine"), delete(eve, seen)):
        assert (refused.status, refused.json["code"]) == (403, "forbidden")
    for hiding, missing in (
        (edit(eve, hidden, text="mine"), edit(eve, MISSING, text="mine")),
        (delete(eve, hidden), delete(eve, MISSING)),
    ):
        assert hiding.status == 404
        assert without_request(hiding) == without_request(missing)
    assert everything() == before
    assert edit(ann, seen, text="mine").status == edit(ann, hidden, text="mine").status == 200


def test_another_identity_in_the_body_is_forbidden(join: Join) -> None:
    ann, eve = join("ann"), join("eve")
    post_id = publish(ann)
    before = everything()
    for who in (ann, eve):
        other = eve if who is ann else ann
        answer = edit(who, post_id, text="mine", user_id=other.user_id)
        assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert everything() == before
    assert edit(ann, post_id, text="mine", user_id=ann.user_id).status == 200


def test_more_changes_than_fit_at_once_are_refused_and_fit_in_two_edits(join: Join) -> None:
    ann = join("ann")
    people = [join(f"person{number}") for number in range(50)]

    def saying(what: str, named: list[Person]) -> str:
        return " ".join(
            [*(f"#{what}{number}" for number in range(30)), *(f"@{who.username}" for who in named)]
        )

    post_id = publish(ann, saying("old", people[:25]))
    before = everything()
    answer = edit(ann, post_id, text=saying("new", people[25:]))
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["text"]
    assert everything() == before
    assert edit(ann, post_id, text="nothing for now").status == 200
    assert edit(ann, post_id, text=saying("new", people[25:])).status == 200
    assert listed(ann, TAGGED, tag="old3") == []
    assert listed(ann, TAGGED, tag="new3") == [post_id]
    assert (mentioned_in(people[0]), mentioned_in(people[49])) == ([], [post_id])


def test_two_edits_at_the_same_moment_both_count(table: Table, join: Join) -> None:
    ann = join("ann")
    post_id = publish(ann, "a #cat", hashtags=["dog"])
    with before_its_write(table, lambda: edit_meanwhile(ann, post_id, text="a #bird")):
        answer = edit(ann, post_id, visibility="followers")
    assert (answer.json["text"], answer.json["visibility"]) == ("a #bird", "followers")
    assert answer.json["hashtags"] == ["bird", "dog"]
    assert read(ann, post_id).json == answer.json
    tags = ("cat", "bird", "dog")
    assert [listed(ann, TAGGED, tag=tag) for tag in tags] == [[], [post_id], [post_id]]


def test_the_later_of_two_edits_of_one_text_is_what_stays(table: Table, join: Join) -> None:
    ann = join("ann")
    post_id = publish(ann, "#first")
    with before_its_write(table, lambda: edit_meanwhile(ann, post_id, text="#second")):
        answer = edit(ann, post_id, text="#third")
    assert read(ann, post_id).json["text"] == answer.json["text"] == "#third"
    tags = ("first", "second", "third")
    assert [listed(ann, TAGGED, tag=tag) for tag in tags] == [[], [], [post_id]]


def answers_to(who: Person, post_id: int) -> list[int]:
    replies = listing(who, THREAD, post_id=post_id).json["replies"]
    return [each["post"]["post_id"] for each in replies]


def test_an_edit_stays_when_the_first_answer_comes_meanwhile(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id, answers = publish(ann, "a #cat"), list[int]()
    with before_its_write(table, lambda: answers.append(publish_meanwhile(bob, reply_to=post_id))):
        assert edit(ann, post_id, text="a #dog").status == 200
    assert read(bob, post_id).json["text"] == "a #dog"
    assert answers_to(bob, post_id) == answers
    assert len(answers) == 1


def test_a_first_answer_stays_when_an_edit_comes_meanwhile(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann, "a #cat")
    assert answers_to(bob, post_id) == []
    with before_its_write(table, lambda: edit_meanwhile(ann, post_id, text="a #dog")):
        answer_id = publish(bob, reply_to=post_id)
    assert read(bob, post_id).json["text"] == "a #dog"
    assert answers_to(bob, post_id) == [answer_id]


def test_an_answer_to_what_is_hidden_meanwhile_is_refused(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    with before_its_write(table, lambda: edit_meanwhile(ann, post_id, visibility=Visibility.FOLLOWERS)):
        answer = submit(bob, reply_to=post_id)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["reply_to"]
    assert listing(ann, THREAD, post_id=post_id).json["replies"] == []
    assert UserStore(table).tally(bob.user_id).posts == 0


def test_an_edit_of_what_is_deleted_meanwhile_finds_nothing_and_brings_nothing_back(
    table: Table, join: Join
) -> None:
    ann = join("ann")
    post_id = publish(ann, "a #cat")
    with before_its_write(table, lambda: wiring.service().remove(ann.user_id, post_id)):
        answer = edit(ann, post_id, text="a #dog")
    assert (answer.status, answer.json["code"]) == (404, "post_not_found")
    assert PostStore(table).by_id(post_id) is None
    assert not [key for key in everything() if key[0] == "TAG#dog"]


def test_a_post_that_keeps_changing_is_not_edited_this_time(table: Table, join: Join) -> None:
    ann = join("ann")
    post_id = publish(ann, "text 0")

    def change(number: int) -> None:
        edit_meanwhile(ann, post_id, text=f"text {number}")

    acts = [lambda number=number: change(number) for number in range(1, 6)]
    with before_its_write(table, *acts):
        answer = edit(ann, post_id, text="mine")
    assert (answer.status, answer.json["code"]) == (503, "unavailable")
    assert read(ann, post_id).json["text"] == "text 5"
    assert edit(ann, post_id, text="mine").status == 200
