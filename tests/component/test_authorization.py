"""Every route against everybody who may not use it: the routes are those of the OpenAPI document."""

import json
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
from tests.builders import Answer, LambdaContext, answer_of
from tests.component.conftest import KEY, Join, Person, everything, token_for
from tests.component.happening import block, suspend
from tests.component.publishing import without_request
from tests.component.routes import ROUTES, Described
from tests.forging import new_key

PUBLIC = {
    "POST /api/v1/register": "nobody has an account before",
    "POST /api/v1/login": "takes a password",
    "POST /api/v1/refresh": "takes a refresh token",
    "POST /api/v1/password/forgot": "is for who cannot log in",
    "POST /api/v1/password/reset": "takes a code from a mail",
    "POST /api/v1/notifications/unsubscribe": "takes what stands in a mail",
    "POST /api/v1/email/verify": "takes a code from a mail",
    "GET /api/v1/downloads/{token}": "takes a token of its own",
    "GET /media/{token}/{file}": "takes a token of its own",
    "GET /.well-known/jwks.json": "are public keys",
    "GET /api/v1/notifications/push-key": "is a public key",
    **dict.fromkeys(("GET /health", "GET /api/v1/health"), "tells of no one"),
    **dict.fromkeys(("GET /openapi.json", "GET /docs", "GET /redoc"), "tells of no one"),
    "GET /docs/assets/{name}": "tells of no one",
}
"""The routes that are not in the matrix, and why not."""
GATED = [route for route in ROUTES if route.identity is not Identity.NONE]
BODIES = [None, "{", "{}", '{"user_id": 1}']

NAMING = [route for route in GATED if "{" in route.path and "{tag}" not in route.path]
"""They are about something by its name; any word may be a hashtag."""
OF_ACCOUNTS = [route for route in NAMING if "{user_id}" in route.path or "{follower_id}" in route.path]
OWN = {("blocked", "POST /api/v1/graph/block/{user_id}"), ("blocked", "DELETE /api/v1/graph/block/{user_id}")}
"""Of whom one blocks, one knows that one does."""
WELL_FORMED = {"decide": {"action": "accept"}, "comment": {"text": "I say"}, "edit_post": {"text": "I say"}}
"""By the operationId of each route that needs a body."""

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


def test_every_route_of_the_document_is_in_the_matrix_or_public_by_name() -> None:
    assert {str(route) for route in ROUTES} - {str(route) for route in GATED} == PUBLIC.keys()
    assert {str(route) for route in GATED} & PUBLIC.keys() == set()
    needing = {route.operation["operationId"] for route in NAMING if route.needs_a_body}
    assert needing == WELL_FORMED.keys()


def asked(route: Described, who: Person, number: int) -> Answer:
    """Return what a route answers somebody about what has a number."""
    body = WELL_FORMED.get(route.operation["operationId"])
    headers = {"content-type": "application/json", "authorization": f"Bearer {who.token}"}
    event = route.as_http(number, body=json.dumps(body) if body else None, headers=headers)
    return answer_of(route.door(event, LambdaContext()))


@pytest.mark.parametrize("route", NAMING, ids=str)
def test_what_is_not_there_is_not_found_and_nothing_is_stored(join: Join, route: Described) -> None:
    ann = join("ann")
    before = everything()
    assert asked(route, ann, 7).status == 404
    assert everything() == before


@pytest.mark.parametrize("standing", ["blocking", "blocked", "suspended"])
@pytest.mark.parametrize("route", OF_ACCOUNTS, ids=str)
def test_an_account_that_one_may_not_know_of_is_as_if_it_were_not_there(
    join: Join, table: Table, route: Described, standing: str
) -> None:
    ann, bob = join("ann"), join("bob")
    unknown = without_request(asked(route, ann, 7))
    if standing == "suspended":
        suspend(bob)
    else:
        block(*((bob, ann) if standing == "blocking" else (ann, bob)))
    before = everything()
    if (standing, str(route)) in OWN:
        assert asked(route, ann, bob.user_id).status == 200
    else:
        assert without_request(asked(route, ann, bob.user_id)) == unknown
        assert everything() == before
