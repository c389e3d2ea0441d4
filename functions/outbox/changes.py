"""Which changes of the table are events. A change is one item before and after; it says everything itself."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from functions.outbox import graph_changes, post_changes
from kith.domain.clock import rfc3339
from kith.domain.users import Standing
from kith.events import (
    EXPORT_REQUESTED,
    NOTIFICATION_CREATED,
    SESSION_ENDED,
    USER_DELETED,
    USER_REGISTERED,
    USER_UPDATED,
    Event,
)
from kith.table.items import (
    CommentItem,
    EngagementItem,
    ExportItem,
    Item,
    MediumItem,
    NotificationItem,
    PostItem,
    RelationItem,
    SessionItem,
    TrendingItem,
    UserItem,
)
from kith.table.stream import Change

TOLD_OF_USER = {
    "username": "username",
    "full_name": "full_name",
    "bio": "bio",
    "is_private": "is_private",
    "is_verified": "is_verified",
    "is_celebrity": "is_celebrity",
    "standing": "standing",
    "avatar_id": "avatar",
    "email_asked_at": "email",
}
"""Which attributes `user.updated` tells of, and what it calls them."""


def events_of(change: Change) -> list[Event]:
    """Return the events that a change is; most changes are none."""
    translate = TOLD.get(type(change.new or change.old))
    if change.expired or translate is None:
        return []
    return [replace(event, trace_id=change.trace_id) for event in translate(change)]


def _user_changed(change: Change) -> list[Event]:
    before, after = change.old, change.new
    if not isinstance(after, UserItem):
        return []
    if not isinstance(before, UserItem):
        return [_about_user(USER_REGISTERED, change, after)]
    if after.standing == Standing.DELETED:
        return [_about_user(USER_DELETED, change, after)] if before.standing != Standing.DELETED else []
    changed = [name for name, told in TOLD_OF_USER.items() if getattr(before, name) != getattr(after, name)]
    if not changed:
        return []
    return [_about_user(USER_UPDATED, change, after, changed=[TOLD_OF_USER[name] for name in changed])]


def _about_user(name: str, change: Change, item: UserItem, **more: Any) -> Event:  # noqa: ANN401  # what the event adds
    detail = {"user_id": item.values["user_id"], "timestamp": rfc3339(change.at), **more}
    return Event(name, change.change_id, detail)


def _export_changed(change: Change) -> list[Event]:
    if change.old is not None or change.new is None:
        return []
    detail = {**change.new.values, "timestamp": rfc3339(change.at)}
    return [Event(EXPORT_REQUESTED, change.change_id, detail)]


def _notification_changed(change: Change) -> list[Event]:
    """Return that somebody is told of something; what of is read by whoever passes it on, as it is then."""
    item = change.new
    if change.old is not None or not isinstance(item, NotificationItem) or item.is_quiet:
        return []
    detail = {**item.values, "type": item.type, "timestamp": rfc3339(change.at)}
    return [Event(NOTIFICATION_CREATED, change.change_id, detail)]


def _session_changed(change: Change) -> list[Event]:
    if change.new is not None or change.old is None:
        return []
    detail = {"user_id": change.old.values["user_id"], "timestamp": rfc3339(change.at)}
    return [Event(SESSION_ENDED, change.change_id, detail)]


TOLD: Final[Mapping[type[Item] | type[None], Callable[[Change], list[Event]]]] = {
    UserItem: _user_changed,
    ExportItem: _export_changed,
    SessionItem: _session_changed,
    RelationItem: graph_changes.relation_changed,
    PostItem: post_changes.post_changed,
    EngagementItem: post_changes.engagement_changed,
    CommentItem: post_changes.comment_changed,
    MediumItem: post_changes.medium_changed,
    TrendingItem: post_changes.trending_changed,
    NotificationItem: _notification_changed,
}
"""What tells of the changes of which items."""
