"""What websockets send and hear, as JSON."""

import json
from typing import Any, Final

from kith.domain.clock import rfc3339
from kith.domain.notifications import ACTORS_SHOWN
from kith.table.notification_reader import SeenNotification

Frame = dict[str, Any]

PING: Final[Frame] = {"type": "ping"}
HEARD_MOST: Final = 1_024
"""Characters of what is read at all; API Gateway takes 32 KB."""


def medium(media_id: int, *, is_ready: bool) -> Frame:
    """Return what a medium's owner is told when it is finished."""
    return {"type": "media", "media_id": media_id, "status": "ready" if is_ready else "rejected"}


def post(post_id: int, author_id: int) -> Frame:
    """Return what an author's followers are told of a new post."""
    return {"type": "feed", "post_id": post_id, "user_id": author_id}


def notification(seen: SeenNotification) -> Frame:
    """Return what somebody is told; as in the list of notifications, without the addresses of avatars."""
    told = seen.notification
    actors = [
        {
            "user_id": actor.user_id,
            "username": actor.username,
            "full_name": actor.full_name,
            "is_verified": actor.is_verified,
        }
        for actor in seen.actors[:ACTORS_SHOWN]
    ]
    return {
        "type": "notification",
        "notification": {
            "id": told.notification_id,
            "type": told.subject.type,
            "actors": actors,
            "actor_count": seen.actor_count,
            **({} if seen.post is None else {"post_id": seen.post.post.post_id}),
            "text": seen.text,
            "created_at": rfc3339(told.created_at),
            "read": False,
        },
    }


def is_ping(text: str) -> bool:
    """Tell whether a client says that it is there."""
    if len(text) > HEARD_MOST:
        return False
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("type") == PING["type"]
