import time
from typing import Any

import pytest

from functions.account.api import door as account_door
from functions.follow.api import door as follow_door
from functions.profile.api import door
from kith.domain.clock import system_clock
from kith.table import profiles
from kith.table.connection import Table
from kith.table.items import CredentialsItem, PreferencesItem, UserItem
from kith.table.transactions import write
from tests.builders import Client
from tests.component.conftest import Join, Person, Register

ME = "GET /api/v1/users/me"
CHANGE = "PATCH /api/v1/users/me"
BY_ID = "GET /api/v1/users/{user_id}"
BY_NAME = "GET /api/v1/users/by-username/{username}"


def test_one_sees_ones_own_address_and_others_do_not(register: Register) -> None:
    ann, bob = register("ann"), register("bob")
    own = Client(door, ann["access_token"]).send(ME).json
    assert own["email"] == "ann@kith.example"
    for answer in (
        Client(door, bob["access_token"]).send(BY_ID, user_id=ann["user"]["user_id"]),
        Client(door, bob["access_token"]).send(BY_NAME, username="ANN"),
    ):
        assert answer.json == ann["user"]
        assert "ann@kith.example" not in answer.text


def test_only_what_is_sent_is_changed(register: Register) -> None:
    client = Client(door, register("ann", full_name="Ann")["access_token"])
    before = client.send(ME).json

    changed = client.send(CHANGE, json_body={"bio": "Hello."}).json

    assert changed == before | {"bio": "Hello."}
    assert client.send(ME).json == changed
    assert client.send(CHANGE, json_body={}).json == changed


def test_a_null_an_unknown_field_and_a_bad_value_change_nothing(register: Register) -> None:
    client = Client(door, register("ann")["access_token"])
    before = client.send(ME).json
    for body in (
        {"bio": None},
        {"is_verified": True},
        {"username": "a"},
        {"bio": "\x00"},
        {"bio": "x" * 501},
        {"is_private": "yes"},
    ):
        assert client.send(CHANGE, json_body=body).status == 422
    assert client.send(ME).json == before


def test_a_name_that_is_given_up_stays_its_former_owners(register: Register) -> None:
    ann, bob = register("ann"), register("bob")
    client, other = Client(door, ann["access_token"]), Client(door, bob["access_token"])

    assert client.send(CHANGE, json_body={"username": "annette"}).json["username"] == "annette"

    assert other.send(BY_NAME, username="annette").status == 200
    assert other.send(BY_NAME, username="ann").status == 404
    assert other.send(CHANGE, json_body={"username": "ANN"}).status == 409
    register_ann = {"username": "ann", "email": "x@kith.example", "password": "correct horse battery"}
    assert Client(account_door).send("POST /api/v1/register", json_body=register_ann).status == 409
    assert client.send(CHANGE, json_body={"username": "ann"}).json["username"] == "ann"
    assert other.send(BY_NAME, username="ann").status == 200


def test_going_private_makes_the_next_follow_a_request(join: Join) -> None:
    ann, bob, eve = join("ann"), join("bob"), join("eve")
    follow = "POST /api/v1/graph/follow/{user_id}"
    assert bob.at(follow_door).send(follow, user_id=ann.user_id).json["status"] == "accepted"

    assert ann.at(follow_door).send(follow, user_id=bob.user_id).json["status"] == "accepted"
    Client(door, ann.token).send(CHANGE, json_body={"is_private": True})

    assert eve.at(follow_door).send(follow, user_id=ann.user_id).json["status"] == "pending"


def test_whoever_does_not_exist_is_not_found(join: Join) -> None:
    ann = join("ann")
    assert ann.at(door).send(BY_ID, user_id=12345).status == 404
    for name in ("nobody", "a", "me me"):
        assert ann.at(door).send(BY_NAME, username=name).status == 404


def test_another_address_is_pending_and_can_be_asked_for_again_and_taken_back(
    join: Join, table: Table
) -> None:
    ann = join("ann")
    client = ann.at(door)
    before = client.send(ME).json
    assert (before["email_verified"], before["pending_email"]) == (False, None)
    asked_at = [asked(table, ann)]
    for email in ("new@kith.example", "new@kith.example", "ann@kith.example"):
        wait_until_after(asked_at[-1])
        assert client.send(CHANGE, json_body={"email": email}).json == before | {"pending_email": email}
        asked_at.append(asked(table, ann))
    assert asked_at == sorted(set(asked_at)), "each is told to whoever sends mails"

    verify_address(table, ann)
    after = client.send(CHANGE, json_body={"email": "Ann@kith.example"}).json
    assert after == before | {"email_verified": True}
    assert asked(table, ann) == asked_at[-1]


