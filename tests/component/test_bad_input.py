"""What no client should send, to every route that there is: answered as the contract says, and nothing is stored."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from kith.domain.clock import DAY, system_clock
from kith.web.door import Identity
from kith.web.proxy import Event
from tests.builders import Answer, LambdaContext, answer_of
from tests.component.conftest import Person, empty_aws, everything, joined, token_for
from tests.component.routes import DOCUMENT, ROUTES, Described

JSON = {"content-type": "application/json"}
PROBLEM = {"type", "title", "status", "detail", "code", "request_id"}

WITH_BODY = [route for route in ROUTES if route.takes_a_body]
NOT_PUBLIC = [route for route in ROUTES if route.identity is Identity.REQUIRED]

every_route_with_a_body = pytest.mark.parametrize("route", WITH_BODY, ids=str)
every_route_that_is_not_public = pytest.mark.parametrize("route", NOT_PUBLIC, ids=str)


@dataclass(frozen=True)
class Bad:
    """A body that is wrong, and the statuses that may say so."""

    body: Any
    statuses: frozenset[int]
    content_type: str = "application/json"
    is_base64: bool = False
    optional: bool = False
    """A route that needs no body takes it."""


def bad(body: Any, *statuses: int, **more: Any) -> Bad:
    return Bad(body, frozenset(statuses), **more)


def base64_of(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


BAD = {
    "nothing": bad(None, 422, optional=True),
    "an empty text": bad("", 422, optional=True),
    "null": bad("null", 422, optional=True),
    "white space": bad(" \n", 400),
    "a list": bad("[]", 422),
    "a text": bad('"text"', 422),
    "a number": bad("7", 422),
    "true": bad("true", 422),
    "cut off": bad('{"text": "a', 400),
    "not JSON": bad("text=a&b=c", 400),
    "a comma too many": bad('{"text": "a",}', 400),
    "NaN": bad('{"text": NaN}', 400),
    "Infinity": bad("[Infinity]", 400),
    "a field twice": bad('{"text": "a", "text": "b"}', 400),
    "half a surrogate pair": bad('{"text": "\\ud800"}', 400),
    "half a surrogate pair as a field": bad('{"\\udfff": 1}', 400),
    "half a surrogate pair, raw": bad('{"text": "\ud800"}', 400),
    "100,000 brackets": bad("[" * 100_000, 400),
    "100,000 closed brackets": bad("[" * 100_000 + "]" * 100_000, 400),
    "40,000 objects": bad('{"a":' * 40_000 + "1" + "}" * 40_000, 400),
    "1e400": bad('{"text": 1e400}', 400),
    "5,000 digits": bad('{"text": ' + "9" * 5_000 + "}", 400),
    "a byte order mark": bad("\ufeff{}", 400),
    "nothing, of another type": bad(None, 422, content_type="multipart/form-data", optional=True),
    "another type": bad("{}", 415, content_type="text/plain"),
    "a form": bad("text=a", 415, content_type="application/x-www-form-urlencoded"),
    "a multipart form": bad("--x", 415, content_type="multipart/form-data; boundary=x"),
    "XML": bad("<a/>", 415, content_type="application/xml"),
    "no base64": bad("{}!", 400, is_base64=True),
    "no UTF-8": bad(base64_of(b'{"text": "\xff\xfe"}'), 400, is_base64=True),
    "UTF-16": bad(base64_of('{"text": "a"}'.encode("utf-16")), 400, is_base64=True),
    "UTF-32 without a mark": bad(base64_of('{"text": "a"}'.encode("utf-32-be")), 400, is_base64=True),
    "zip": bad(base64_of(b"\x1f\x8b\x08\x00\x00\x00"), 400, is_base64=True),
    "300 KB": bad(json.dumps({"text": "x" * 300_000}), 413),
    "300 KB of base64": bad(base64_of(b"x" * 300_000), 413, is_base64=True),
    "an unknown field": bad('{"no_such_field": 1}', 422),
    "a field named as a key": bad('{"PK": "U#1", "SK": "PROFILE"}', 422),
    "a prototype": bad('{"__proto__": {"is_verified": true}}', 422),
}

every_bad_body = pytest.mark.parametrize(
    ("route", "wrong"),
    [
        pytest.param(route, wrong, id=f"{route} {name}")
        for route in WITH_BODY
        for name, wrong in BAD.items()
        if route.needs_a_body or not wrong.optional
    ],
)


@pytest.fixture(scope="module")
def ann() -> Iterator[Person]:
    """Somebody in an AWS that all these tests share, because none of them stores anything."""
    with pytest.MonkeyPatch.context() as patch, empty_aws(patch):
        yield joined("ann")


def send(route: Described, event: Event) -> Answer:
    return answer_of(route.door(event, LambdaContext()))


def is_a_problem(answer: Answer, statuses: frozenset[int]) -> bool:
    """Check an answer against the contract's one shape of every error."""
    problem = answer.json
    assert answer.status in statuses, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status
    assert PROBLEM <= set(problem) <= PROBLEM | {"errors"}
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert all(isinstance(problem[name], str) and problem[name] for name in PROBLEM - {"status"})
    for error in problem.get("errors", []):
        assert set(error) == {"field", "message"}
        assert all(isinstance(each, str) and each for each in error.values())
    return True


