"""Notifications over HTTP."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

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
from kith.web.door import Authenticated, Door
from kith.web.paging import Cursor, Limit, Position

door = Door("notification", gatekeeper)


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


handler = door
