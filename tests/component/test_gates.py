"""What every request passes, whichever room it goes to."""

import pytest

from functions.account.api import door as account_door
from functions.account.passwords import Argon2Passwords
from functions.post.api import door as post_door
from functions.profile.api import door as profile_door
from kith.domain.limits import Dimension, Limit
from kith.domain.users import Standing
from kith.table.connection import Table
from kith.table.items import GateItem
from kith.web import admission
from kith.web.admission import network
from tests.builders import Client
from tests.component.conftest import Join, Register

READ = "GET /api/v1/posts/{post_id}"
PUBLISH = "POST /api/v1/posts"


LIMITS = (
    Limit("user", Dimension.USER, 100),
    Limit("route", Dimension.USER_ROUTE, 20),
    Limit("address", Dimension.ADDRESS, 1_000),
)


def limit(monkeypatch: pytest.MonkeyPatch, limits: tuple[Limit, ...]) -> None:
    monkeypatch.setattr(admission, "LIMITS", limits)
    admission.gatekeeper.cache_clear()


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch, cloud: None) -> None:
    limit(monkeypatch, LIMITS)


def test_twenty_requests_pass_and_the_next_is_told_when_to_come_back(limited: None, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    answers = [ann.at(post_door).send(READ, post_id=7) for _ in range(21)]

    assert [answer.status for answer in answers] == [404] * 20 + [429]
    assert [int(answer.headers["ratelimit-remaining"]) for answer in answers] == [*range(19, -1, -1), 0]
    assert answers[-1].json["code"] == "rate_limited"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 3
    assert bob.at(post_door).send(READ, post_id=7).status == 404
    assert ann.at(profile_door).send("GET /api/v1/users/me").status == 200


def test_a_request_over_the_limit_changes_nothing(limited: None, join: Join) -> None:
    ann = join("ann")
    statuses = [ann.at(post_door).send(PUBLISH, json_body={"text": "again"}).status for _ in range(25)]
    assert statuses.count(201) == 20
    assert statuses[20:] == [429] * 5


def test_a_suspended_and_a_vanished_account_are_refused_at_once(join: Join, table: Table) -> None:
    ann = join("ann")
    assert ann.at(post_door).send(READ, post_id=7).status == 404

    table.put(GateItem.at({"standing": Standing.SUSPENDED}, user_id=ann.user_id))
    refused = ann.at(post_door).send(PUBLISH, json_body={"text": "I am still here"})
    assert (refused.status, refused.json["code"]) == (403, "account_suspended")

    table.put(GateItem.at({"standing": Standing.DELETED}, user_id=ann.user_id))
    assert ann.at(post_door).send(READ, post_id=7).status == 401


def test_no_password_is_hashed_for_a_request_over_the_limit(
    limited: None, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = register("ann")
    client = Client(account_door, session["access_token"])
    hashed: list[str] = []

    def wrong(_self: Argon2Passwords, password: str, _kept: str) -> bool:
        hashed.append(password)
        return False

    monkeypatch.setattr(Argon2Passwords, "matches", wrong)
    body = {"current_password": "guess", "new_password": "correct horse batterie"}

    statuses = [client.send("POST /api/v1/password", json_body=body).status for _ in range(25)]

    assert statuses == [403] * 20 + [429] * 5
    assert len(hashed) == 20


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_neighbours_in_one_network_share_a_bucket(one: str, other: str, *, same: bool) -> None:
    assert (network(one) == network(other)) is same


def test_what_a_header_claims_about_the_address_changes_nothing(
    cloud: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, (Limit("address", Dimension.ADDRESS, 3),))
    statuses = [
        Client(account_door)
        .send("GET /.well-known/jwks.json", headers={"x-forwarded-for": f"198.51.100.{number}"})
        .status
        for number in range(5)
    ]
    assert statuses == [200, 200, 200, 429, 429]
