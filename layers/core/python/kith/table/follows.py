"""The follow graph in the table: changing it, and the lists it is read by, in order of time."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from kith.domain.clock import SECOND
from kith.domain.errors import Unauthenticated, Unavailable
from kith.domain.follows import GraphChanged, Stance, TooManyFollowed
from kith.table import batches
from kith.table.connection import Table
from kith.table.graph import FIRST_SHARD, GraphChange
from kith.table.items import (
    CelebrityItem,
    EntryItem,
    FollowerItem,
    HiddenItem,
    HiderItem,
    RequestItem,
    TallyItem,
)
from kith.table.relations import RelationStore
from kith.table.transactions import write

HIDDEN_MOST: Final = 20_000
"""Far above what anyone blocks, mutes, and unfollows within the time that a feed entry lives."""
CELEBRITIES_MOST: Final = 7_500
LAST_ID: Final = 10**16 - 1
ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One account in a list; `entry_id` is since when, and its place."""

    entry_id: int
    other_id: int


@dataclass(frozen=True, slots=True)
class FollowStore:
    """The follow graph: a verb per access pattern."""

    table: Table

    def carry_out(self, change: GraphChange) -> int:
        """Write a change, and return how often it was in conflict with others before.

        Raises:
            Unauthenticated: the account that makes it is gone.
            TooManyFollowed: it follows as many as one may.
            GraphChanged: something is no longer as it was read, or the other account is gone.
            IdentifierTaken: an identifier that was drawn for it is in use.
        """
        try:
            return write(self.table, *change.operations())
        except TooManyFollowed as error:
            # Nothing that is not there is less than anything, so the two look the same.
            if self.table.get(TallyItem, user_id=change.caller_id, shard=FIRST_SHARD) is None:
                raise Unauthenticated from error
            raise

    def sever(self, gone_id: int, other_id: int) -> None:
        """Take away all that stands between somebody who is erased and another, with what the other counts of it.

        Raises:
            Unavailable: others kept changing it.
        """
        relations, gone = RelationStore(self.table), frozenset({gone_id})
        for _ in range(ATTEMPTS):
            stances = [each for each in relations.stances(gone_id, other_id) if not each.is_blank]
            if not stances:
                return
            change = GraphChange(gone_id, revision=0, now=0, retention=0, gone=gone)
            for stance in stances:
                change.move(stance, Stance(stance.account_id, stance.other_id))
            with suppress(GraphChanged):
                write(self.table, *change.operations())
            # Who has no tally is being erased as well.
            if self.table.get(TallyItem, user_id=other_id, shard=FIRST_SHARD) is None:
                gone = frozenset({gone_id, other_id})
        raise Unavailable

    def forget(self, markers: Sequence[HiddenItem | HiderItem]) -> None:
        """Take markers away together with their reverse, which goes first: it is only known from what is left."""
        batches.delete_all(self.table, [_reverse(marker) for marker in markers])
        batches.delete_all(self.table, [(marker.pk, marker.sk) for marker in markers])

    def newest(
        self, kind: type[EntryItem], user_id: int, *, limit: int, before: int | None = None, since: int = 0
    ) -> list[Entry]:
        """Return up to `limit` entries of a list, newest first, from before one, or the newest, down to another."""
        partition, low = kind.pattern.key(user_id=user_id, entry_id=since)
        _, high = kind.pattern.key(user_id=user_id, entry_id=LAST_ID if before is None else before - 1)
        return _entries(self.table.query(partition, low, high, limit=limit, newest_first=True))

    def newest_ids(
        self, kind: type[EntryItem], user_id: int, *, limit: int, consistent: bool = True
    ) -> list[int]:
        """Return the accounts that the newest entries of a list name, up to `limit` of them."""
        partition, low = kind.pattern.key(user_id=user_id, entry_id=0)
        _, high = kind.pattern.key(user_id=user_id, entry_id=LAST_ID)
        named = kind.other_id.attr_name
        return self.table.numbers(partition, low, high, attribute=named, limit=limit, consistent=consistent)

    def page(
        self, kind: type[EntryItem], user_id: int, *, before: int | None, skipped: int, limit: int
    ) -> list[Entry]:
        """Return up to `limit` entries of a list, newest first, from before one, or after some that are skipped."""
        if skipped:
            before = self.skipped(kind, user_id, skipped)
            if before is None:
                return []
        return self.newest(kind, user_id, limit=limit, before=before)

    def skipped(self, kind: type[EntryItem], user_id: int, count: int) -> int | None:
        """Return the entry before which a list goes on after its newest `count` ones, or None when it does not."""
        partition, low = kind.pattern.key(user_id=user_id, entry_id=0)
        _, high = kind.pattern.key(user_id=user_id, entry_id=LAST_ID)
        reached = self.table.skipped(partition, low, high, count=count)
        values = None if reached is None else kind.pattern.values(partition, reached)
        return None if values is None else int(values["entry_id"])

    def followers_after(self, user_id: int, after: int, *, limit: int) -> list[Entry]:
        """Return up to `limit` followers, oldest first, from after an entry; an `after` of 0 starts."""
        return self._oldest(FollowerItem, user_id, after + 1, LAST_ID, limit)

    def former_followers_after(self, user_id: int, after: int, *, limit: int) -> list[int]:
        """Return up to `limit` whose sight an account is out of, by their identifiers, from after one of them."""
        partition, low = HiderItem.pattern.key(user_id=user_id, reader_id=after + 1, reason="!")
        _, high = HiderItem.pattern.sort_range
        readers = (item.values["reader_id"] for item in self.table.query(partition, low, high, limit=limit))
        return list(dict.fromkeys(readers))

    def requests_after(self, user_id: int, after: int, *, limit: int) -> list[Entry]:
        """Return up to `limit` who wait to follow, oldest first, from after an entry; an `after` of 0 starts."""
        return self._oldest(RequestItem, user_id, after + 1, LAST_ID, limit)

    def followers_within(self, user_id: int, first: int, last: int, *, limit: int) -> set[int]:
        """Return who follows an account by the entries from one to another."""
        return {entry.other_id for entry in self._oldest(FollowerItem, user_id, first, last, limit)}

    def _oldest(
        self, kind: type[FollowerItem | RequestItem], user_id: int, first: int, last: int, limit: int
    ) -> list[Entry]:
        partition, low = kind.pattern.key(user_id=user_id, entry_id=first)
        _, high = kind.pattern.key(user_id=user_id, entry_id=last)
        return _entries(self.table.query(partition, low, high, limit=limit))

    def celebrities(self, user_id: int) -> list[int]:
        """Return the celebrities whom an account follows, in one read."""
        return [item.values["celebrity_id"] for item in self._orders(user_id) if item.expires_at is None]

    def pulled(self, user_id: int, *, now: int) -> frozenset[int]:
        """Return whom an account follows and has published for readers to pull; `now` in milliseconds.

        These are celebrities, and those that are none any more but were when they made posts that feeds still show.
        """
        return frozenset(
            item.values["celebrity_id"]
            for item in self._orders(user_id)
            if item.expires_at is None or item.expires_at > now // SECOND
        )

    def _orders(self, user_id: int) -> list[CelebrityItem]:
        partition, _ = CelebrityItem.pattern.key(user_id=user_id, celebrity_id=0)
        items = self.table.query(partition, *CelebrityItem.pattern.sort_range, limit=CELEBRITIES_MOST)
        return [item for item in items if isinstance(item, CelebrityItem)]

    def hidden_from(self, reader_id: int, *, now: int) -> dict[int, frozenset[str]]:
        """Return the authors that a reader's feed may still name and the reader must not see, and why.

        `now` is in milliseconds; the reasons are those of `kith.table.graph`.
        """
        partition, _ = HiddenItem.pattern.key(user_id=reader_id, author_id=0, reason="any")
        items = self.table.query(partition, *HiddenItem.pattern.sort_range, limit=HIDDEN_MOST)
        hidden: dict[int, frozenset[str]] = {}
        for item in items:
            if isinstance(item, HiddenItem) and (item.expires_at is None or item.expires_at > now // SECOND):
                author_id = item.values["author_id"]
                hidden[author_id] = hidden.get(author_id, frozenset()) | {item.values["reason"]}
        return hidden


def _entries(items: Sequence[object]) -> list[Entry]:
    return [
        Entry(item.values["entry_id"], int(item.other_id)) for item in items if isinstance(item, EntryItem)
    ]


def _reverse(marker: HiddenItem | HiderItem) -> tuple[str, str]:
    values = marker.values
    if isinstance(marker, HiddenItem):
        return HiderItem.pattern.key(
            user_id=values["author_id"], reader_id=values["user_id"], reason=values["reason"]
        )
    return HiddenItem.pattern.key(
        user_id=values["reader_id"], author_id=values["user_id"], reason=values["reason"]
    )
