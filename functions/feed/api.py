"""The feed over HTTP."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.feed import wiring
from functions.feed.schemas import Explanation, Feed, FeedItem, Reason
from functions.feed.timeline import Shown
from kith.domain.feeds import Arrival
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.paging import Cursor, Limit, Position
from kith.web.views import AuthorView, PostView

door = Door("feed", gatekeeper)

Explain = Annotated[Literal["0", "1"], Query(description="1 adds how each item got into the feed.")]


@door.route("GET", "/api/v1/feed")
def read_feed(
    caller: Authenticated, limit: Limit = 20, cursor: Cursor = None, explain: Explain = "0"
) -> Feed:
    """Read one's feed, newest first. Without a cursor it starts anew."""
    position = Position(wiring.cursors(), "feed", caller.user_id)
    page = wiring.timeline().page(caller.user_id, position.opened(cursor), limit)
    items = [_item(shown, explained=explain == "1") for shown in page.seen]
    return Feed(items=items, **position.fields(page.resume_at))


def _item(shown: Shown, *, explained: bool) -> FeedItem:
    return FeedItem(
        post=PostView.of(shown.seen),
        author=AuthorView.of(shown.seen.author),
        reason=Reason(kind="own" if shown.entry.arrival is Arrival.OWN else "following"),
        explanation=Explanation(arrival=shown.entry.arrival.value) if explained else None,
    )


handler = door
