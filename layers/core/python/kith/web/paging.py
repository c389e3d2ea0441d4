"""Cursors: opaque, sealed, and bound to the user and the route they were given to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

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


@dataclass(frozen=True, slots=True)
class PathPosition:
    """Where a page of one list begins, as its cursors say it; `route` names the list and whose it is."""

    cursors: Cursors
    route: str
    user_id: int
    """Who asks."""

    def opened(self, cursor: str | None) -> str | None:
        """Return the place after which a page starts; None at the beginning.

        Raises:
            ForeignCursor: the cursor was not given to this user for this list.
        """
        return None if cursor is None else self.cursors.opened(cursor, route=self.route, user_id=self.user_id)

    def fields(self, resume_at: int | str | None) -> dict[str, Any]:
        """Return what a list answers beside its entries; `resume_at` is the place after which the next page starts."""
        following = None
        if resume_at is not None:
            following = self.cursors.sealed(str(resume_at), route=self.route, user_id=self.user_id)
        return {"next_cursor": following, "has_more": following is not None}


@dataclass(frozen=True, slots=True)
class Position:
    """The same of a list whose places are identifiers."""

    cursors: Cursors
    route: str
    user_id: int

    def opened(self, cursor: str | None) -> int | None:
        """Return the identifier after which a page starts; None at the beginning.

        Raises:
            ForeignCursor: the cursor was not given to this user for this list.
        """
        place = PathPosition(self.cursors, self.route, self.user_id).opened(cursor)
        return None if place is None else int(place)

    def fields(self, resume_at: int | None) -> dict[str, Any]:
        """Return what a list answers beside its entries; `resume_at` is the place after which the next page starts."""
        return PathPosition(self.cursors, self.route, self.user_id).fields(resume_at)
