"""Delivering a post to up to a hundred readers: one small entry in each feed, at a key that the post determines."""

from dataclasses import dataclass
from typing import Any

from kith.domain.feeds import Arrival, FeedEntry
from kith.table.feeds import FeedStore


@dataclass(frozen=True, slots=True)
class Deliverer:
    """The use case of a delivery message."""

    feeds: FeedStore
    feed_retention: int
    """Milliseconds."""

    def deliver(self, message: dict[str, Any]) -> None:
        """Store an entry for each reader that a message names. Doing it again changes nothing.

        Raises:
            Unavailable: not all entries could be stored this time.
        """
        entries = [
            FeedEntry(reader_id, message["post_id"], message["author_id"], Arrival.PUSHED)
            for reader_id in message["readers"]
        ]
        self.feeds.deliver(entries, retention=self.feed_retention)
