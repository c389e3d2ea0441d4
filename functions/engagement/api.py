"""Likes, reposts and bookmarks over HTTP."""

from functions.engagement import wiring
from functions.engagement.schemas import Bookmarked, DoerView, Liked, Likes, Reposted, Reposts
from kith.domain.engagements import Deed
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.paging import Cursor, Limit, Position
from kith.web.views import PathId

door = Door("engagement", gatekeeper)


@door.route("POST", "/api/v1/posts/{post_id}/like")
def like(post_id: PathId, caller: Authenticated) -> Liked:
    """Like a post. Liking it twice is liking it once."""
    return Liked(liked=True, likes=wiring.service().do(caller.user_id, post_id, Deed.LIKE).likes)


@door.route("DELETE", "/api/v1/posts/{post_id}/like")
def unlike(post_id: PathId, caller: Authenticated) -> Liked:
    """Like a post no longer."""
    return Liked(liked=False, likes=wiring.service().undo(caller.user_id, post_id, Deed.LIKE).likes)


@door.route("GET", "/api/v1/posts/{post_id}/likes")
def list_likes(post_id: PathId, caller: Authenticated, limit: Limit = 20, cursor: Cursor = None) -> Likes:
    """List who likes a post, newest first. Those whom the caller may not see are left out."""
    position = Position(wiring.cursors(), f"likes {post_id}", caller.user_id)
    page = wiring.service().who(
        caller.user_id, post_id, Deed.LIKE, before=position.opened(cursor), limit=limit
    )
    return Likes(likes=list(map(DoerView.of, page.seen)), **position.fields(page.resume_at))


@door.route("POST", "/api/v1/posts/{post_id}/repost")
def repost(post_id: PathId, caller: Authenticated) -> Reposted:
    """Repost a post. Whoever may not see the post does not see it reposted either."""
    counts = wiring.service().do(caller.user_id, post_id, Deed.REPOST)
    return Reposted(reposted=True, reposts=counts.reposts)


@door.route("DELETE", "/api/v1/posts/{post_id}/repost")
def unrepost(post_id: PathId, caller: Authenticated) -> Reposted:
    """Take a repost back."""
    counts = wiring.service().undo(caller.user_id, post_id, Deed.REPOST)
    return Reposted(reposted=False, reposts=counts.reposts)


@door.route("GET", "/api/v1/posts/{post_id}/reposts")
def list_reposts(post_id: PathId, caller: Authenticated, limit: Limit = 20, cursor: Cursor = None) -> Reposts:
    """List who has reposted a post, newest first. Those whom the caller may not see are left out."""
    position = Position(wiring.cursors(), f"reposts {post_id}", caller.user_id)
    page = wiring.service().who(
        caller.user_id, post_id, Deed.REPOST, before=position.opened(cursor), limit=limit
    )
    return Reposts(reposts=list(map(DoerView.of, page.seen)), **position.fields(page.resume_at))


@door.route("POST", "/api/v1/posts/{post_id}/bookmark")
def bookmark(post_id: PathId, caller: Authenticated) -> Bookmarked:
    """Bookmark a post. Nobody else is told."""
    wiring.service().do(caller.user_id, post_id, Deed.BOOKMARK)
    return Bookmarked(bookmarked=True)


@door.route("DELETE", "/api/v1/posts/{post_id}/bookmark")
def unbookmark(post_id: PathId, caller: Authenticated) -> Bookmarked:
    """Take a bookmark away."""
    wiring.service().undo(caller.user_id, post_id, Deed.BOOKMARK)
    return Bookmarked(bookmarked=False)


handler = door
