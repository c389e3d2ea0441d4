"""Every route against everybody who may not use it: the routes are those of the OpenAPI document."""

from collections.abc import Callable
from functools import partial

import pytest

from kith.domain.clock import HOUR, MINUTE, SECOND, system_clock
from kith.domain.users import Standing
from kith.table.connection import Table
from kith.table.items import GateItem
from kith.table.sessions import SessionStore
from kith.tokens import Caller
from kith.web.door import Identity
from tests.builders import LambdaContext, answer_of
from tests.component.conftest import KEY, Join, Person, everything, token_for
from tests.component.routes import ROUTES, Described
from tests.forging import new_key

GATED = [route for route in ROUTES if route.identity is not Identity.NONE]
BODIES = [None, "{", "{}", '{"user_id": 1}']

Spoil = Callable[[Person, Table], str | None]
"""Makes somebody's token worthless, and returns the token."""


def no_token(_person: Person, _table: Table) -> None:
    return None


def another_signature(person: Person, _table: Table) -> str:
    now = system_clock()
    return new_key().sign(Caller(person.user_id, "session", 0, now // SECOND + 600), token_id="t", now=now)


def expired(person: Person, _table: Table) -> str:
    return token_for(person.user_id, issued=system_clock() - 11 * MINUTE)


def ended_session(person: Person, table: Table) -> str:
    SessionStore(table).end(person.user_id, ["session"], until=system_clock() + HOUR)
    return person.token


def ended_everywhere(person: Person, table: Table) -> str:
    SessionStore(table).end_all(person.user_id)
    return person.token


def standing(is_now: Standing, person: Person, table: Table) -> str:
    table.put(GateItem.at({"standing": is_now}, user_id=person.user_id))
    return person.token


def no_such_account(person: Person, _table: Table) -> str:
    now = system_clock()
    return KEY.sign(Caller(person.user_id + 1, "session", 0, now // SECOND + 600), token_id="t", now=now)


REFUSED: dict[str, tuple[Spoil, int]] = {
    "no token": (no_token, 401),
    "another signature": (another_signature, 401),
    "expired": (expired, 401),
    "ended session": (ended_session, 401),
    "ended everywhere": (ended_everywhere, 401),
    "deleted": (partial(standing, Standing.DELETED), 401),
    "no such account": (no_such_account, 401),
    "suspended": (partial(standing, Standing.SUSPENDED), 403),
}


@pytest.mark.parametrize("who", REFUSED)
@pytest.mark.parametrize("route", GATED, ids=str)
def test_who_may_not_act_is_told_so_before_anything_else(
    join: Join, table: Table, route: Described, who: str
) -> None:
    spoil, status = REFUSED[who]
    person = join("ann")
    token = spoil(person, table)
    before = everything()
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    for body in BODIES:
        for event in (route.as_http(body=body, headers=headers), route.as_rest(body=body, headers=headers)):
            assert answer_of(route.door(event, LambdaContext())).status == status
    assert everything() == before


@pytest.mark.parametrize("route", GATED, ids=str)
def test_who_may_act_is_not_kept_out(join: Join, route: Described) -> None:
    headers = {"content-type": "application/json", "authorization": f"Bearer {join('ann').token}"}
    answer = answer_of(route.door(route.as_http(body="{}", headers=headers), LambdaContext()))
    assert answer.status not in {401, 403}
