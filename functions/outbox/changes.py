"""Which changes of the table are events. A change is one item before and after; it says everything itself."""

from typing import Any

from kith.domain.clock import rfc3339
from kith.domain.follows import FollowState
from kith.domain.users import Standing
from kith.events import (
    EXPORT_REQUESTED,
    GRAPH_FOLLOW,
    GRAPH_UNFOLLOW,
    POST_CREATED,
    USER_DELETED,
    USER_REGISTERED,
    USER_UPDATED,
    Event,
)
from kith.table.items import ExportItem, FollowsItem, PostItem, UserItem
from kith.table.posts import post_of
from kith.table.stream import Change

TOLD_OF_USER = {
    "username": "username",
    "full_name": "full_name",
    "bio": "bio",
    "is_private": "is_private",
    "is_verified": "is_verified",
    "standing": "standing",
    "email_asked_at": "email",
}
"""Which attributes `user.updated` tells of, and what it calls them."""


def events_of(change: Change) -> list[Event]:
    """Return the events that a change is; most changes are none."""
    if change.expired:
        return []
    found: list[Event] = []
    match change.old, change.new:
        case None, PostItem() as post:
            found = [_post_created(change, post)]
        case None, FollowsItem() as edge:
            found = [_followed(change, edge)]
        case FollowsItem() as edge, None:
            found = [_unfollowed(change, edge)]
        case None, UserItem() as user:
            found = [_about_user(USER_REGISTERED, change, user)]
        case UserItem() as before, UserItem() as after:
            found = _user_changed(change, before, after)
        case None, ExportItem() as export:
            detail = {**export.values, "timestamp": rfc3339(change.at)}
            found = [Event(EXPORT_REQUESTED, change.change_id, detail)]
    return found


def _user_changed(change: Change, before: UserItem, after: UserItem) -> list[Event]:
    if after.standing == Standing.DELETED:
        return [_about_user(USER_DELETED, change, after)] if before.standing != Standing.DELETED else []
    changed = [name for name, told in TOLD_OF_USER.items() if getattr(before, name) != getattr(after, name)]
    if not changed:
        return []
    return [_about_user(USER_UPDATED, change, after, changed=[TOLD_OF_USER[name] for name in changed])]


def _about_user(name: str, change: Change, item: UserItem, **more: Any) -> Event:  # noqa: ANN401  # what the event adds
    detail = {"user_id": item.values["user_id"], "timestamp": rfc3339(change.at), **more}
    return Event(name, change.change_id, detail)


def _post_created(change: Change, item: PostItem) -> Event:
    post = post_of(item)
    created_at = rfc3339(post.created_at)
    detail: dict[str, Any] = {
        "post_id": post.post_id,
        "user_id": post.author_id,
        "created_at": created_at,
        "timestamp": created_at,
        "hashtags": list(post.hashtags),
        "mentions": [mention.user_id for mention in post.mentions],
        "delivery": post.delivery,
    }
    return Event(POST_CREATED, change.change_id, detail)


def _followed(change: Change, item: FollowsItem) -> Event:
    detail = {
        "event_type": "follow",
        **_ends(item),
        "status": FollowState(item.state),
        "timestamp": rfc3339(int(item.created_at)),
    }
    return Event(GRAPH_FOLLOW, change.change_id, detail)


def _unfollowed(change: Change, item: FollowsItem) -> Event:
    detail = {"event_type": "unfollow", **_ends(item), "timestamp": rfc3339(change.at)}
    return Event(GRAPH_UNFOLLOW, change.change_id, detail)


def _ends(item: FollowsItem) -> dict[str, int]:
    return {"follower_id": item.values["user_id"], "following_id": item.values["followee_id"]}
