"""Stopping digests over HTTP."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.digest import wiring
from kith.web.admission import gatekeeper
from kith.web.door import Door, Identity

door = Door("digest", gatekeeper)

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
"""As RFC 8058 lets mail programs send them."""
Token = Annotated[str, Query(min_length=1, max_length=200, description="What stands in the mail.")]


@door.route(
    "POST",
    "/api/v1/notifications/unsubscribe",
    identity=Identity.NONE,
    status=HTTPStatus.NO_CONTENT,
    takes=FORMS,
)
def unsubscribe_from_digests(token: Token) -> Response[None]:
    """Send no digests any more to whoever a token from one is for: the one click of mail programs (RFC 8058).

    Every type is at `"email": "off"` then. A body is not read: mail programs send a form. Twice is once.
    """
    wiring.service().unsubscribe(token)
    return Response(HTTPStatus.NO_CONTENT)


handler = door
