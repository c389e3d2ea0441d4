from functions.account.api import door as account_door
from functions.follow.api import door as follow_door
from functions.profile.api import door
from tests.builders import Client
from tests.component.conftest import Join, Register

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
