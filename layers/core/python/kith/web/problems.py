"""One body for every error of every route: application/problem+json (RFC 9457)."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from kith.domain import errors
from kith.domain.errors import DomainError, FieldError

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
