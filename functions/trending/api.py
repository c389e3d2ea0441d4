"""What is used the most, over HTTP."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.trending import wiring
from functions.trending.schemas import TrendingHashtag, TrendingHashtags, TrendingPosts
from kith.domain.trends import Window
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.paging import Cursor, Limit, PathPosition
from kith.web.views import PostView

door = Door("trending", gatekeeper)

Looking = Annotated[Window, Query(description="Over how long: what is older counts less and less.")]


@door.route("GET", "/api/v1/trending/hashtags")
def list_trending_hashtags(
    caller: Authenticated, window: Looking = Window.DAY, limit: Limit = 20, cursor: Cursor = None
) -> TrendingHashtags:
    """List the hashtags that the most accounts use of late. Each account counts once, however often it does."""
    position = PathPosition(wiring.cursors(), f"trending hashtags {window}", caller.user_id)
    page = wiring.service().hashtags(window, start=position.opened(cursor), limit=limit)
    hashtags = [TrendingHashtag.of(tag, score) for tag, score in page.seen]
    return TrendingHashtags(window=window, hashtags=hashtags, **position.fields(page.resume_at))


@door.route("GET", "/api/v1/trending/posts")
def list_trending_posts(
    caller: Authenticated, window: Looking = Window.DAY, limit: Limit = 20, cursor: Cursor = None
) -> TrendingPosts:
    """List the posts that most like and repost of late. Those that are not for the caller, or of whom it mutes, are left out."""
    position = PathPosition(wiring.cursors(), f"trending posts {window}", caller.user_id)
    page = wiring.service().posts(caller.user_id, window, start=position.opened(cursor), limit=limit)
    posts = list(map(PostView.of, page.seen))
    return TrendingPosts(window=window, posts=posts, **position.fields(page.resume_at))


handler = door
