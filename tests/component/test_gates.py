"""What every request passes, whichever room it goes to."""

import json
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from functions.account.api import door as account_door
from functions.feed.api import door as feed_door
from functions.operation.api import door as operation_door
from functions.post.api import door as post_door
from functions.profile.api import door as profile_door
from functions.session.api import door as session_door
from kith.domain.limits import HOUR, Dimension, Limit
from kith.domain.users import Standing
from kith.passwords import Argon2Passwords
from kith.table.connection import Table, key
from kith.table.gates import USED, Charge
from kith.table.items import GateItem
from kith.web import admission
from kith.web.admission import gatekeeper, network
from tests.builders import Answer, Client
from tests.component.conftest import Join, Register, start_cold

READ = "GET /api/v1/posts/{post_id}"
PUBLISH = "POST /api/v1/posts"
ME = "GET /api/v1/users/me"


LIMITS = (
    Limit("user", (Dimension.USER,), 100),
    Limit("route", (Dimension.USER, Dimension.ROUTE), 20),
    Limit("address", (Dimension.ADDRESS,), 1_000),
)


def limit(monkeypatch: pytest.MonkeyPatch, limits: tuple[Limit, ...]) -> None:
    monkeypatch.setattr(admission, "limits", lambda _knobs: limits)
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


def test_rows_count_by_method_or_for_one_route_only(monkeypatch: pytest.MonkeyPatch, join: Join) -> None:
    by_method = Limit("method", (Dimension.USER, Dimension.METHOD), 3)
    posts = Limit("posts", (Dimension.USER,), 2, HOUR, route=PUBLISH)
    limit(monkeypatch, (by_method, posts))
    ann = join("ann")

    published = [ann.at(post_door).send(PUBLISH, json_body={"text": "again"}) for _ in range(3)]
    read = [ann.at(feed_door).send("GET /api/v1/feed").status for _ in range(2)]
    read += [ann.at(profile_door).send(ME).status for _ in range(2)]

    assert [answer.status for answer in published] == [201, 201, 429]
    assert published[2].headers["ratelimit-limit"] == "2"
    assert int(published[2].headers["retry-after"]) > HOUR / 3
    assert read == [200, 200, 200, 429]


def test_a_long_limit_survives_a_restart(monkeypatch: pytest.MonkeyPatch, join: Join) -> None:
    limit(monkeypatch, (Limit("hour", (Dimension.USER,), 2, HOUR),))
    ann = join("ann")
    assert [ann.at(post_door).send(READ, post_id=7).status for _ in range(3)] == [404, 404, 429]
    start_cold()
    assert ann.at(post_door).send(READ, post_id=7).status == 429


