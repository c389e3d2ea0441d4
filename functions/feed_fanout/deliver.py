"""Delivering a post to up to a hundred readers: one small entry in each feed, at a key that the post determines.

A delivery may come long after it was planned, and more than once, so it must not bring back what has been erased. An
erasure takes away the post (or the reader's edges) before it looks for entries, and a delivery looks for the post and
the edges after it has written them: whichever comes second sees the other, and takes the entry away.
"""

from dataclasses import dataclass
from typing import Any

from kith.domain.feeds import Arrival, FeedEntry
from kith.domain.users import Standing
from kith.table.connection import Table
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from kith.table.posts import PostStore
from kith.table.users import UserStore


@dataclass(frozen=True, slots=True)
class Deliverer:
    """The use case of a delivery message."""

    table: Table
    feeds: FeedStore
    posts: PostStore
    follows: FollowStore
    users: UserStore
    feed_retention: int
    """Milliseconds."""

    def deliver(self, message: dict[str, Any]) -> None:
        """Store an entry for each reader that a message names. Doing it again changes nothing.

        Raises:
            Unavailable: not all entries could be stored this time.
        """
        post_id, author_id, readers = message["post_id"], message["author_id"], message["readers"]
        if self.posts.by_id(post_id) is None:
            self.feeds.withdraw([post_id], readers)  # an earlier delivery may have been cut off here
            return
        entries = [FeedEntry(reader_id, post_id, author_id, Arrival.PUSHED) for reader_id in readers]
        self.feeds.deliver(entries, retention=self.feed_retention)
        post, gone = self.table.together(
            lambda: self.posts.by_id(post_id), lambda: self._gone(author_id, readers, message["entries"])
        )
        self.feeds.withdraw([post_id], readers if post is None else gone)

    def _gone(self, author_id: int, readers: list[int], entries: list[int]) -> list[int]:
        """Return the readers whose account is deleted: those who still follow are read together, at little cost."""
        first, last = entries
        followers = self.follows.followers_within(author_id, first, last, limit=len(readers))
        strangers = set(readers) - followers
        known = self.users.by_ids(strangers) if strangers else {}
        return [
            reader_id
            for reader_id in sorted(strangers)
            if reader_id not in known or known[reader_id].standing is Standing.DELETED
        ]
