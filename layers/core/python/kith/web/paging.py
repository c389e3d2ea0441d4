"""Cursors: opaque, signed, and bound to the user and the route they were given to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from kith.domain.errors import Malformed
from kith.web import seals

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
        return seals.sealed(position, self.secret(), f"{user_id} {route}")

    def opened(self, cursor: str, *, route: str, user_id: int) -> str:
        """Return the position that a cursor stands for.

        Raises:
            ForeignCursor: it was altered, or given to another user or for another route.
        """
        position = seals.opened(cursor, self.secret(), f"{user_id} {route}")
        if position is None:
            raise ForeignCursor
        return position
