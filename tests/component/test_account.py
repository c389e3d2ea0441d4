import json
from typing import Any

import pytest

from functions.account.api import door
from functions.feed.api import door as feed_door
from kith.passwords import Argon2Passwords
from tests.builders import Answer, Client, LambdaContext, answer_of, rest_event
from tests.component.conftest import Register, everything

VISITOR = Client(door)
PASSWORD = "correct horse battery"


def register(**fields: Any) -> Answer:
    body = {"username": "ann", "email": "ann@kith.example", "password": PASSWORD} | fields
    return VISITOR.send("POST /api/v1/register", json_body=body)


def log_in(**fields: Any) -> Answer:
    return VISITOR.send("POST /api/v1/login", json_body={"password": PASSWORD} | fields)


def without_request_id(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in answer.json.items() if name != "request_id"}


def test_registering_makes_an_account_and_logs_it_in(cloud: None) -> None:
    assert everything() == {}
    answer = register(full_name="Ann Lee", is_private=True)
    assert answer.status == 201
    body = answer.json
    assert set(body) == {"user", "access_token", "token_type", "expires_in", "refresh_token"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    user = body["user"]
    assert {name: user[name] for name in user if name not in {"user_id", "created_at"}} == {
        "username": "ann",
        "full_name": "Ann Lee",
        "bio": "",
        "avatar": None,
        "is_private": True,
        "is_verified": False,
        "follower_count": 0,
        "following_count": 0,
        "post_count": 0,
    }
    assert Client(feed_door, body["access_token"]).send("GET /api/v1/feed").status == 200


def test_neither_password_nor_address_is_stored_where_others_look(cloud: None) -> None:
    register()
    kept = {place: json.dumps(item) for place, item in everything().items()}
    assert not [place for place, item in kept.items() if PASSWORD in item]
    assert [sort for (_, sort), item in kept.items() if "ann@kith.example" in item] == ["CREDENTIALS"]


@pytest.mark.parametrize("username", ["ann", "ANN", "Ann"])
def test_a_name_is_taken_in_every_case(cloud: None, username: str) -> None:
    assert register(username="aNn").json["user"]["username"] == "ann"
    before = everything()
    answer = register(username=username, email="other@kith.example")
    assert (answer.status, answer.json["code"]) == (409, "username_taken")
    assert everything() == before


@pytest.mark.parametrize("email", ["ann@kith.example", "ANN@kith.example"])
def test_registering_a_known_address_does_not_tell_that_it_is_known(cloud: None, email: str) -> None:
    first = register()
    second = register(username="bob", email=email)
    assert first.status == second.status == 201
    assert set(first.json) == set(second.json)
    assert log_in(email="ann@kith.example").json["user"]["username"] == "ann"
    assert log_in(username="bob").json["user"]["username"] == "bob"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "password"),
        ("password", "short"),
        ("password", "x" * 257),
        ("username", "admin"),
        ("username", "a b"),
        ("username", "USERNAME#ann"),
        ("email", "nobody"),
        ("full_name", "x" * 101),
        ("full_name", "a\x00b"),
        ("is_private", "perhaps"),
        ("is_verified", True),
        ("user_id", 7),
        ("standing", "active"),
    ],
)
def test_a_value_that_is_not_acceptable_is_named_and_nothing_is_stored(
    cloud: None, field: str, value: object
) -> None:
    answer = register(**{field: value})
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert everything() == {}
    assert register().status == 201


def test_a_refused_password_is_not_repeated_in_the_answer(cloud: None) -> None:
    answer = register(password="short#1")
    assert answer.status == 422
    assert "short#1" not in answer.text


@pytest.mark.parametrize(
    "who",
    [{"username": "ann"}, {"username": "ANN"}, {"email": "ann@kith.example"}, {"email": "Ann@Kith.example"}],
)
def test_one_logs_in_by_name_or_address_in_any_case(cloud: None, who: dict[str, str]) -> None:
    made = register().json
    answer = log_in(**who)
    assert answer.status == 200
    assert answer.json["user"] == made["user"]
    assert answer.json["access_token"] != made["access_token"]
    assert answer.json["refresh_token"] != made["refresh_token"]


def test_an_unknown_account_and_a_wrong_password_are_answered_alike(cloud: None) -> None:
    register()
    answers = [
        log_in(username="ann", password="wrong password"),
        log_in(username="nobody"),
        log_in(email="nobody@kith.example"),
        log_in(email="ann@kith.example", password="wrong password"),
        log_in(username="no such name!"),
        log_in(username="ann", password=""),
    ]
    assert {answer.status for answer in answers} == {401}
    assert all(without_request_id(answer) == without_request_id(answers[0]) for answer in answers)
    assert {frozenset(answer.headers) for answer in answers} == {frozenset(answers[0].headers)}
    assert log_in(username="ann").status == 200


def test_an_unknown_account_costs_a_password_check_as_a_known_one_does(
    cloud: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    register()
    matches, checked = Argon2Passwords.matches, list[str]()

    def counted(self: Argon2Passwords, password: str, kept: str | None) -> bool:
        checked.append(password)
        return matches(self, password, kept)

    monkeypatch.setattr(Argon2Passwords, "matches", counted)
    for number, who in enumerate(
        [{"username": "ann"}, {"username": "nobody"}, {"email": "nobody@kith.example"}, {"username": "!"}]
    ):
        assert log_in(password=f"wrong password {number}", **who).status == 401
    assert checked == [f"wrong password {number}" for number in range(4)]


@pytest.mark.parametrize("who", [{}, {"username": "ann", "email": "ann@kith.example"}])
def test_logging_in_takes_a_name_or_an_address(cloud: None, who: dict[str, str]) -> None:
    assert log_in(**who).status == 422


def test_the_public_keys_verify_what_is_issued_and_hold_nothing_private(cloud: None) -> None:
    before = VISITOR.send("GET /.well-known/jwks.json")
    register()
    after = VISITOR.send("GET /.well-known/jwks.json")
    assert before.json == after.json
    ((jwk),) = after.json["keys"]
    assert set(jwk) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    assert after.headers["cache-control"] == "public, max-age=300"


def test_a_rest_api_registers_as_well(cloud: None) -> None:
    body = json.dumps({"username": "ann", "email": "ann@kith.example", "password": PASSWORD})
    event = rest_event(
        "POST /api/v1/register",
        "/api/v1/register",
        body=body,
        headers={"Content-Type": "application/json"},
    )
    answer = answer_of(door(event, LambdaContext()))
    assert answer.status == 201
    assert answer.json["user"]["username"] == "ann"


def test_secrets_never_reach_the_log(register: Register, caplog: pytest.LogCaptureFixture) -> None:
    session = register("ann")
    log_in(username="ann", password="wrong password")
    logged = " ".join(str(vars(record)) for record in caplog.records)
    assert "POST /api/v1/register" in logged
    secrets = [
        PASSWORD,
        "wrong password",
        "ann@kith.example",
        session["access_token"],
        session["refresh_token"],
    ]
    assert [secret for secret in secrets if secret in logged] == []