def asked(table: Table, who: Person) -> int:
    """Return when somebody last asked for an address."""
    item = table.get(UserItem, user_id=who.user_id)
    assert item is not None
    return int(item.email_asked_at)


def wait_until_after(milliseconds: int) -> None:
    while system_clock() <= milliseconds:
        time.sleep(0.001)


def verify_address(table: Table, who: Person) -> None:
    item = table.get(CredentialsItem, user_id=who.user_id)
    assert item is not None
    item.email_verified = True
    table.put(item)


def test_a_pending_address_is_nobody_elses_business_and_claims_nothing(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    answer = ann.at(door).send(CHANGE, json_body={"email": "bob@kith.example"})
    assert answer.status == 200
    assert answer.json["pending_email"] == "bob@kith.example"
    assert "bob@kith.example" not in bob.at(door).send(BY_ID, user_id=ann.user_id).text


def test_an_address_that_is_none_is_named_and_nothing_of_the_request_is_done(join: Join) -> None:
    client = join("ann").at(door)
    before = client.send(ME).json
    answer = client.send(CHANGE, json_body={"bio": "Hello.", "email": "nobody"})
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["email"]
    assert client.send(ME).json == before


def test_preferences_are_merged_and_null_removes(join: Join) -> None:
    client = join("ann").at(door)
    assert client.send(ME).json["preferences"] == {}
    values = {"theme": "dark", "feed.ranked": True, "scale": 1.25, "limit": 20, "accent": "e\u0301"}
    set_ = client.send(CHANGE, json_body={"preferences": values}).json
    assert set_["preferences"] == values | {"accent": "\u00e9"}
    assert [type(value) for value in set_["preferences"].values()] == [str, bool, float, int, str]

    patch = {"theme": None, "no-such": None, "limit": 0}
    changed = client.send(CHANGE, json_body={"preferences": patch, "bio": "Hello."}).json

    assert changed["preferences"] == {"feed.ranked": True, "scale": 1.25, "limit": 0, "accent": "\u00e9"}
    assert changed["bio"] == "Hello."
    assert client.send(ME).json == changed
    none = dict.fromkeys(changed["preferences"])
    assert client.send(CHANGE, json_body={"preferences": none}).json["preferences"] == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("", 1),
        ("a b", 1),
        ("PK#", 1),
        ("x" * 65, 1),
        ("theme", "x" * 501),
        ("theme", "a\x00b"),
        ("theme", {"nested": 1}),
        ("theme", ["dark"]),
        ("theme", 2**53 + 1),
        ("theme", -(10**40)),
    ],
)
def test_a_preference_that_is_not_acceptable_is_named_and_nothing_is_kept(
    join: Join, name: str, value: object
) -> None:
    client = join("ann").at(door)
    before = client.send(CHANGE, json_body={"preferences": {"kept": 1}}).json
    answer = client.send(CHANGE, json_body={"preferences": {"fine": 1, name: value}})
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [f"preferences.{name}"]
    assert client.send(ME).json == before


def test_fifty_preferences_are_enough_for_anyone(join: Join) -> None:
    client = join("ann").at(door)
    fifty = {f"p{number}": number for number in range(50)}
    assert client.send(CHANGE, json_body={"preferences": fifty}).json["preferences"] == fifty
    refused = client.send(CHANGE, json_body={"preferences": {"one.more": 1}})
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "preferences")
    swapped = {"p0": None, "one.more": 1}
    assert len(client.send(CHANGE, json_body={"preferences": swapped}).json["preferences"]) == 50


def test_a_change_that_another_overtakes_is_made_to_what_is_there_then(
    join: Join, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    overtaking = [PreferencesItem.at({"chosen": {"theme": "dark"}}, user_id=ann.user_id)]

    def interrupted(*arguments: Any) -> None:
        while overtaking:
            table.put(overtaking.pop())
        write(*arguments)

    monkeypatch.setattr(profiles, "write", interrupted)
    body = {"preferences": {"language": "eo"}, "bio": "Saluton."}
    after = ann.at(door).send(CHANGE, json_body=body).json
    assert after["preferences"] == {"theme": "dark", "language": "eo"}
    assert after["bio"] == "Saluton."
