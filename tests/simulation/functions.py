"""Which functions there are, and what wakes them: as the template has it, which a test compares."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from kith.web.door import Door

GRAPH = frozenset({"graph.follow", "graph.follow_accepted", "graph.unfollow"})
DEEDS = frozenset(f"post.{un}{deed}" for deed in ("liked", "reposted", "commented") for un in ("", "un"))

Handler = Callable[[Any, Any], dict[str, Any]]


@dataclass(frozen=True)
class Worker:
    """A function behind a queue."""

    path: str
    batch: int
    """Messages at once at most."""
    seconds: int
    """That it has; a message is out of sight for six times as long."""
    events: frozenset[str] = frozenset()


OUTBOX = "outbox/on_stream"
AUDIT = "feed/on_schedule"
COLLECTION = "media/on_schedule"
PICTURE, VIDEO = "uploads/*/picture", "uploads/*/video"
"""What S3 tells of: files with such names."""
DEPLOYMENT = "media/on_deploy"
COMMAND = "account/on_command"
CONNECT, DISCONNECT, FRAME = (f"realtime/on_{what}" for what in ("connect", "disconnect", "frame"))
"""What API Gateway tells of websockets."""
WORKERS = {
    "fanout": Worker(
        "feed_fanout/on_event", 5, 30, frozenset({"post.created", "post.reposted", "post.unreposted"})
    ),
    "deliveries": Worker("feed_fanout/on_batch", 10, 10),
    "merges": Worker("feed_fanout/on_graph", 5, 30, GRAPH),
    "graph": Worker("follow/on_event", 10, 60, GRAPH | {"user.updated"}),
    "posts": Worker(
        "post/on_event",
        1,
        60,
        frozenset({"post.deleted", "post.updated", "media.processed", "media.rejected"}),
    ),
    "deeds": Worker("feed/on_event", 10, 10, DEEDS),
    "notices": Worker(
        "notification/on_event",
        10,
        60,
        GRAPH
        | DEEDS
        | {"graph.follow_rejected", "post.created", "post.updated", "post.deleted", "post.trending"},
    ),
    "erasures": Worker("operation/on_message", 1, 60, frozenset({"user.deleted", "user.export_requested"})),
    "uploads": Worker("media/on_event", 1, 30, frozenset({"media.deleted", "media.rejected", PICTURE})),
    "videos": Worker("media/on_video", 1, 900, frozenset({VIDEO})),
    "pushes": Worker("web_push/on_event", 3, 60, frozenset({"notification.created"})),
    "realtime": Worker(
        "realtime/on_event",
        5,
        30,
        frozenset(
            {
                "media.processed",
                "media.rejected",
                "notification.created",
                "post.created",
                "session.ended",
                "user.deleted",
                "user.updated",
            }
        ),
    ),
    "trending": Worker(
        "trending/on_event",
        100,
        60,
        frozenset(
            {
                "post.created",
                "post.updated",
                "post.deleted",
                "post.liked",
                "post.unliked",
                "post.reposted",
                "post.unreposted",
                "user.updated",
            }
        ),
    ),
    "digests": Worker("digest/on_message", 5, 60, frozenset({"notification.created"})),
    "search": Worker(
        "search/on_event",
        5,
        60,
        GRAPH | {"post.created", "post.updated", "user.registered", "user.updated", "user.deleted"},
    ),
    "mail": Worker("verification/on_message", 5, 30, frozenset({"user.registered", "user.updated"})),
}
"""By the names of their queues in the settings."""
ROOMS = (
    "account",
    "bell",
    "block",
    "comment",
    "connection",
    "discovery",
    "engagement",
    "feed",
    "follow",
    "media",
    "notification",
    "operation",
    "post",
    "post_list",
    "profile",
    "realtime",
    "reference",
    "relationship",
    "search",
    "session",
    "suggestion",
    "trending",
    "verification",
    "web_push",
)
"""Those with a door to the world."""


def handler_of(path: str) -> Handler:
    """Return what AWS Lambda calls."""
    room, _, module = path.partition("/")
    handler: Handler = import_module(f"functions.{room}.{module}").handler
    return handler


def door_of(room: str) -> Door:
    """Return a room's door."""
    door: Door = import_module(f"functions.{room}.api").door
    return door


def load_functions() -> None:
    """Import everything that answers."""
    for path in (
        OUTBOX,
        AUDIT,
        COLLECTION,
        DEPLOYMENT,
        COMMAND,
        CONNECT,
        DISCONNECT,
        FRAME,
        *(worker.path for worker in WORKERS.values()),
    ):
        handler_of(path)
    for room in ROOMS:
        door_of(room)
