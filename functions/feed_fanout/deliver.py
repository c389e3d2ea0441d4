"""Delivering a post to up to a hundred readers: one small entry in each feed, at a key that post and bringer determine.

A delivery may come long after it was planned, and more than once, so it must not bring back what has been erased. An
erasure takes away the post (or the reader's edges, and first of all the account of who reposts) before it looks for
entries, and a delivery looks for all of these after it has written them: whichever comes second sees the other, and takes
the entry away. What is reposted anew while that is done is delivered again.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from kith.domain.clock import Clock
from kith.domain.errors import Unavailable
from kith.domain.feeds import Arrival, FeedEntry
from kith.domain.users import Standing
from kith.metrics import DELIVERIES, DELIVERY_LAG
from kith.table.connection import Table
from kith.table.engagements import EngagementStore
from kith.table.feed_states import FeedStateStore
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from kith.table.posts import PostStore
from kith.table.users import UserStore
from kith.tracing import measure

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Deliverer:
    """The use case of a delivery message."""

    table: Table
    feeds: FeedStore
    states: FeedStateStore
    posts: PostStore
    engagements: EngagementStore
    follows: FollowStore
    users: UserStore
    clock: Clock
    feed_retention: int
    """Milliseconds."""
    dormant_after: int
    """Milliseconds without a visit after which a reader is left out."""

    def deliver(self, message: dict[str, Any]) -> None:
        """Store an entry for each reader that a message names, but for who has been away for long.

        Doing it again changes nothing.

        Raises:
            Unavailable: not all entries could be stored this time, or it kept being reposted and taken back.
        """
        post_id, by_id, readers = message["post_id"], message["by_id"], message["readers"]
        is_there = partial(self._is_there, post_id, by_id, is_repost=message["is_repost"])
        for _ in range(ATTEMPTS):
            if is_there():
                self._store(post_id, by_id, readers, is_repost=message["is_repost"])
                if "published_at" in message:
                    measure(DELIVERY_LAG, self.clock() - message["published_at"])
            is_still_there, gone = self.table.together(
                is_there, partial(self._gone, by_id, readers, message["entries"])
            )
            # Also where nothing was stored: an earlier delivery may have been cut off here.
            self.feeds.withdraw([post_id], gone if is_still_there else readers, by_id=by_id)
            self.states.forget(gone)
            if is_still_there or not is_there():
                return
        raise Unavailable

    def _store(self, post_id: int, by_id: int, readers: list[int], *, is_repost: bool) -> None:
        now = self.clock()
        away = self.states.absent(readers, since=now - self.dormant_after)
        entries = [
            FeedEntry(reader_id, post_id, by_id, Arrival.PUSHED, now, is_repost)
            for reader_id in readers
            if reader_id not in away
        ]
        self.feeds.deliver(entries, retention=self.feed_retention)
        measure(DELIVERIES, len(entries))

    def _is_there(self, post_id: int, by_id: int, *, is_repost: bool) -> bool:
        if not is_repost:
            return self.posts.by_id(post_id) is not None
        # What is reposted by who has left is erased after the feeds that it is in.
        delivery, who = self.table.together(
            lambda: self.engagements.delivery_of_repost(by_id, post_id), lambda: self.users.by_id(by_id)
        )
        return delivery is not None and who is not None and who.standing is not Standing.DELETED

    def _gone(self, by_id: int, readers: list[int], entries: list[int]) -> list[int]:
        """Return the readers whose account is deleted: those who still follow are read together, at little cost."""
        first, last = entries
        followers = self.follows.followers_within(by_id, first, last, limit=len(readers))
        strangers = set(readers) - followers
        known = self.users.by_ids(strangers) if strangers else {}
        return [
            reader_id
            for reader_id in sorted(strangers)
            if reader_id not in known or known[reader_id].standing is Standing.DELETED
        ]
