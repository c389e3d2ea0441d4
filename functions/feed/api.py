"""The feed over HTTP."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.feed import wiring
from functions.feed.presenting import item_of
from functions.feed.ranked import Order
from functions.feed.schemas import AuditReport, Feed
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.paging import Cursor, Limit, PathPosition, Position

door = Door("feed", gatekeeper)

Explain = Annotated[Literal["0", "1"], Query(description="1 adds how each item got there, and its score.")]
InOrder = Annotated[
    Literal["latest", "ranked"],
    Query(alias="order", description="The newest first, or what is worth most to the reader."),
]


@door.route("GET", "/api/v1/feed")
def read_feed(
    caller: Authenticated,
    limit: Limit = 20,
    cursor: Cursor = None,
    order: InOrder = "latest",
    explain: Explain = "0",
) -> Feed:
    """Read one's feed. Without a cursor it starts anew.

    A cursor is of one order; in ranked order it keeps what is still to come in the order that it had at the beginning.
    """
    if order == "ranked":
        return _ranked(caller.user_id, limit, cursor, explained=explain == "1")
    position = Position(wiring.cursors(), "feed", caller.user_id)
    page, is_rebuilding = wiring.timeline().page(caller.user_id, position.opened(cursor), limit)
    items = [item_of(shown, explained=explain == "1") for shown in page.seen]
    return Feed(items=items, rebuilding=is_rebuilding or None, **position.fields(page.resume_at))


@door.route("GET", "/api/v1/feed/audit")
def audit_feed(caller: Authenticated) -> AuditReport:
    """Have one's feed compared with what it should be, and mended.

    What one should see is computed from the lists of all whom one follows; posts of the last minute do not count.
    """
    return AuditReport.of(wiring.auditor().audit(caller.user_id))


def _ranked(reader_id: int, limit: int, cursor: str | None, *, explained: bool) -> Feed:
    position = PathPosition(wiring.cursors(), "ranked feed", reader_id)
    place = position.opened(cursor)
    page = wiring.ranked().page(reader_id, None if place is None else Order.read(place), limit)
    following = None if page.following is None else page.following.written()
    items = [item_of(item.shown, explained=explained, score=item.score) for item in page.items]
    return Feed(items=items, rebuilding=page.is_rebuilding or None, **position.fields(following))


handler = door
