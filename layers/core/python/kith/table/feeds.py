"""Feeds in the table: small candidates in order of time, and how far each post's delivery has been planned."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kith.domain import ids
from kith.domain.clock import DAY, SECOND
from kith.domain.feeds import Arrival, FeedEntry
from kith.domain.posts import PostNotFound
from kith.table import batches
from kith.table.connection import Table
from kith.table.follows import LAST_ID
from kith.table.items import FanoutItem, FeedEntryItem, Item, PostItem
from kith.table.transactions import Check, Put, write

PAGE = 1_000
CHECKPOINT_KEPT = 15 * DAY
LATE: Final = 15 * DAY
"""How much longer than it should an entry may be there: time-to-live deletes late."""


def entry_item(entry: FeedEntry, *, retention: int) -> FeedEntryItem:
    """Return an entry as it is stored; it lives for `retention` milliseconds after the post, however late it came."""
    return FeedEntryItem.at(
        {
            "arrival": entry.arrival,
            "arrived_at": entry.arrived_at,
            "is_repost": entry.is_repost,
            "expires_at": (ids.created_at(entry.post_id) + retention) // SECOND,
        },
        reader_id=entry.reader_id,
        post_id=entry.post_id,
        by_id=entry.by_id,
    )


@dataclass(frozen=True, slots=True)
class FeedStore:
    """Feed entries: a verb per access pattern."""

    table: Table

    def before(self, reader_id: int, post_id: int, *, limit: int, now: int) -> list[FeedEntry]:
        """Return up to `limit` unexpired entries of a feed of posts older than one, newest first.

        Entries expire in the order in which they are listed, so the first expired one ends the feed.
        """
        partition, high = FeedEntryItem.pattern.key(reader_id=reader_id, post_id=post_id - 1, by_id=LAST_ID)
        _, low = FeedEntryItem.pattern.key(reader_id=reader_id, post_id=0, by_id=0)
        return _unexpired(self.table.query(partition, low, high, limit=limit, newest_first=True), now)

    def brought(self, reader_id: int, *, now: int) -> Mapping[int, set[int]]:
        """Return the posts that each account has brought into a feed, whether or not they are there still."""
        brought, before, by_id = defaultdict[int, set[int]](set), LAST_ID, LAST_ID
        while True:
            partition, high = FeedEntryItem.pattern.key(reader_id=reader_id, post_id=before, by_id=by_id - 1)
            _, low = FeedEntryItem.pattern.key(reader_id=reader_id, post_id=0, by_id=0)
            entries = _unexpired(self.table.query(partition, low, high, limit=PAGE, newest_first=True), now)
            if not entries:
                return brought
            for entry in entries:
                brought[entry.by_id].add(entry.post_id)
            before, by_id = entries[-1].post_id, entries[-1].by_id

    def deliver(self, entries: Sequence[FeedEntry], *, retention: int) -> None:
        """Store entries; storing one twice is storing it once."""
        batches.put_all(self.table, [entry_item(entry, retention=retention) for entry in entries])

    def planned_to(self, post_id: int) -> int:
        """Return the last entry among the followers up to which a post's delivery is known to be planned, or 0."""
        item = self.table.get(FanoutItem, post_id=post_id)
        return 0 if item is None else int(item.planned_to)

    def plan_reached(self, post_id: int, entry_id: int, *, now: int) -> None:
        """Note that a post's delivery is planned up to an entry among the followers; `now` is in milliseconds.

        Raises:
            PostNotFound: the post is gone.
        """
        checkpoint = FanoutItem.at(
            {"planned_to": entry_id, "expires_at": (now + CHECKPOINT_KEPT) // SECOND}, post_id=post_id
        )
        there = Check(PostItem.at(post_id=post_id), PostItem.pk.exists(), PostNotFound())
        write(self.table, there, Put(checkpoint))

    def withdraw(self, post_ids: Iterable[int], reader_ids: Sequence[int], *, by_id: int) -> None:
        """Take posts that somebody brought out of feeds, where they are."""
        batches.delete_all(
            self.table,
            [
                FeedEntryItem.pattern.key(reader_id=reader_id, post_id=post_id, by_id=by_id)
                for post_id in post_ids
                for reader_id in reader_ids
            ],
        )


def oldest_kept(now: int, retention: int) -> int:
    """Return the least identifier of a post that a feed may show; times in milliseconds."""
    return ids.first_at(now - retention)


def oldest_stored(now: int, retention: int) -> int:
    """Return the least identifier of a post that may still be stored in feeds; times in milliseconds."""
    return ids.first_at(now - retention - LATE)


def _unexpired(items: Iterable[Item], now: int) -> list[FeedEntry]:
    return [
        _entry_of(item)
        for item in items
        if isinstance(item, FeedEntryItem) and item.expires_at > now // SECOND
    ]


def _entry_of(item: FeedEntryItem) -> FeedEntry:
    values = item.values
    return FeedEntry(
        reader_id=values["reader_id"],
        post_id=values["post_id"],
        by_id=values["by_id"],
        arrival=Arrival(item.arrival),
        arrived_at=int(item.arrived_at),
        is_repost=item.is_repost,
    )
