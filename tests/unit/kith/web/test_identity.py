from typing import Any

import pytest

from kith import tokens
from kith.domain.errors import Unauthenticated, Unavailable
from kith.table.items import VerifyingKeyItem
from kith.table.keys import KeyStore
from kith.tokens import Caller
from kith.web.cookies import CookiePolicy, SentCookies
from kith.web.identity import RELOAD_PAUSE, AccessTokens
from tests.forging import claims_at, forged, header_of, new_key
from tests.unit.kith.table.scripted import ScriptedTable

NOW = 1_769_860_800
NO_COOKIES = SentCookies(CookiePolicy(""), "GET", {})
KEY, LATER_KEY, FOREIGN = new_key(), new_key(), new_key()


class Keys:
    """The table's keys, and how often they were asked for."""

    def __init__(self) -> None:
        self.jwks = [tokens.public_jwk(KEY.private)]
        self.is_out_of_reach = False
        self.table = ScriptedTable(self._items)
        self.store = KeyStore(self.table)

    def _items(self, _operation: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        if self.is_out_of_reach:
            raise Unavailable
        items = [VerifyingKeyItem.at({"jwk": jwk}, kid=jwk["kid"]) for jwk in self.jwks]
        return {"Items": [item.to_dynamodb_dict() for item in items]}


def token(key: tokens.SigningKey = KEY) -> str:
    return forged(header_of(key), claims_at(NOW), key.private)


def reader(keys: Keys) -> AccessTokens:
    return AccessTokens(keys.store, clock=lambda: NOW * 1_000)


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "Bearer   "])
def test_a_valid_token_is_admitted_whatever_the_case_of_the_scheme(keys: Keys, scheme: str) -> None:
    admitted = reader(keys).caller_of({"authorization": f"{scheme}{token()}"}, NO_COOKIES)
    assert admitted == Caller(42, "session-1", 1, NOW + 600)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": token()},
        {"authorization": f"Basic {token()}"},
        {"authorization": f"Bearer {token()} {token()}"},
        {"authorization": f"Bearer {token()},Bearer {token()}"},
        {"x-user-id": "42"},
        {"authorization": f"Bearer {token(FOREIGN)}"},
    ],
    ids=lambda headers: ascii(headers)[:40],
)
def test_nothing_else_is_admitted(keys: Keys, headers: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated):
        reader(keys).caller_of(headers, NO_COOKIES)


def test_a_key_is_read_once_while_the_function_is_warm(keys: Keys) -> None:
    warm = reader(keys)
    for _ in range(3):
        warm.caller_of({"authorization": f"Bearer {token()}"}, NO_COOKIES)
    assert len(keys.table.calls) == 1


def test_made_up_keys_do_not_cost_a_read_each(keys: Keys) -> None:
    warm = reader(keys)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            warm.caller_of({"authorization": f"Bearer {token(FOREIGN)}"}, NO_COOKIES)
    assert len(keys.table.calls) == 1


def test_a_new_key_is_found_after_a_moment_without_a_restart(keys: Keys) -> None:
    now = [NOW * 1_000]
    warm = AccessTokens(keys.store, clock=lambda: now[0])
    warm.caller_of({"authorization": f"Bearer {token()}"}, NO_COOKIES)
    keys.jwks.append(tokens.public_jwk(LATER_KEY.private))
    with pytest.raises(Unauthenticated):
        warm.caller_of({"authorization": f"Bearer {token(LATER_KEY)}"}, NO_COOKIES)
    now[0] += RELOAD_PAUSE
    assert warm.caller_of({"authorization": f"Bearer {token(LATER_KEY)}"}, NO_COOKIES).user_id == 42


def test_a_valid_token_is_not_refused_because_the_keys_could_not_be_read_just_before(keys: Keys) -> None:
    warm, keys.is_out_of_reach = reader(keys), True
    with pytest.raises(Unavailable):
        warm.caller_of({"authorization": f"Bearer {token()}"}, NO_COOKIES)
    keys.is_out_of_reach = False
    assert warm.caller_of({"authorization": f"Bearer {token()}"}, NO_COOKIES).user_id == 42
