"""Pages of the posts that a search finds, from what a request asks for to what it is answered."""

from typing import Any

from functions.search import wiring
from kith.domain import ids
from kith.web.paging import PathPosition, Position
from kith.web.views import PostView


def newest_posts(viewer_id: int, query: str, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return a page of posts, newest first."""
    position = Position(wiring.cursors(), f"posts {query}", viewer_id)
    page = wiring.posts().newest(viewer_id, query, before=position.opened(cursor), limit=limit)
    return {"posts": list(map(PostView.of, page.seen)), **position.fields(page.resume_at)}


def best_posts(viewer_id: int, query: str, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return a page of posts, best first; the cursor carries the order of those that come after it."""
    position = PathPosition(wiring.cursors(), f"best posts {query}", viewer_id)
    place = position.opened(cursor)
    remaining = None if place is None else ids.unpacked(place)
    page = wiring.posts().best(viewer_id, query, remaining=remaining, limit=limit)
    following = ids.packed(page.remaining) if page.remaining else None
    return {"posts": list(map(PostView.of, page.seen)), **position.fields(following)}
