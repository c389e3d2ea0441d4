"""What is told of posts, of what is done to them, and of media."""

from typing import Any

from kith.domain.clock import rfc3339
from kith.domain.engagements import Deed, Engagement
from kith.domain.media import Medium, MediumStatus
from kith.domain.posts import Post, PostStatus
from kith.events import (
    MEDIA_DELETED,
    MEDIA_PROCESSED,
    MEDIA_REJECTED,
    POST_COMMENTED,
    POST_CREATED,
    POST_DELETED,
    POST_LIKED,
    POST_REPOSTED,
    POST_TRENDING,
    POST_UNCOMMENTED,
    POST_UNLIKED,
    POST_UNREPOSTED,
    POST_UPDATED,
    Event,
)
from kith.table.comments import comment_of
from kith.table.engagements import engagement_of
from kith.table.items import CommentItem, EngagementItem, MediumItem, PostItem, TrendingItem
from kith.table.media import medium_of
from kith.table.posts import post_of
from kith.table.stream import Change

TOLD_OF_DEEDS = {
    Deed.LIKE: (POST_LIKED, POST_UNLIKED),
    Deed.REPOST: (POST_REPOSTED, POST_UNREPOSTED),
}
"""What is told of a deed that is done, and of one that is undone."""


def post_changed(change: Change) -> list[Event]:
    """Return what became of a post; counts that change are told by what was done."""
    before = post_of(change.old) if isinstance(change.old, PostItem) else None
    after = post_of(change.new) if isinstance(change.new, PostItem) else None
    if after is None:
        return [] if before is None else [_about_post(POST_DELETED, change, before, before)]
    if after.status is PostStatus.PROCESSING:
        return []
    if before is None or before.status is PostStatus.PROCESSING:
        return [_post_created(change, after)]
    return [_about_post(POST_UPDATED, change, before, after)] if before.edited_at != after.edited_at else []


def _about_post(name: str, change: Change, before: Post, after: Post) -> Event:
    mentions = dict.fromkeys(each.user_id for each in (*before.mentions, *after.mentions))
    hashtags = dict.fromkeys((*before.hashtags, *after.hashtags))
    detail = {
        "post_id": after.post_id,
        "user_id": after.author_id,
        "timestamp": rfc3339(change.at),
        "mentions": list(mentions),
        "hashtags": list(hashtags),
    }
    return Event(name, change.change_id, detail)


def trending_changed(change: Change) -> list[Event]:
    """Return that a post is among the first of a day, which is told once."""
    item = change.new
    if change.old is not None or not isinstance(item, TrendingItem):
        return []
    detail = {**item.values, "user_id": int(item.author_id), "timestamp": rfc3339(change.at)}
    return [Event(POST_TRENDING, change.change_id, detail)]


def engagement_changed(change: Change) -> list[Event]:
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


def comment_changed(change: Change) -> list[Event]:
    """Return that there is a comment, or that it is gone."""
    item = change.new or change.old
    if not isinstance(item, CommentItem) or (change.old and change.new):
        return []
    name = POST_COMMENTED if change.new else POST_UNCOMMENTED
    comment = comment_of(item)
    detail = {
        "comment_id": comment.comment_id,
        "post_id": comment.post_id,
        "user_id": comment.author_id,
        "timestamp": rfc3339(change.at),
    }
    return [Event(name, change.change_id, detail)]


def medium_changed(change: Change) -> list[Event]:
    """Return what became of a picture or video."""
    if not isinstance(change.old, MediumItem):
        return []
    if not isinstance(change.new, MediumItem):
        return [_about_medium(MEDIA_DELETED, change, medium_of(change.old))]
    medium = medium_of(change.new)
    told = {MediumStatus.READY: MEDIA_PROCESSED, MediumStatus.REJECTED: MEDIA_REJECTED}
    if change.old.status == change.new.status or medium.status not in told:
        return []
    return [_about_medium(told[medium.status], change, medium)]


def _about_medium(name: str, change: Change, medium: Medium) -> Event:
    detail = {"media_id": medium.media_id, "user_id": medium.owner_id, "timestamp": rfc3339(change.at)}
    return Event(name, change.change_id, detail)


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
