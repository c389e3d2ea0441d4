"""Recommendations over HTTP."""

from functions.discovery import wiring
from functions.discovery.schemas import (
    RecommendedAccountList,
    RecommendedAccountView,
    RecommendedPostList,
    RecommendedPostView,
)
from functions.discovery.snapshot import Snapshot
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.paging import Cursor, Limit, PathPosition

door = Door("discovery", gatekeeper)


@door.route("GET", "/api/v1/discover/posts")
def discover_posts(caller: Authenticated, limit: Limit = 20, cursor: Cursor = None) -> RecommendedPostList:
    """Read posts that one may take to, and why.

    They come of accounts that one does not follow, and are none of the last 200 that one was shown; these are forgotten when
    none has been shown for a week. A cursor keeps the order of the moment when its list began.
    """
    position = PathPosition(wiring.cursors(), "discovered posts", caller.user_id)
    place = position.opened(cursor)
    page = wiring.posts().page(caller.user_id, None if place is None else Snapshot.read(place), limit)
    following = None if page.following is None else page.following.written()
    return RecommendedPostList(
        posts=list(map(RecommendedPostView.of, page.posts)), **position.fields(following)
    )


@door.route("GET", "/api/v1/discover/users")
def discover_users(caller: Authenticated, limit: Limit = 20) -> RecommendedAccountList:
    """Read accounts that one may want to follow, and why: 20 at most, without further pages."""
    found = wiring.accounts().found(caller.user_id, limit)
    return RecommendedAccountList(users=list(map(RecommendedAccountView.of, found)))


handler = door
