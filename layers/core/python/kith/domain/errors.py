"""What can be wrong with a request, in the product's terms. `kith.web.problems` gives each its HTTP status."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of the input: `field` is its path, as in `hashtags.3`."""

    field: str
    message: str


class DomainError(Exception):
    """A request that cannot be served, and why. `code` is stable and for programs, the message is for people."""

    code: ClassVar[str] = "error"
    message: ClassVar[str] = "The request cannot be served."

    def __init__(self, message: str | None = None, *fields: FieldError) -> None:
        super().__init__(message or self.message)
        self.fields = fields


class Malformed(DomainError):
    """The request cannot be read at all."""

    code = "malformed"
    message = "The request cannot be read."


class Unauthenticated(DomainError):
    """Nobody, or no longer anybody, is known to be calling."""

    code = "unauthenticated"
    message = "Send a valid access token: Authorization: Bearer <token>."


class Forbidden(DomainError):
    """The caller is known and may not do this."""

    code = "forbidden"
    message = "You may not do this."


class NotFound(DomainError):
    """It is not there, or not visible to the caller; which of the two is not told."""

    code = "not_found"
    message = "There is no such thing, or you cannot see it."


class MethodNotAllowed(DomainError):
    """The path exists, but not with this method."""

    code = "method_not_allowed"
    message = "This path does not take that method."


class Conflict(DomainError):
    """The state of things forbids it."""

    code = "conflict"
    message = "That is in conflict with the present state."


class TooLarge(DomainError):
    """The body is longer than any valid one."""

    code = "too_large"
    message = "The request body is too large."


class UnsupportedType(DomainError):
    """The body is not in a format that the route reads."""

    code = "unsupported_media_type"
    message = "Send JSON, with the header Content-Type: application/json."


class Invalid(DomainError):
    """The request can be read, but a value in it is not acceptable."""

    code = "invalid"
    message = "A value in the request is not acceptable."

    @classmethod
    def because(cls, field: str, message: str) -> "Invalid":
        """Return the error of one field."""
        return cls(None, FieldError(field, message))


class TooMany(DomainError):
    """The caller has done this too often; `retry_after` is in seconds."""

    code = "rate_limited"
    message = "That is more often than allowed; wait a little."

    def __init__(self, limit: int = 1, retry_after: int = 1) -> None:
        super().__init__()
        self.limit = limit
        self.retry_after = retry_after


class Unavailable(DomainError):
    """It did not work this time; the same request may work later."""

    code = "unavailable"
    message = "Try again in a moment."
