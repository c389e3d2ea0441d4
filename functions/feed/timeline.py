"""The chronological feed: skeleton -> hydrate -> rules -> present.

The skeleton are candidates; whether the reader may see a post is decided here, at every read, from what is so now.
Taking candidates out of the table after an unfollow is housekeeping, not correctness.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kith.domain import ids
from kith.domain.clock import Clock
from kith.domain.feeds import FeedEntry
from kith.domain.pages import Page, filled
from kith.table.connection import Table
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from kith.table.reader import PostReader, SeenPost


@dataclass(frozen=True, slots=True)
class Shown:
    """One post that the reader may see, and how it arrived."""

    entry: FeedEntry
    seen: SeenPost


@dataclass(frozen=True, slots=True)
class Timeline:
    """The use case of the feed room."""

    table: Table
    feeds: FeedStore
    follows: FollowStore
    reader: PostReader
    clock: Clock

    def page(self, reader_id: int, before: int | None, limit: int) -> Page[int, Shown]:
        """Return up to `limit` visible posts older than `before`, newest first.

        Two sequential round trips, one more where a post quotes another, and for each refill.
        """
        now = self.clock()

        def fetch(start: int | None, count: int) -> list[FeedEntry]:
            return self.feeds.before(reader_id, start or ids.LIMIT, limit=count, now=now)

        first, hidden = self.table.together(
            lambda: fetch(before, limit + 1), lambda: self.follows.hidden_from(reader_id, now=now)
        )

        def rules(entries: Sequence[FeedEntry]) -> dict[int, Shown]:
            wanted = {entry.post_id: entry for entry in entries if entry.author_id not in hidden}
            # An entry comes of a follow, and an unfollow hides its author: whoever is not hidden is followed.
            authors = {entry.author_id for entry in wanted.values()}
            seen = self.reader.some(reader_id, wanted.keys(), followed=authors)
            return {post_id: Shown(wanted[post_id], each) for post_id, each in seen.items()}

        return filled(fetch, lambda entry: entry.post_id, rules, start=before, limit=limit, first=first)
