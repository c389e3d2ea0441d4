"""The lists of the connection room, from what a request asks for to what it is answered."""

from collections.abc import Mapping

from functions.connection import wiring
from functions.connection.schemas import Connection, ExpandedConnection
from functions.connection.service import Connections, Page, Place
from kith.web.listing import Asked, Position, Positions

Fields = Mapping[str, object]
Found = list[Connection] | list[ExpandedConnection]


def connections(
    viewer_id: int, user_id: int, which: Connections, asked: Asked, expand: str | None
) -> tuple[Found, Fields]:
    """Return a page of an account's connections, and what is told beside them."""
    positions = Positions(wiring.cursors(), f"{which} {user_id}", viewer_id)
    position = positions.asked(asked)
    page = wiring.service().connections(viewer_id, user_id, which, _place(position))
    return _found(page, expand), positions.fields(position, page.total, page.resume_before)


def requests(user_id: int, asked: Asked, expand: str | None) -> tuple[Found, Fields]:
    """Return a page of who waits, and what is told beside them."""
    positions = Positions(wiring.cursors(), "requests", user_id)
    position = positions.asked(asked)
    page = wiring.service().waiting(user_id, _place(position))
    return _found(page, expand), positions.fields(position, page.total, page.resume_before)


def _place(position: Position) -> Place:
    return Place(position.size, position.before, position.skipped)


def _found(page: Page, expand: str | None) -> Found:
    if expand is None:
        return [Connection.of(listed) for listed in page.listed]
    tallies = wiring.service().tallies([listed.user for listed in page.listed])
    return [ExpandedConnection.of(listed, tallies[listed.user.user_id]) for listed in page.listed]
