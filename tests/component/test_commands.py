"""What operators command, and the replacement of the keys."""

from typing import Any

import pytest

from functions.account import on_command, wiring
from functions.account.api import door as account_door
from functions.account.issuing import TokenIssuer
from functions.account.operators import UnknownCommand
from functions.feed.api import door as feed_door
from functions.profile.api import door as profile_door
from kith import aws, deployment
from kith.domain.clock import DAY, MINUTE, system_clock
from kith.domain.errors import Unauthenticated
from kith.domain.users import UserNotFound
from kith.table.connection import Table
from kith.table.keys import KeyStore
from kith.tokens import Caller
from kith.vault import Vault
from kith.web.cookies import CookiePolicy, SentCookies
from kith.web.identity import KEYS_KEPT, RELOAD_PAUSE, AccessTokens
from tests.builders import Client, LambdaContext
from tests.component.conftest import Join, Register

ME = "GET /api/v1/users/me"
NO_COOKIES = SentCookies(CookiePolicy(""), "GET", {})


def command(name: str, **more: Any) -> dict[str, Any]:
    return on_command.handler({"command": name, **more}, LambdaContext())


def test_a_suspended_account_is_out_of_action_and_out_of_sight_from_the_next_request_on(
    register: Register, join: Join
) -> None:
    ann, bob = register("ann"), join("bob")
    ann_client = Client(profile_door, ann["access_token"])
    profile = {"user_id": ann["user"]["user_id"]}
    assert ann_client.send(ME).status == 200
    assert bob.at(profile_door).send("GET /api/v1/users/{user_id}", **profile).status == 200

    for _ in range(2):
        assert command("suspend", username="Ann")["standing"] == "suspended"
    refused = ann_client.send(ME)
    assert (refused.status, refused.json["code"]) == (403, "account_suspended")
    assert Client(feed_door, ann["access_token"]).send("GET /api/v1/feed").status == 403
    assert bob.at(profile_door).send("GET /api/v1/users/{user_id}", **profile).status == 404
    login = {"username": "ann", "password": "correct horse battery"}
    assert Client(account_door).send("POST /api/v1/login", json_body=login).status == 401
    refresh = {"refresh_token": ann["refresh_token"]}
    assert Client(account_door).send("POST /api/v1/refresh", json_body=refresh).status == 401

    command("unsuspend", username="ann")
    assert ann_client.send(ME).status == 200
    assert Client(account_door).send("POST /api/v1/login", json_body=login).status == 200


def test_an_account_is_vouched_for_and_no_longer(join: Join) -> None:
    ann = join("ann")
    for name, expected in (("verify", True), ("verify", True), ("unverify", False)):
        assert command(name, username="ann") == {"user_id": ann.user_id, "is_verified": expected}
        assert ann.at(profile_door).send(ME).json["is_verified"] is expected


@pytest.mark.parametrize("name", ["suspend", "verify"])
def test_an_unknown_account_is_told(cloud: None, name: str) -> None:
    with pytest.raises(UserNotFound):
        command(name, username="nobody")


def test_an_unknown_command_is_told(cloud: None) -> None:
    with pytest.raises(UnknownCommand):
        command("promote", username="ann")
    with pytest.raises(UnknownCommand):
        command("suspend")


class Deployment:
    """One deployment's keys, at a time that passes when told."""

    def __init__(self, table: Table) -> None:
        self.now = system_clock()
        self.store = KeyStore(table)
        self.issuer = self.started()
        self.reader = AccessTokens(self.store, clock=lambda: self.now)

    def started(self) -> TokenIssuer:
        vault = Vault(deployment.settings().signing_secret_name, aws.client("secretsmanager"))
        return TokenIssuer(vault, self.store, clock=lambda: self.now)

    def token(self) -> str:
        return self.issuer.access_token(Caller(42, "session", 0, self.now // 1_000 + 600))

    def accepts(self, token: str) -> bool:
        try:
            return self.reader.caller_of({"authorization": f"Bearer {token}"}, NO_COOKIES).user_id == 42
        except Unauthenticated:
            return False

    @property
    def published(self) -> set[str]:
        return {jwk["kid"] for jwk in self.store.published()}


@pytest.fixture
def keys(table: Table) -> Deployment:
    return Deployment(table)


def test_the_next_key_is_published_a_day_before_it_signs_and_nobody_is_logged_out(keys: Deployment) -> None:
    assert keys.accepts(keys.token())
    first = keys.published
    assert len(first) == 1
    assert [keys.issuer.rotate() for _ in range(2)] == [False, False]

    keys.now += 29 * DAY
    assert [keys.issuer.rotate() for _ in range(3)] == [True, False, False]
    assert first < keys.published
    assert len(keys.published) == 2
    refresh_token = keys.issuer.refresh_token("2a-" + 24 * "0", 1)

    keys.now += DAY - MINUTE
    old = keys.token()
    keys.now += 6 * MINUTE
    new = keys.token()
    assert keys.accepts(old)
    assert keys.accepts(new)
    kid = keys.published - first
    assert old.split(".")[0] != new.split(".")[0]
    assert keys.issuer.refresh_token("2a-" + 24 * "0", 1) == refresh_token

    keys.now += 29 * DAY
    assert keys.issuer.rotate()
    assert kid < keys.published
    assert not first & keys.published


def test_what_a_compromised_key_signed_is_refused_within_minutes(keys: Deployment) -> None:
    stolen = keys.token()
    assert keys.accepts(stolen)
    before = keys.published
    assert keys.issuer.rotate(at_once=True)
    assert not before & keys.published
    keys.now += RELOAD_PAUSE
    assert keys.accepts(keys.token())
    keys.now += KEYS_KEPT
    assert not keys.accepts(stolen)


def test_a_key_that_a_crash_kept_from_being_published_is_published_before_it_signs(keys: Deployment) -> None:
    keys.token()
    (kid,) = keys.published
    keys.store.withdraw(kid)
    keys.issuer = keys.started()
    assert keys.accepts(keys.token())


def test_a_key_that_was_published_and_never_kept_is_withdrawn(keys: Deployment) -> None:
    keys.token()
    (jwk,) = keys.store.published()
    keys.store.publish(jwk | {"kid": "orphan"})
    assert not keys.issuer.rotate()
    assert keys.published == {jwk["kid"]}


def test_the_daily_order_rotates_what_is_served(cloud: None, monkeypatch: pytest.MonkeyPatch) -> None:
    jwks = "GET /.well-known/jwks.json"
    assert len(Client(account_door).send(jwks).json["keys"]) == 1
    assert command("rotate-keys") == {"rotated": False}
    later = system_clock() + 29 * DAY
    monkeypatch.setattr(wiring.operators().issuer, "clock", lambda: later)
    assert command("rotate-keys") == {"rotated": True}
    assert len(Client(account_door).send(jwks).json["keys"]) == 2
    assert command("rotate-keys", at_once=True) == {"rotated": True}
    assert len(Client(account_door).send(jwks).json["keys"]) == 1
