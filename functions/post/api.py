"""Posts over HTTP."""

import hashlib
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Header

from functions.post import wiring
from functions.post.schemas import NewPost
from functions.post.service import Draft, RequestKey
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.views import PathId, PostView, must_be_caller

door = Door("post", gatekeeper)

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Repeating a request with its key repeats its answer and not its effect, for 24 hours.",
    ),
]


@door.route("POST", "/api/v1/posts", status=HTTPStatus.CREATED)
def publish(
    post: Annotated[NewPost, Body()], caller: Authenticated, idempotency_key: IdempotencyKey = None
) -> PostView:
    """Publish a post. It is stored when this answers, and on its way to the author's followers."""
    must_be_caller(caller, post.user_id)
    request_key = None
    if idempotency_key is not None:
        content = f"POST /posts\n{post.model_dump_json()}"
        request_key = RequestKey(idempotency_key, hashlib.sha256(content.encode()).hexdigest())
    draft = Draft(post.text, tuple(post.hashtags), post.visibility, post.reply_to, post.quote_of)
    rendering = wiring.service().publish(
        caller.user_id, draft, request_key, lambda stored: PostView.of(stored).model_dump_json()
    )
    return PostView.model_validate_json(rendering)


@door.route("GET", "/api/v1/posts/{post_id}")
def read_post(post_id: PathId, caller: Authenticated) -> PostView:
    """Read one post."""
    return PostView.of(wiring.service().read(caller.user_id, post_id))


handler = door
