"""Media over HTTP."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from functions.media import wiring
from functions.media.addresses import headers_for
from functions.media.files import CONTENT_TYPES, PLAYLIST
from functions.media.schemas import NewMedium, OpenedMedium, OwnMediumView
from functions.media.service import NewUpload
from kith.domain.clock import system_clock
from kith.domain.media import MediumKind
from kith.domain.visibility import can_view
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door, Identity
from kith.web.idempotency import IdempotencyKey, request_key
from kith.web.media_links import links
from kith.web.views import PathId

door = Door("media", gatekeeper)

File = Annotated[str, Path(description="A rendition and its format.", examples=["640.webp"])]


@door.route("POST", "/api/v1/media", status=HTTPStatus.CREATED)
def open_upload(
    new: Annotated[NewMedium, Body()], caller: Authenticated, idempotency_key: IdempotencyKey = None
) -> OpenedMedium:
    """Begin to upload a picture: send it with the form that this answers with, straight to where it is kept.

    Then it is processed, which takes a moment, and a post can show it, also before it is ready. What no post shows is
    taken away after a day.
    """
    rendering = wiring.service().open(
        caller.user_id,
        NewUpload(MediumKind(new.kind), new.content_type, new.bytes, new.alt_text),
        request_key(idempotency_key, "POST /media", new.model_dump_json()),
        lambda medium, form, until: OpenedMedium.of(medium, form, until).model_dump_json(),
    )
    return OpenedMedium.model_validate_json(rendering)


@door.route("GET", "/api/v1/media/{media_id}")
def read_medium(media_id: PathId, caller: Authenticated) -> OwnMediumView:
    """Read how a medium stands. Others than its owner see it where they see the post that shows it."""
    medium, seen = wiring.service().read(caller.user_id, media_id)
    is_open = seen is not None and can_view(None, seen.post, seen.author)
    return OwnMediumView.for_viewer(medium, caller.user_id, is_open=is_open)


@door.route("DELETE", "/api/v1/media/{media_id}", status=HTTPStatus.NO_CONTENT)
def discard_medium(media_id: PathId, caller: Authenticated) -> Response[None]:
    """Take away one's medium that no post shows."""
    wiring.service().discard(caller.user_id, media_id)
    return Response(HTTPStatus.NO_CONTENT)


@door.route(
    "GET",
    "/media/{token}/{file}",
    identity=Identity.NONE,
    status=HTTPStatus.FOUND,
    media_types=[CONTENT_TYPES[PLAYLIST]],
    also=HTTPStatus.OK,
)
def serve(token: str, file: File) -> Response[bytes | None]:
    """Be led to a file, or get it at once if it is a playlist: the addresses of media in answers are such paths."""
    led = links().opened(token, now=system_clock())
    found = wiring.service().led(led.media_id, led.viewer_id, file)
    headers = headers_for(is_open=led.viewer_id is None)
    if isinstance(found, str):
        return Response(HTTPStatus.FOUND, headers={"location": found, **headers})
    return Response(HTTPStatus.OK, CONTENT_TYPES[PLAYLIST], found, headers)


handler = door
