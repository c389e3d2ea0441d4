"""Lists that are paged both ways: by cursor, which is the truth, and by number, which is an adapter on it."""

from dataclasses import dataclass
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, Field

from kith.domain.errors import Malformed
from kith.web.paging import Cursors, ForeignCursor

DEEPEST = 10_000
"""Entries that pages by number reach; a cursor reaches all."""
PageNumber = Annotated[
    int | None,
    Query(ge=1, description="A page by number, from 1. Pages deep down are reached by cursor only."),
]
PageSize = Annotated[int | None, Query(ge=1, le=100, description="How many are on a page by number.")]


class PageFields(BaseModel):
    """What every such list answers beside its entries."""

    total: int = Field(description="How many there are, whoever of them may be seen.")
    page: int
    page_size: int
    has_more: bool
    next_cursor: str | None


class TooDeep(Malformed):
    """A page by number further down than pages are counted."""

    code = "page_too_deep"
    message = f"Pages by number end after {DEEPEST:,} entries; go on with next_cursor."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of the page that it wants; a cursor stands before a number."""

    limit: int
    cursor: str | None
    page: int | None
    page_size: int | None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: before an entry, or after `skipped` entries."""

    before: int | None
    skipped: int
    page: int
    size: int


@dataclass(frozen=True, slots=True)
class Positions:
    """Reads and makes the cursors of one list; `route` names the list and whose it is."""

    cursors: Cursors
    route: str
    user_id: int
    """Who asks."""

    def asked(self, page: Asked) -> Position:
        """Return the position of the page that a request asks for.

        Raises:
            ForeignCursor: the cursor was not given to this user for this list.
            TooDeep: the page is too far down to be counted.
        """
        size = page.page_size or page.limit
        if page.cursor is None:
            number = page.page or 1
            if number * size > DEEPEST:
                raise TooDeep
            return Position(None, (number - 1) * size, number, size)
        entry, _, number_before = self.cursors.opened(
            page.cursor, route=self.route, user_id=self.user_id
        ).partition(" ")
        if not (entry.isdecimal() and number_before.isdecimal()):
            raise ForeignCursor
        return Position(int(entry), 0, int(number_before) + 1, size)

    def fields(self, position: Position, total: int, resume_before: int | None) -> dict[str, object]:
        """Return what the list answers beside its entries; `resume_before` is where the next page begins."""
        following = None
        if resume_before is not None:
            place = f"{resume_before} {position.page}"
            following = self.cursors.sealed(place, route=self.route, user_id=self.user_id)
        return {
            "total": total,
            "page": position.page,
            "page_size": position.size,
            "has_more": following is not None,
            "next_cursor": following,
        }
