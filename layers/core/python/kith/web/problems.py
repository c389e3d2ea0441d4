"""One body for every error of every route: application/problem+json (RFC 9457)."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from kith.domain import errors
from kith.domain.errors import DomainError, FieldError, TooMany

CONTENT_TYPE = "application/problem+json"

STATUS: Mapping[type[DomainError], HTTPStatus] = {
    errors.Malformed: HTTPStatus.BAD_REQUEST,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


HEADERS_OF: dict[HTTPStatus, dict[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"www-authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"retry-after": "1"},
}


def status_of(error: DomainError) -> HTTPStatus:
    """Return the status of an error: that of the nearest of its classes that has one.

    Raises:
        LookupError: none has one, so it should never have reached a client.
    """
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    raise LookupError(f"{type(error).__name__} has no status")


def body_of(
    status: HTTPStatus, code: str, detail: str, request_id: str, fields: Sequence[FieldError] = ()
) -> str:
    """Return the body of an error."""
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
        "request_id": request_id,
    }
    if fields:
        problem["errors"] = [{"field": each.field, "message": each.message} for each in fields]
    return json.dumps(problem, ensure_ascii=False)


def response_to(error: DomainError, request_id: str) -> Response[str]:
    """Return the response that tells a client of an error."""
    status = status_of(error)
    text = body_of(status, error.code, str(error), request_id, error.fields)
    headers: dict[str, str | list[str]] = {**HEADERS_OF.get(status, {})}
    if isinstance(error, TooMany):
        headers |= {
            "retry-after": str(error.retry_after),
            "ratelimit-limit": str(error.limit),
            "ratelimit-remaining": "0",
            "ratelimit-reset": str(error.retry_after),
        }
    return Response(status, CONTENT_TYPE, text, headers)
