"""Posts over HTTP."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.post import wiring
from functions.post.schemas import Ids, NewPost, PostEdit, Posts, identifiers
from functions.post.service import Draft, Edit
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.idempotency import IdempotencyKey, request_key
from kith.web.views import PathId, PostView, must_be_caller

door = Door("post", gatekeeper)


@door.route("POST", "/api/v1/posts", status=HTTPStatus.CREATED)
def publish(
    post: Annotated[NewPost, Body()], caller: Authenticated, idempotency_key: IdempotencyKey = None
) -> PostView:
    """Publish a post. It is stored when this answers, and on its way to the author's followers.

    Where its media are not ready yet it is `processing`, and only its author sees it until they are.
    """
    must_be_caller(caller, post.user_id)
    draft = Draft(
        post.text, tuple(post.hashtags), tuple(post.media_ids), post.visibility, post.reply_to, post.quote_of
    )
    rendering = wiring.service().publish(
        caller.user_id,
        draft,
        request_key(idempotency_key, "POST /posts", post.model_dump_json()),
        lambda made: PostView.of(made).model_dump_json(),
    )
    return PostView.model_validate_json(rendering)


@door.route("GET", "/api/v1/posts/{post_id}")
def read_post(post_id: PathId, caller: Authenticated) -> PostView:
    """Read one post."""
    return PostView.of(wiring.reader().one(caller.user_id, post_id))


@door.route("GET", "/api/v1/posts")
def read_posts(ids: Ids, caller: Authenticated) -> Posts:
    """Read some posts at once."""
    wanted = identifiers(ids)
    found = wiring.reader().some(caller.user_id, wanted)
    return Posts(posts=[PostView.of(found[post_id]) for post_id in wanted if post_id in found])


@door.route("PATCH", "/api/v1/posts/{post_id}")
def edit_post(post_id: PathId, edit: Annotated[PostEdit, Body()], caller: Authenticated) -> PostView:
    """Change what one's post says or for whom it is. Others see that it was edited, and when."""
    must_be_caller(caller, edit.user_id)
    hashtags = None if edit.hashtags is None else tuple(edit.hashtags)
    changed = Edit(edit.text, hashtags, edit.visibility)
    return PostView.of(wiring.service().edit(caller.user_id, post_id, changed))


@door.route("DELETE", "/api/v1/posts/{post_id}", status=HTTPStatus.NO_CONTENT)
def delete_post(post_id: PathId, caller: Authenticated) -> Response[None]:
    """Delete one's post. Nobody sees it any more when this answers; what hung on it is taken away after that."""
    wiring.service().remove(caller.user_id, post_id)
    return Response(HTTPStatus.NO_CONTENT)


handler = door
