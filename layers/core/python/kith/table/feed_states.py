"""How each reader's feed is kept: when it was read, and whether something was left out because nobody read it.

A delivery leaves a reader out only after it has been noted that the feed is not whole, on the condition that the reader
has not come back. A reader who comes back first says so, from when on everything is delivered again, and then has put
back what was left out. So whatever is published is either delivered, or put back.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from pynamodb.expressions.update import Action

from kith.domain import ids
from kith.domain.clock import DAY
from kith.domain.feeds import FeedState
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import FeedStateItem, Item
from kith.table.transactions import ConditionFailed, Update, write


@dataclass(frozen=True, slots=True)
class FeedStateStore:
    """States of feeds: a verb per access pattern. Times are in milliseconds."""

    table: Table

    def of(self, reader_id: int) -> FeedState:
        """Return how a feed is kept."""
        return _state_of(reader_id, self.table.get(FeedStateItem, reader_id=reader_id))

    def seen(self, reader_ids: Collection[int]) -> dict[int, int]:
        """Return when some readers last read their feeds, or joined; a moment old, in milliseconds."""
        keys = {reader_id: FeedStateItem.pattern.key(reader_id=reader_id) for reader_id in reader_ids}
        found = batches.get_all(self.table, keys.values(), consistent=False)
        return {reader_id: _state_of(reader_id, found.get(key)).seen_at for reader_id, key in keys.items()}

    def sample(self, segment: int, *, limit: int) -> list[int]:
        """Return up to `limit` readers who have read their feed, from a part of the table that a number chooses."""
        return [item.values["reader_id"] for item in self.table.sample(FeedStateItem, segment, limit=limit)]

    def absent(self, reader_ids: Collection[int], *, since: int) -> set[int]:
        """Return which of some readers have not read their feed since a time, and may be left out: that is noted.

        Those who seem to have been here are told by a cheap look, a moment old; whoever is left out, by a strict one.
        """
        away = [reader_id for reader_id, seen_at in self.seen(reader_ids).items() if seen_at < since]
        if not away:
            return set()
        keys = {reader_id: FeedStateItem.pattern.key(reader_id=reader_id) for reader_id in away}
        strict = batches.get_all(self.table, keys.values())
        states = {reader_id: _state_of(reader_id, strict.get(key)) for reader_id, key in keys.items()}
        noted = {reader_id for reader_id, state in states.items() if state.is_dormant}
        unnoted = [state for state in states.values() if not state.is_dormant and state.seen_at < since]
        found = self.table.all_of([partial(self._noted_dormant, state) for state in unnoted])
        return noted | {state.reader_id for state, is_noted in zip(unnoted, found, strict=True) if is_noted}

    def _noted_dormant(self, state: FeedState) -> bool:
        item = FeedStateItem.at(reader_id=state.reader_id)
        unchanged = FeedStateItem.pk.does_not_exist() | (FeedStateItem.seen_at == state.seen_at)
        try:
            write(
                self.table,
                Update(
                    item,
                    [
                        FeedStateItem.seen_at.set(state.seen_at),
                        FeedStateItem.is_dormant.set(True),
                        FeedStateItem.kind.set(FeedStateItem),
                    ],
                    unchanged,
                ),
            )
        except ConditionFailed:  # the reader has come back just now
            return False
        return True

    def forget(self, reader_ids: Collection[int]) -> None:
        """Take the states of readers away whose accounts are gone."""
        keys = [FeedStateItem.pattern.key(reader_id=reader_id) for reader_id in reader_ids]
        batches.delete_all(self.table, keys)

    def read(self, state: FeedState, *, now: int) -> None:
        """Note that a feed was read, once a day."""
        if now - state.seen_at < DAY:
            return
        item = FeedStateItem.at(reader_id=state.reader_id)
        whole = FeedStateItem.is_dormant.does_not_exist() | (FeedStateItem.is_dormant == False)  # noqa: E712  # pynamodb reads it
        with suppress(ConditionFailed):  # it has just been left out: the next reading finds that
            write(self.table, Update(item, _seen(now), whole))

    def returned(self, reader_id: int, *, now: int) -> None:
        """Note that a reader is back whose feed is not whole: from here on everything is delivered again."""
        begun = [FeedStateItem.is_dormant.set(False), FeedStateItem.rebuilding_since.set(now)]
        write(self.table, Update(FeedStateItem.at(reader_id=reader_id), [*_seen(now), *begun]))

    def rebuilt(self, reader_id: int, since: int, *, now: int) -> None:
        """Note that what was left out has been put back, unless that has been begun again meanwhile."""
        item = FeedStateItem.at(reader_id=reader_id)
        with suppress(ConditionFailed):
            write(
                self.table,
                Update(
                    item,
                    [FeedStateItem.rebuilding_since.remove(), FeedStateItem.rebuilt_at.set(now)],
                    FeedStateItem.rebuilding_since == since,
                ),
            )


def _seen(now: int) -> list[Action]:
    return [FeedStateItem.seen_at.set(now), FeedStateItem.kind.set(FeedStateItem)]


def _state_of(reader_id: int, item: Item | None) -> FeedState:
    if not isinstance(item, FeedStateItem):
        return FeedState(reader_id, ids.created_at(reader_id))
    since = item.rebuilding_since
    return FeedState(
        reader_id,
        int(item.seen_at),
        item.is_dormant,
        rebuilding_since=None if since is None else int(since),
        rebuilt_at=int(item.rebuilt_at),
    )
