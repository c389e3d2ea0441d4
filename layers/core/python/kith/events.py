"""What one room tells another: past-tense facts, as they stand on the bus. Consumers ignore what they do not know."""

from dataclasses import dataclass
from typing import Any, Final

SOURCE: Final = "kith"
VERSION: Final = 1

POST_CREATED: Final = "post.created"
POST_UPDATED: Final = "post.updated"
POST_DELETED: Final = "post.deleted"
POST_LIKED: Final = "post.liked"
POST_UNLIKED: Final = "post.unliked"
POST_REPOSTED: Final = "post.reposted"
POST_UNREPOSTED: Final = "post.unreposted"
POST_COMMENTED: Final = "post.commented"
POST_UNCOMMENTED: Final = "post.uncommented"
POST_TRENDING: Final = "post.trending"
MEDIA_PROCESSED: Final = "media.processed"
MEDIA_REJECTED: Final = "media.rejected"
MEDIA_DELETED: Final = "media.deleted"
GRAPH_FOLLOW: Final = "graph.follow"
GRAPH_FOLLOW_ACCEPTED: Final = "graph.follow_accepted"
GRAPH_FOLLOW_REJECTED: Final = "graph.follow_rejected"
GRAPH_UNFOLLOW: Final = "graph.unfollow"
USER_REGISTERED: Final = "user.registered"
USER_UPDATED: Final = "user.updated"
USER_DELETED: Final = "user.deleted"
NOTIFICATION_CREATED: Final = "notification.created"
SESSION_ENDED: Final = "session.ended"
EXPORT_REQUESTED: Final = "user.export_requested"


@dataclass(frozen=True, slots=True)
class Event:
    """A fact. `event_id` is the same however often it is delivered."""

    name: str
    event_id: str
    detail: dict[str, Any]
    trace_id: str = ""
    """The trace that it is a part of; unless it says so, one that begins with it."""

    def wire(self) -> dict[str, Any]:
        """Return the detail as it stands on the bus."""
        return {
            "v": VERSION,
            "event_id": self.event_id,
            "trace_id": self.trace_id or self.event_id,
        } | self.detail
