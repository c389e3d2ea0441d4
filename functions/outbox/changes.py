"""Which changes of the table are events. A change is one item before and after; it says everything itself."""

from typing import Any

from kith.domain.clock import rfc3339
from kith.domain.follows import FollowState
from kith.events import GRAPH_FOLLOW, GRAPH_UNFOLLOW, POST_CREATED, Event
from kith.table.items import FollowsItem, PostItem
from kith.table.posts import post_of
from kith.table.stream import Change


def events_of(change: Change) -> list[Event]:
    """Return the events that a change is; most changes are none."""
    if change.expired:
        return []
    match change.old, change.new:
        case None, PostItem() as post:
            return [_post_created(change, post)]
        case None, FollowsItem() as edge:
            return [_followed(change, edge)]
        case FollowsItem() as edge, None:
            return [_unfollowed(change, edge)]
        case _:
            return []


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
