"""Who is online, in the table: one list of all accounts that have a websocket."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from kith.domain.clock import SECOND
from kith.table import batches
from kith.table.connection import Table
from kith.table.follows import LAST_ID
from kith.table.items import Item, OnlineItem
from kith.table.transactions import ConditionFailed, Delete, write


@dataclass(frozen=True, slots=True)
class PresenceStore:
    """Who is online: a verb per access pattern. Times are in milliseconds."""

    table: Table

    def after(self, user_id: int, *, limit: int, now: int) -> tuple[list[int], int | None]:
        """Return who is online among the next up to `limit` of the list, and the last of these; None at the end.

        Whose time is up without a goodbye is taken off the list.
        """
        partition, low = OnlineItem.pattern.key(user_id=user_id + 1)
        _, high = OnlineItem.pattern.key(user_id=LAST_ID)
        listed = [
            item
            for item in self.table.query(partition, low, high, limit=limit)
            if isinstance(item, OnlineItem)
        ]
        self.table.all_of([partial(self._strike, item) for item in listed if not _is_online(item, now)])
        last = int(listed[-1].values["user_id"]) if len(listed) == limit else None
        return _ids(listed, now), last

    def among(self, user_ids: Iterable[int], *, now: int) -> list[int]:
        """Return who of some accounts is online, in one read."""
        keys = [OnlineItem.pattern.key(user_id=user_id) for user_id in user_ids]
        return _ids(batches.get_all(self.table, keys).values(), now)

    def are_more_than(self, count: int) -> bool:
        """Tell whether more accounts are listed than a number; it costs no more than reading so many."""
        partition, low = OnlineItem.pattern.key(user_id=0)
        _, high = OnlineItem.pattern.key(user_id=LAST_ID)
        return self.table.skipped(partition, low, high, count=count + 1) is not None

    def _strike(self, item: OnlineItem) -> None:
        with suppress(ConditionFailed):  # it is back
            write(self.table, Delete(item, OnlineItem.expires_at == item.expires_at))


def _is_online(item: OnlineItem, now: int) -> bool:
    return int(item.expires_at) * SECOND > now


def _ids(items: Collection[Item], now: int) -> list[int]:
    return [
        int(item.values["user_id"])
        for item in items
        if isinstance(item, OnlineItem) and _is_online(item, now)
    ]
