"""Notifications over HTTP."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from functions.notification import wiring
from functions.notification.schemas import (
    ChoicesView,
    NewChoices,
    Notifications,
    NotificationView,
    ReadUpTo,
    Unread,
)
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door, Identity
from kith.web.paging import Cursor, Limit, Position
from kith.web.proxy import FORMS

door = Door("notification", gatekeeper)

UNSUBSCRIBE = "/api/v1/notifications/unsubscribe"
Token = Annotated[str, Query(min_length=1, max_length=200, description="What stands in the mail.")]


@door.route("GET", "/api/v1/notifications")
def list_notifications(caller: Authenticated, limit: Limit = 20, cursor: Cursor = None) -> Notifications:
    """List what one is told, newest first. Of whom one may not see or has muted nothing is told."""
    position = Position(wiring.cursors(), "notifications", caller.user_id)
    found = wiring.service().page(caller.user_id, before=position.opened(cursor), limit=limit)
    return Notifications(
        notifications=[NotificationView.of(seen, read_up_to=found.read_up_to) for seen in found.page.seen],
        unread_count=found.unread,
        **position.fields(found.page.resume_at),
    )


@door.route("POST", "/api/v1/notifications/read")
def read_notifications(read: Annotated[ReadUpTo, Body()], caller: Authenticated) -> Unread:
    """Note that one has read a notification and all that are older. Reading twice is reading once."""
    return Unread(unread_count=wiring.service().read(caller.user_id, read.up_to))


@door.route("GET", "/api/v1/notifications/unread")
def count_unread_notifications(caller: Authenticated) -> Unread:
    """Count what one has not read."""
    return Unread(unread_count=wiring.service().unread(caller.user_id))


@door.route("GET", "/api/v1/notifications/preferences")
def read_notification_preferences(caller: Authenticated) -> ChoicesView:
    """Read by which channels one wants to be told of what."""
    return ChoicesView.of(wiring.service().chosen(caller.user_id))


@door.route("PUT", "/api/v1/notifications/preferences")
def change_notification_preferences(
    wanted: Annotated[NewChoices, Body()], caller: Authenticated
) -> ChoicesView:
    """Change by which channels one wants to be told of what; what is left out stays as it is."""
    return ChoicesView.of(wiring.service().choose(caller.user_id, wanted.changes))


@door.route("POST", UNSUBSCRIBE, identity=Identity.NONE, status=HTTPStatus.NO_CONTENT, takes=FORMS)
def unsubscribe_from_digests(token: Token) -> Response[None]:
    """Send no digests any more to whoever a token from one is for: the one click of mail programs (RFC 8058).

    Every type is at `"email": "off"` then. A body is not read: mail programs send a form. Twice is once.
    """
    wiring.service().unsubscribe(token)
    return Response(HTTPStatus.NO_CONTENT)


handler = door
