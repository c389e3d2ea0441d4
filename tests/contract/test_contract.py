"""Whatever several people ask of the API in whatever order, it keeps to its OpenAPI document."""

from collections.abc import Callable
from copy import copy

import pytest
from hypothesis import given, seed, settings
from schemathesis import GenerationMode, Response
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.component.routes import ROUTES, Described
from tests.contract.checks import Storage, check
from tests.contract.document import Case, described
from tests.contract.machine import sending
from tests.contract.record import OUT_OF_REACH, Record
from tests.contract.village import Village

pytestmark = pytest.mark.xdist_group("contract")  # for all to look at the same conversations


def test_in_conversations_every_answer_is_as_the_document_says(record: Record) -> None:
    assert sum(record.answers.values()) > 1_000
    assert {route for route, _ in record.answers} == {str(route) for route in ROUTES}
    assert {400, 401, 403, 404, 422} <= {status for _, status in record.answers}
    assert record.kinds["negative", 422] > 10


def test_conversations_bring_every_route_to_do_what_it_is_for(record: Record) -> None:
    assert record.unserved() == set(OUT_OF_REACH)


def test_a_route_that_only_refuses_is_told() -> None:
    new = [Described("GET", "/api/v1/new", {}), Described("GET", "/api/v1/refused", {})]
    record = Record()
    record.answers["GET /api/v1/refused", 404] += 1
    assert record.unserved(new) == {"GET /api/v1/new", "GET /api/v1/refused"}
    record.answers["GET /api/v1/refused", 200] += 1
    assert record.unserved(new) == {"GET /api/v1/new"}


NOTHING = Storage({}, {})
Spoil = Callable[[Response], Response]


def other(**changes: object) -> Spoil:
    def spoiled(response: Response) -> Response:
        changed = copy(response)
        changed.clear_cache()
        for name, value in changes.items():
            setattr(changed, name, value)
        return changed

    return spoiled


def without(header: str) -> Spoil:
    return lambda response: other(
        headers={name: value for name, value in response.headers.items() if name != header}
    )(response)


def having(header: str, value: str) -> Spoil:
    return lambda response: other(headers=response.headers | {header: [value]})(response)


SPOILED: dict[str, tuple[Spoil, str]] = {
    "an internal error": (other(status_code=500), "Server error"),
    "a status that is not declared": (other(status_code=202), "has_a_declared_status"),
    "an error that looks like a success": (other(status_code=404), "tells_of_refusals_in_one_way"),
    "another body": (other(content=b'{"user_id": 0}'), "Response violates schema"),
    "no JSON": (other(content=b"{"), "JSON deserialization error"),
    "another type": (having("content-type", "text/plain"), "Undocumented Content-Type"),
    "no type": (without("content-type"), "Missing Content-Type header"),
    "kept by caches": (having("cache-control", "public, max-age=60"), "has_the_headers_of_the_house"),
    "a type to be guessed": (without("x-content-type-options"), "has_the_headers_of_the_house"),
    "no request": (without("x-request-id"), "has_the_headers_of_the_house"),
}


@pytest.fixture
def schema(village: Village) -> OpenApiSchema:
    return described(village)


@pytest.fixture
def question(schema: OpenApiSchema) -> Case:
    case: Case = schema["/api/v1/users/me"]["GET"].Case()
    return case


@pytest.fixture
def answer(village: Village, question: Case) -> Response:
    response = question.call(**sending(question, village.restore()["ann"]))
    assert response.status_code == 200
    check(question, response, NOTHING)
    return response


@pytest.mark.parametrize("wrong", SPOILED)
def test_what_is_wrong_with_an_answer_is_seen(question: Case, answer: Response, wrong: str) -> None:
    spoil, seen = SPOILED[wrong]
    with pytest.raises(FailureGroup, match=seen):
        check(question, spoil(answer), NOTHING)


def test_a_refusal_that_stores_something_is_seen(village: Village, question: Case) -> None:
    village.restore()
    refusal = question.call(**sending(question, None))
    assert refusal.status_code == 401
    check(question, refusal, NOTHING)
    with pytest.raises(FailureGroup, match="is_left_alone_by_a_refusal"):
        check(question, refusal, Storage({}, {("U#1", "PROFILE"): {}}))


@pytest.mark.parametrize(
    ("mode", "spoil", "seen"),
    [
        (
            GenerationMode.NEGATIVE,
            other(status_code=202, content=b'{"message": "yes"}'),
            "should have been rejected",
        ),
        (GenerationMode.POSITIVE, other(), "takes_what_the_document_wants"),
    ],
)
def test_taking_what_is_not_wanted_and_refusing_what_is_are_seen(
    village: Village, schema: OpenApiSchema, mode: GenerationMode, spoil: Spoil, seen: str
) -> None:
    village.restore()
    operation = schema["/api/v1/password/forgot"]["POST"]
    bad = operation.Case(body={}, media_type="application/json")
    refusal = bad.call(**sending(bad, None))
    assert refusal.status_code == 422
    told = refusal if mode is GenerationMode.POSITIVE else having("content-type", "application/json")(refusal)
    cases = []

    @seed(0)
    @settings(max_examples=10, database=None, deadline=None)
    @given(operation.as_strategy(generation_mode=mode))
    def sent(case: Case) -> None:
        with pytest.raises(FailureGroup, match=seen):
            check(case, spoil(told), NOTHING)
        cases.append(case)

    sent()
    assert len(cases) >= 10
