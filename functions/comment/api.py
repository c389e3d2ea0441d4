"""Comments over HTTP."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.comment import wiring
from functions.comment.schemas import Comments, CommentView, NewComment
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.idempotency import IdempotencyKey, request_key
from kith.web.paging import Cursor, Limit, Position
from kith.web.views import PathId, must_be_caller

door = Door("comment", gatekeeper)


@door.route("POST", "/api/v1/posts/{post_id}/comments", status=HTTPStatus.CREATED)
def comment(
    post_id: PathId,
    new: Annotated[NewComment, Body()],
    caller: Authenticated,
    idempotency_key: IdempotencyKey = None,
) -> CommentView:
    """Comment on a post."""
    must_be_caller(caller, new.user_id)
    rendering = wiring.service().add(
        caller.user_id,
        post_id,
        new.text,
        request_key(idempotency_key, f"POST /posts/{post_id}/comments", new.model_dump_json()),
        lambda made: CommentView.of(made).model_dump_json(),
    )
    return CommentView.model_validate_json(rendering)


@door.route("GET", "/api/v1/posts/{post_id}/comments")
def list_comments(
    post_id: PathId, caller: Authenticated, limit: Limit = 20, cursor: Cursor = None
) -> Comments:
    """List the comments under a post, newest first. Those of accounts that the caller may not see are left out."""
    position = Position(wiring.cursors(), f"comments {post_id}", caller.user_id)
    page = wiring.service().under(caller.user_id, post_id, before=position.opened(cursor), limit=limit)
    return Comments(comments=list(map(CommentView.of, page.seen)), **position.fields(page.resume_at))


@door.route("DELETE", "/api/v1/posts/{post_id}/comments/{comment_id}", status=HTTPStatus.NO_CONTENT)
def delete_comment(post_id: PathId, comment_id: PathId, caller: Authenticated) -> Response[None]:
    """Delete a comment of one's own, or one under a post of one's own."""
    wiring.service().remove(caller.user_id, post_id, comment_id)
    return Response(HTTPStatus.NO_CONTENT)


handler = door