def test_the_routes_are_those_of_the_document_and_of_the_doors() -> None:
    doors = {id(route.door): route.door for route in ROUTES}.values()
    declared = [(route.method, route.path, route.identity) for door in doors for route in door.routes]
    assert sorted(declared) == sorted((route.method, route.path, route.identity) for route in ROUTES)
    assert len(WITH_BODY) >= 5
    assert len(NOT_PUBLIC) >= 6


@every_bad_body
def test_a_bad_body_is_refused_and_nothing_is_stored(route: Described, wrong: Bad, ann: Person) -> None:
    before = everything()
    headers = {"authorization": f"Bearer {ann.token}", "content-type": wrong.content_type}
    answer = send(route, route.as_http(body=wrong.body, headers=headers, is_base64=wrong.is_base64))
    assert is_a_problem(answer, wrong.statuses)
    assert everything() == before


@every_route_with_a_body
def test_an_unknown_field_is_named(route: Described, ann: Person) -> None:
    headers = JSON | {"authorization": f"Bearer {ann.token}"}
    answer = send(route, route.as_http(body='{"no_such_field": 1}', headers=headers))
    assert "no_such_field" in {error["field"] for error in answer.json["errors"]}


WRONG_VALUES: dict[str, Callable[[], Any]] = {
    "40 digits": lambda: int("9" * 40),
    "minus 40 digits": lambda: -int("9" * 40),
    "2 to the 53": lambda: 2**53,
    "a fraction": lambda: 0.5,
    "an object": lambda: {"$gt": ""},
    "a list of lists": lambda: [[]],
}


@pytest.mark.parametrize("value", WRONG_VALUES)
@every_route_with_a_body
def test_a_value_that_fits_no_field_is_refused_in_each_and_nothing_is_stored(
    route: Described, value: str, ann: Person
) -> None:
    headers = JSON | {"authorization": f"Bearer {ann.token}"}
    before = everything()
    assert route.body_fields
    for field in route.body_fields:
        answer = send(route, route.as_http(body=json.dumps({field: WRONG_VALUES[value]()}), headers=headers))
        assert is_a_problem(answer, frozenset({422}))
        assert field in {error["field"].partition(".")[0] for error in answer.json["errors"]}
    assert everything() == before


NOBODY: dict[str, Callable[[Person], dict[str, str]]] = {
    "no token": lambda _: {},
    "an empty token": lambda _: {"authorization": "Bearer "},
    "a token without its scheme": lambda ann: {"authorization": ann.token},
    "another scheme": lambda ann: {"authorization": f"Basic {ann.token}"},
    "a malformed token": lambda _: {"authorization": "Bearer a.b.c"},
    "a token cut short": lambda ann: {"authorization": f"Bearer {ann.token[:-8]}"},
    "an expired token": lambda ann: {
        "authorization": f"Bearer {token_for(ann.user_id, issued=system_clock() - DAY)}"
    },
    "a token in a cookie of our making": lambda ann: {"cookie": f"token={ann.token}"},
    "an identity in headers": lambda ann: {"x-user-id": str(ann.user_id), "x-amzn-oidc-identity": "ann"},
}


@pytest.mark.parametrize(
    "body", [None, "{}", "{", "\ud800", "x" * 300_000], ids=["none", "json", "cut", "raw", "big"]
)
@pytest.mark.parametrize("nobody", NOBODY)
@every_route_that_is_not_public
def test_who_is_calling_is_asked_before_anything_else(
    route: Described, nobody: str, body: str | None, ann: Person
) -> None:
    before = everything()
    headers = JSON | NOBODY[nobody](ann)
    for event in (route.as_http(body=body, headers=headers), route.as_rest(body=body, headers=headers)):
        answer = send(route, event)
        assert is_a_problem(answer, frozenset({401}))
        assert answer.headers["www-authenticate"] == "Bearer"
    assert everything() == before


@every_route_that_is_not_public
def test_with_a_token_the_same_routes_answer_something_else(route: Described, ann: Person) -> None:
    for number, as_event in enumerate((route.as_http, route.as_rest)):
        somebody = joined(f"somebody{ROUTES.index(route)}.{number}")  # some routes end the session
        headers = JSON | {"authorization": f"Bearer {somebody.token}"}
        assert send(route, as_event(headers=headers)).status not in {401, 500}


PATHS = [route for route in ROUTES if "_id}" in route.path and not route.is_public]


@pytest.mark.parametrize(
    "value", ["0", "-1", "x", "9" * 40, "1e3", "0x7", "9007199254740992", "null", "7;8", "7%00"]
)
@pytest.mark.parametrize("route", PATHS, ids=str)
def test_a_path_that_holds_no_identifier_is_refused(route: Described, value: str, ann: Person) -> None:
    event = route.as_http(headers={"authorization": f"Bearer {ann.token}"})
    event["rawPath"] = event["requestContext"]["http"]["path"] = event["rawPath"].replace("7", value)
    assert is_a_problem(send(route, event), frozenset({422, 404}))


def test_every_route_says_in_the_document_how_it_fails() -> None:
    assert "Problem" in DOCUMENT["components"]["schemas"]
    for route in ROUTES:
        content = route.operation["responses"]["default"]["content"]
        assert list(content) == ["application/problem+json"], str(route)
