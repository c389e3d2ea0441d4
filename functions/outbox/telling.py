"""Telling what has been committed: on the bus, by a line of the log for each event, and by counting what is watched."""

from collections.abc import Mapping, Sequence
from typing import Final

from kith.events import GRAPH_FOLLOW, GRAPH_UNFOLLOW, NOTIFICATION_CREATED, POST_CREATED, Event
from kith.messaging import Bus
from kith.metrics import FOLLOWS, NOTIFICATIONS, POSTS, UNFOLLOWS, Metric
from kith.telemetry import logger
from kith.tracing import measure, span

COUNTED: Final[Mapping[str, Metric]] = {
    GRAPH_FOLLOW: FOLLOWS,
    GRAPH_UNFOLLOW: UNFOLLOWS,
    POST_CREATED: POSTS,
    NOTIFICATION_CREATED: NOTIFICATIONS,
}
"""What is counted here, where each fact comes by once, unless the stream is read again."""


def tell(bus: Bus, events: Sequence[Event]) -> None:
    """Put events on the bus, and then say so.

    Raises:
        Unavailable: some are not on it; all have to be told another time.
    """
    bus.publish(events)
    for event in events:
        with span(event.trace_id, event_id=event.event_id):
            logger("outbox").info("told", extra={"event": event.name})
        if event.name in COUNTED:
            measure(COUNTED[event.name], 1)
