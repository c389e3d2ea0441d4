"""Which changes of the table are events. A change is one item before and after; it says everything itself."""

from typing import Any

from kith.domain.clock import rfc3339
from kith.domain.engagements import Deed, Engagement
from kith.domain.follows import FollowState, Stance
from kith.domain.media import MediumStatus
from kith.domain.posts import Post, PostStatus
from kith.domain.users import Standing
from kith.events import (
    EXPORT_REQUESTED,
    GRAPH_FOLLOW,
    GRAPH_FOLLOW_ACCEPTED,
    GRAPH_FOLLOW_REJECTED,
    GRAPH_UNFOLLOW,
    MEDIA_PROCESSED,
    MEDIA_REJECTED,
    POST_COMMENTED,
    POST_CREATED,
    POST_DELETED,
    POST_LIKED,
    POST_REPOSTED,
    POST_UNCOMMENTED,
    POST_UNLIKED,
    POST_UNREPOSTED,
    POST_UPDATED,
    USER_DELETED,
    USER_REGISTERED,
    USER_UPDATED,
    Event,
)
from kith.table.comments import comment_of
from kith.table.engagements import engagement_of
from kith.table.items import (
    CommentItem,
    EngagementItem,
    ExportItem,
    Item,
    MediumItem,
    PostItem,
    RelationItem,
    UserItem,
)
from kith.table.media import medium_of
from kith.table.posts import post_of
from kith.table.relations import stance_of
from kith.table.stream import Change

TOLD_OF_USER = {
    "username": "username",
    "full_name": "full_name",
    "bio": "bio",
    "is_private": "is_private",
    "is_verified": "is_verified",
    "is_celebrity": "is_celebrity",
    "standing": "standing",
    "email_asked_at": "email",
}
"""Which attributes `user.updated` tells of, and what it calls them."""


TOLD_OF_DEEDS = {
    Deed.LIKE: (POST_LIKED, POST_UNLIKED),
    Deed.REPOST: (POST_REPOSTED, POST_UNREPOSTED),
}
"""What is told of a deed that is done, and of one that is undone."""


def events_of(change: Change) -> list[Event]:
    """Return the events that a change is; most changes are none."""
    if change.expired:
        return []
    found: list[Event] = []
    match change.old, change.new:
        case (None | PostItem(), None | PostItem()) if change.old or change.new:
            found = _post_changed(change, change.old, change.new)
        case (None | EngagementItem(), None | EngagementItem()):
            found = _engagement_changed(change)
        case None, CommentItem() as comment:
            found = [_about_comment(POST_COMMENTED, change, comment)]
        case CommentItem() as comment, None:
            found = [_about_comment(POST_UNCOMMENTED, change, comment)]
        case (None | RelationItem(), None | RelationItem()):
            found = _graph_changed(change)
        case MediumItem() as was, MediumItem() as medium if was.status != medium.status:
            found = _about_medium(change, medium)
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


def _post_changed(change: Change, old: Item | None, new: Item | None) -> list[Event]:
    """Return what became of a post; counts that change are told by what was done."""
    before = post_of(old) if isinstance(old, PostItem) else None
    after = post_of(new) if isinstance(new, PostItem) else None
    if after is None:
        return [] if before is None else [_about_post(POST_DELETED, change, before)]
    if after.status is PostStatus.PROCESSING:
        return []
    if before is None or before.status is PostStatus.PROCESSING:
        return [_post_created(change, after)]
    return [_about_post(POST_UPDATED, change, after)] if before.edited_at != after.edited_at else []


def _about_post(name: str, change: Change, post: Post) -> Event:
    detail = {"post_id": post.post_id, "user_id": post.author_id, "timestamp": rfc3339(change.at)}
    return Event(name, change.change_id, detail)


def _engagement_changed(change: Change) -> list[Event]:
    """Return what was done to a post, or undone; of bookmarks nothing is told."""
    item = change.new or change.old
    if not isinstance(item, EngagementItem):
        return []
    nothing = Engagement(item.values["user_id"], item.values["post_id"])
    before = engagement_of(change.old) if isinstance(change.old, EngagementItem) else nothing
    after = engagement_of(change.new) if isinstance(change.new, EngagementItem) else nothing
    detail = {**item.values, "timestamp": rfc3339(change.at)}
    return [
        Event(done if after.deed_id(deed) else undone, f"{change.change_id}-{deed}", detail)
        for deed, (done, undone) in TOLD_OF_DEEDS.items()
        if (before.deed_id(deed) is None) != (after.deed_id(deed) is None)
    ]


def _about_comment(name: str, change: Change, item: CommentItem) -> Event:
    comment = comment_of(item)
    detail = {
        "comment_id": comment.comment_id,
        "post_id": comment.post_id,
        "user_id": comment.author_id,
        "timestamp": rfc3339(change.at),
    }
    return Event(name, change.change_id, detail)


def _about_medium(change: Change, item: MediumItem) -> list[Event]:
    told = {MediumStatus.READY: MEDIA_PROCESSED, MediumStatus.REJECTED: MEDIA_REJECTED}
    medium = medium_of(item)
    if medium.status not in told:
        return []
    detail = {"media_id": medium.media_id, "user_id": medium.owner_id, "timestamp": rfc3339(change.at)}
    return [Event(told[medium.status], change.change_id, detail)]


def _post_created(change: Change, post: Post) -> Event:
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


def _graph_changed(change: Change) -> list[Event]:
    """Return what became of a wish to follow, if anything did."""
    before, after = _stance(change.old), _stance(change.new)
    was = FollowState.NONE if before is None else before.state
    now = FollowState.NONE if after is None else after.state
    told = {
        (FollowState.PENDING, FollowState.ACCEPTED): (GRAPH_FOLLOW_ACCEPTED, "follow_request_accepted"),
        (FollowState.PENDING, FollowState.REJECTED): (GRAPH_FOLLOW_REJECTED, "follow_request_rejected"),
        (FollowState.PENDING, FollowState.NONE): (GRAPH_UNFOLLOW, "unfollow"),
        (FollowState.ACCEPTED, FollowState.NONE): (GRAPH_UNFOLLOW, "unfollow"),
        (FollowState.NONE, FollowState.ACCEPTED): (GRAPH_FOLLOW, "follow"),
        (FollowState.NONE, FollowState.PENDING): (GRAPH_FOLLOW, "follow"),
        (FollowState.REJECTED, FollowState.ACCEPTED): (GRAPH_FOLLOW, "follow"),
        (FollowState.REJECTED, FollowState.PENDING): (GRAPH_FOLLOW, "follow"),
    }.get((was, now))
    stance = after or before
    if told is None or stance is None:
        return []
    name, event_type = told
    detail: dict[str, Any] = {
        "event_type": event_type,
        "follower_id": stance.account_id,
        "following_id": stance.other_id,
    }
    if name == GRAPH_FOLLOW:
        detail["status"] = now
    return [Event(name, change.change_id, detail | {"timestamp": rfc3339(change.at)})]


def _stance(item: Item | None) -> Stance | None:
    return stance_of(item) if isinstance(item, RelationItem) else None
