"""Cursors: opaque, signed, and bound to the user and the route they were given to."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from kith.domain.errors import Malformed

SIGNATURE_BYTES = 16
_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,512}")

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[
    str | None,
    Query(description="`next_cursor` of the page before; without it the list starts at its beginning."),
]


class ForeignCursor(Malformed):
    """The cursor is not one that this user was given for this route."""

    code = "invalid_cursor"
    message = "The cursor is not one that you were given for this list."


@dataclass(frozen=True, slots=True)
class Cursors:
    """Makes and reads cursors; `secret` is asked for when one is."""

    secret: Callable[[], bytes]

    def sealed(self, position: str, *, route: str, user_id: int) -> str:
        """Return a cursor that stands for a position in a list."""
        return _encoded(self._signature(position, route, user_id) + position.encode())

    def opened(self, cursor: str, *, route: str, user_id: int) -> str:
        """Return the position that a cursor stands for.

        Raises:
            ForeignCursor: it was altered, or given to another user or for another route.
        """
        if not _CURSOR.fullmatch(cursor):
            raise ForeignCursor
        try:
            octets = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            position = octets[SIGNATURE_BYTES:].decode()
        except ValueError as error:
            raise ForeignCursor from error
        same_spelling = _encoded(octets) == cursor
        signed = hmac.compare_digest(octets[:SIGNATURE_BYTES], self._signature(position, route, user_id))
        if not (same_spelling and signed):
            raise ForeignCursor
        return position

    def _signature(self, position: str, route: str, user_id: int) -> bytes:
        message = f"{user_id} {route} {position}".encode()
        return hmac.new(self.secret(), message, hashlib.sha256).digest()[:SIGNATURE_BYTES]


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
