"""What holds of every answer, whatever was asked."""

import re
from dataclasses import dataclass
from http import HTTPStatus

from schemathesis import CheckContext, Response
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
)

from tests.component.conftest import Items
from tests.contract.document import Case

PERSONAL = "private, no-store"
PROBLEM = "application/problem+json"
STORING_REFUSALS = {("POST /api/v1/refresh", HTTPStatus.UNAUTHORIZED)}
"""A refresh token that is shown again ends its session."""

BEYOND_CODES = {
    "follows_oneself",
    "idempotency_key_reused",
    "invalid_cursor",
    "invalid_token",
    "page_too_deep",
}
BEYOND_WORDS = re.compile(
    "give (text, hashtags or visibility|either .*)"  # a null counts as not given
    "|must have 1 to 5000 characters, not 0"  # as long as there are no media
    "|is no post that you can see|must name pictures or videos of yours that no other post shows"
    "|is reserved|is one that many people use; choose another"
    "|must each be 1 to 100 letters, digits or underscores"  # as Unicode has them, after NFKC
    "|must be at most (30|50), not .*"  # with those in the text, or those that are there
    "|must be identifiers in decimal digits, separated by commas"  # below 2^53
    "|must be an address at a push service that is known here"  # stages name their own
    "|must be a point of P-256 and 16 bytes, as a browser gives them|must be in the future"
    "|must be a text, a number that every reader keeps, true or false, or null"
)
"""Why what the document wants may be refused all the same: no JSON schema can say it."""


def is_refusal(response: Response) -> bool:
    return response.status_code >= HTTPStatus.BAD_REQUEST


def has_a_declared_status(_: CheckContext, response: Response, case: Case) -> None:
    """Only what is the client's to mend comes under `default`."""
    refusals = range(HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR)
    declared = case.operation.definition.raw["responses"]
    assert str(response.status_code) in declared or response.status_code in refusals


def has_the_headers_of_the_house(_: CheckContext, response: Response, case: Case) -> None:
    assert response.headers.get("x-content-type-options") == ["nosniff"]
    assert all(response.headers.get("x-request-id", [""]))
    is_personal = bool(case.operation.definition.raw["security"]) or is_refusal(response)
    caching = response.headers.get("cache-control", [])
    assert caching == [PERSONAL] or (caching and not is_personal)


def tells_of_refusals_in_one_way(_: CheckContext, response: Response, case: Case) -> None:
    if is_refusal(response):
        assert response.headers["content-type"] == [PROBLEM]
        assert response.json()["status"] == response.status_code
        assert [response.json()["request_id"]] == response.headers["x-request-id"]


def takes_what_the_document_wants(_: CheckContext, response: Response, case: Case) -> None:
    wanted = case.meta is not None and case.meta.generation.mode.is_positive
    malformed = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
    if wanted and response.status_code in malformed and response.json()["code"] not in BEYOND_CODES:
        errors = response.json().get("errors")
        assert errors, "it is not told what is wrong"
        assert [error for error in errors if not BEYOND_WORDS.fullmatch(error["message"])] == []


@dataclass(frozen=True)
class Storage:
    """What is stored before an answer and after it."""

    before: Items
    after: Items

    def is_left_alone_by_a_refusal(self, _: CheckContext, response: Response, case: Case) -> None:
        if is_refusal(response) and (case.operation.label, response.status_code) not in STORING_REFUSALS:
            assert self.after == self.before


CHECKS: list[CheckFunction] = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    has_a_declared_status,
    has_the_headers_of_the_house,
    tells_of_refusals_in_one_way,
    takes_what_the_document_wants,
]


def check(case: Case, response: Response, storage: Storage, **context: object) -> None:
    """Check an answer.

    Raises:
        FailureGroup: with all that is wrong with it.
    """
    checks = [*CHECKS, storage.is_left_alone_by_a_refusal]
    case.validate_response(response, checks, **context)  # type: ignore[arg-type]  # what Schemathesis knows besides
