"""Posts over HTTP."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.post import wiring
from functions.post.schemas import NewPost
from functions.post.service import Draft
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.idempotency import IdempotencyKey, request_key
from kith.web.views import PathId, PostView, must_be_caller

door = Door("post", gatekeeper)


@door.route("POST", "/api/v1/posts", status=HTTPStatus.CREATED)
def publish(
    post: Annotated[NewPost, Body()], caller: Authenticated, idempotency_key: IdempotencyKey = None
) -> PostView:
    """Publish a post. It is stored when this answers, and on its way to the author's followers."""
    must_be_caller(caller, post.user_id)
    draft = Draft(post.text, tuple(post.hashtags), post.visibility, post.reply_to, post.quote_of)
    rendering = wiring.service().publish(
        caller.user_id,
        draft,
        request_key(idempotency_key, "POST /posts", post.model_dump_json()),
        lambda stored: PostView.of(stored).model_dump_json(),
    )
    return PostView.model_validate_json(rendering)


@door.route("GET", "/api/v1/posts/{post_id}")
def read_post(post_id: PathId, caller: Authenticated) -> PostView:
    """Read one post."""
    return PostView.of(wiring.service().read(caller.user_id, post_id))


handler = door
