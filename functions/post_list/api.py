"""Lists of posts over HTTP."""

from typing import Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AfterValidator

from functions.post_list import wiring
from functions.post_list.schemas import AnswerView, Bookmarks, PostList, ThreadView
from kith.domain.posts import folded_hashtag
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.paging import Cursor, Limit, PathPosition, Position
from kith.web.views import PathId, PostView

door = Door("post_list", gatekeeper)
# A REST API leaves a path as it was sent, an HTTP API decodes it; no tag holds a `%`.
Tag = Annotated[str, AfterValidator(unquote), Path(description="With or without `#`, in any case and form.")]


@door.route("GET", "/api/v1/users/{user_id}/posts")
def list_posts_of(
    user_id: PathId, caller: Authenticated, limit: Limit = 20, cursor: Cursor = None
) -> PostList:
    """List an account's posts, newest first. Those that are not for the caller are left out."""
    position = Position(wiring.cursors(), f"posts of {user_id}", caller.user_id)
    page = wiring.service().by_author(caller.user_id, user_id, before=position.opened(cursor), limit=limit)
    return PostList(posts=list(map(PostView.of, page.seen)), **position.fields(page.resume_at))


@door.route("GET", "/api/v1/hashtags/{tag}/posts")
def list_posts_tagged(tag: Tag, caller: Authenticated, limit: Limit = 20, cursor: Cursor = None) -> PostList:
    """List the posts with a hashtag, newest first. Those that are not for the caller are left out."""
    folded = folded_hashtag(tag, field="tag")
    position = Position(wiring.cursors(), f"posts tagged {folded}", caller.user_id)
    page = wiring.service().tagged(caller.user_id, folded, before=position.opened(cursor), limit=limit)
    return PostList(posts=list(map(PostView.of, page.seen)), **position.fields(page.resume_at))


@door.route("GET", "/api/v1/posts/{post_id}/quotes")
def list_quotes(post_id: PathId, caller: Authenticated, limit: Limit = 20, cursor: Cursor = None) -> PostList:
    """List the posts that quote one, newest first. Those that are not for the caller are left out."""
    position = Position(wiring.cursors(), f"quotes {post_id}", caller.user_id)
    page = wiring.service().quoting(caller.user_id, post_id, before=position.opened(cursor), limit=limit)
    return PostList(posts=list(map(PostView.of, page.seen)), **position.fields(page.resume_at))


@door.route("GET", "/api/v1/posts/{post_id}/thread")
def read_thread(
    post_id: PathId, caller: Authenticated, limit: Limit = 20, cursor: Cursor = None
) -> ThreadView:
    """Read a post with all that it answers, and a page of what answers it, directly or not."""
    position = PathPosition(wiring.cursors(), f"thread {post_id}", caller.user_id)
    thread = wiring.service().thread(caller.user_id, post_id, after=position.opened(cursor), limit=limit)
    return ThreadView(
        ancestors=list(map(PostView.of, thread.above)),
        post=PostView.of(thread.seen),
        replies=list(map(AnswerView.of, thread.answers.seen)),
        **position.fields(thread.answers.resume_at),
    )


@door.route("GET", "/api/v1/bookmarks")
def list_bookmarks(caller: Authenticated, limit: Limit = 20, cursor: Cursor = None) -> Bookmarks:
    """List what one has bookmarked, newest bookmark first. What one may not see any more is left out."""
    position = Position(wiring.cursors(), "bookmarks", caller.user_id)
    page = wiring.service().bookmarked(caller.user_id, before=position.opened(cursor), limit=limit)
    return Bookmarks(bookmarks=list(map(PostView.of, page.seen)), **position.fields(page.resume_at))


handler = door
