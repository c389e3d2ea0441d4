"""Putting back what was left out of the feed of a reader who had been away.

Everything is delivered again from the moment at which that begins, so what is published meanwhile comes by itself. It
walks over whom the reader follows, and brings along what each has published, as a follow does.
"""

from dataclasses import dataclass

from functions.feed_fanout.merge import Merger
from kith.domain.clock import Clock
from kith.domain.feeds import Arrival
from kith.messaging import Queue
from kith.table.feed_states import FeedStateStore
from kith.table.follows import FollowStore
from kith.table.items import FollowingItem

PAGE = 100


@dataclass(frozen=True, slots=True)
class Rebuilder:
    """The use case of a reader who is back."""

    follows: FollowStore
    states: FeedStateStore
    merger: Merger
    queue: Queue
    """Its own: where it asks to go on."""
    clock: Clock
    budget: int
    """Milliseconds after which nobody else is brought along for one message."""

    def rebuild(self, reader_id: int, since: int, before: int | None = None) -> None:
        """Bring along whom a reader follows, newest follow first, from before one; it asks to go on if need be.

        `since` is when the reader came back.

        Raises:
            Unavailable: the rest has to be tried another time.
        """
        if self.states.of(reader_id).rebuilding_since == since:
            if not self._is_brought_along(reader_id, since, before):
                return
            self.states.rebuilt(reader_id, since, now=self.clock())
        # Who was cut off before may have brought something of somebody who is followed no longer, or of nobody any more.
        self.merger.clear(reader_id, since=since)

    def _is_brought_along(self, reader_id: int, since: int, before: int | None) -> bool:
        """Bring along whom a reader follows; return whether that is all, or else ask to go on."""
        until = self.clock() + self.budget
        while following := self.follows.newest(FollowingItem, reader_id, limit=PAGE, before=before):
            for entry in following:
                self.merger.settle(reader_id, entry.other_id, Arrival.REBUILT)
                before = entry.entry_id
                if self.clock() >= until:
                    self.queue.send([{"reader_id": reader_id, "since": since, "before": before}])
                    return False
        return True