class WhenAsked(Executor):
    """Puts calls off until their result is asked for, and so shows who waits for what."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        class Later(Future[Any]):
            def exception(self, timeout: float | None = None) -> BaseException | None:
                if not self.done():
                    try:
                        self.set_result(fn(*args, **kwargs))
                    except Exception as error:  # noqa: BLE001  # it is the future's to tell
                        self.set_exception(error)
                return super().exception()

            def result(self, timeout: float | None = None) -> Any:
                self.exception()
                return super().result()

        return Later()


@pytest.fixture
def calls(table: Table, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the table is asked from now on: the operation, and for one on a single item its sort key."""
    made: list[str] = []
    call = table.call

    def recorded(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        made.append(f"{operation} {arguments.get('Key', {}).get('PK', {}).get('S', '')[:2]}".strip())
        return call(operation, arguments)

    monkeypatch.setattr(table, "call", recorded)
    return made


ACCOUNT_GATE, ADDRESS_GATE = "UpdateItem U#", "UpdateItem AD"
READING = ["BatchGetItem", "Query"]
"""What looking for a post takes that is not there."""


def test_a_request_costs_two_writes_whether_its_buckets_are_empty_or_not(
    limited: None, join: Join, calls: list[str]
) -> None:
    ann = join("ann")
    ann.at(post_door).send(READ, post_id=7)
    for _ in range(5):
        calls.clear()
        ann.at(post_door).send(READ, post_id=7)
        assert sorted(calls) == sorted([*READING, ACCOUNT_GATE, ADDRESS_GATE])


def test_what_another_instance_counted_costs_one_write_more_once(
    limited: None, join: Join, calls: list[str]
) -> None:
    ann = join("ann")
    remaining = []
    for _ in range(3):
        calls.clear()
        answer = ann.at(post_door).send(READ, post_id=7)
        remaining.append(answer.headers["ratelimit-remaining"])
        gatekeeper.cache_clear()
    assert remaining == ["19", "18", "17"]
    assert calls.count(ACCOUNT_GATE) == 2


def test_reading_does_not_wait_for_the_gates_and_writing_does(
    limited: None, join: Join, table: Table, calls: list[str]
) -> None:
    ann = join("ann")
    ann.at(post_door).send(READ, post_id=7)
    table.executor = WhenAsked()

    calls.clear()
    ann.at(post_door).send(READ, post_id=7)
    assert calls == [*READING, ACCOUNT_GATE, ADDRESS_GATE]

    calls.clear()
    assert ann.at(post_door).send(PUBLISH, json_body={"text": "hello"}).status == 201
    assert calls[0] == "BatchGetItem"
    assert calls[-3:] == [ACCOUNT_GATE, ADDRESS_GATE, "TransactWriteItems"]


def test_a_gate_throws_away_idle_buckets_and_sessions_long_expired(
    limited: None, join: Join, table: Table
) -> None:
    ann = join("ann")
    gate = {"TableName": table.name, "Key": key(*GateItem.pattern.key(user_id=ann.user_id))}
    used = Charge(Limit("user", (Dimension.USER,), 100)).attribute
    names = {"#a": f"{USED}gone", "#b": "revoked:gone", "#c": "revoked:late", "#d": used}
    late = 10**17
    table.call(
        "UpdateItem",
        gate
        | {
            "UpdateExpression": "SET #a = :past, #b = :past, #c = :late, #d = :full",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": {
                ":past": {"N": "1"},
                ":late": {"N": str(late)},
                ":full": {"N": str(time.time_ns() // 1_000 + 5_000_000)},
            },
        },
    )

    assert ann.at(post_door).send(READ, post_id=7).status == 404

    left = table.call("GetItem", gate)["Item"].keys() & set(names.values())
    assert left == {"revoked:late", used}


def test_a_revoked_token_is_a_401_whatever_is_wrong_with_the_body(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = register("ann")["access_token"]
    bodies = ["", "{", '{"text": 7}', json.dumps({"text": "x" * 300_000})]
    before = [Client(post_door, token).send(PUBLISH, text=body).status for body in bodies]
    assert Client(session_door, token).send("POST /api/v1/logout").status == 204
    after = [Client(post_door, token).send(PUBLISH, text=body).status for body in bodies]
    assert (before, after) == ([422, 400, 422, 413], [401] * 4)
    strangers = [Client(post_door).send(PUBLISH, text=body).status for body in bodies]
    assert strangers == [401] * 4


@pytest.mark.parametrize("claim", [{"username": "ann"}, {"username": "nobody"}, {"email": "no@kith.example"}])
def test_guessing_at_one_account_ends_before_its_password_is_hashed(
    register: Register, monkeypatch: pytest.MonkeyPatch, claim: dict[str, str]
) -> None:
    register("ann")
    hashed: list[str] = []

    def wrong(_self: Argon2Passwords, password: str, _kept: str | None) -> bool:
        hashed.append(password)
        return False

    monkeypatch.setattr(Argon2Passwords, "matches", wrong)
    spelt = [claim, {name: value.upper() for name, value in claim.items()}]

    def guess(number: int, **who: str) -> Answer:
        body = {"password": f"guess {number}", **who}
        return Client(account_door).send("POST /api/v1/login", json_body=body)

    answers = [guess(number, **spelt[number % 2]) for number in range(35)]

    assert [answer.status for answer in answers] == [401] * 30 + [429] * 5
    assert len(hashed) == 30
    assert {"retry-after", "ratelimit-limit"} <= answers[-1].headers.keys()
    assert guess(0, username="somebody_else").status == 401


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


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.DELETED])
def test_a_refused_request_holds_nobody_else_up(join: Join, table: Table, standing: Standing) -> None:
    ann = join("ann")
    table.put(GateItem.at({"standing": standing}, user_id=ann.user_id))
    for door, route in ((post_door, READ), (operation_door, "GET /api/v1/operations/{operation_id}")):
        assert ann.at(door).send(route, post_id=7, operation_id=7).status in {401, 403}
        table.guard()  # raises what a refused request would wait for


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
    limit(monkeypatch, (Limit("address", (Dimension.ADDRESS,), 3),))
    statuses = [
        Client(account_door)
        .send("GET /.well-known/jwks.json", headers={"x-forwarded-for": f"198.51.100.{number}"})
        .status
        for number in range(5)
    ]
    assert statuses == [200, 200, 200, 429, 429]
