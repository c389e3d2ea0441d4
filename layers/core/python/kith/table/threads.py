"""Threads in the table: which post stands at which place."""

from dataclasses import dataclass

from kith.domain.threads import Place
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import ThreadNodeItem


@dataclass(frozen=True, slots=True)
class Standing:
    """A post at its place."""

    place: Place
    post_id: int


@dataclass(frozen=True, slots=True)
class ThreadStore:
    """Threads: a verb per access pattern."""

    table: Table

    def above(self, place: Place) -> list[int]:
        """Return the posts above a place, as far as they exist, from the beginning of the thread down."""
        keys = [_key(each) for each in place.above]
        found = batches.get_all(self.table, keys) if keys else {}
        nodes = (found.get(key) for key in keys)
        return [int(node.post_id) for node in nodes if isinstance(node, ThreadNodeItem)]

    def below(self, place: Place, *, after: Place | None = None, limit: int) -> list[Standing]:
        """Return up to `limit` of the posts below a place, each after the one that it answers."""
        partition, low = ThreadNodeItem.pattern.key(
            thread_id=place.thread_id, path=f"{place.path}." if after is None else f"{after.path}!"
        )
        _, high = ThreadNodeItem.pattern.key(thread_id=place.thread_id, path=f"{place.path}.~")
        items = self.table.query(partition, low, high, limit=limit)
        return [
            Standing(Place(place.thread_id, item.values["path"]), int(item.post_id))
            for item in items
            if isinstance(item, ThreadNodeItem)
        ]


def _key(place: Place) -> tuple[str, str]:
    return ThreadNodeItem.pattern.key(thread_id=place.thread_id, path=place.path)
