"""What was recommended to accounts, in the table, so that it is not recommended again and again.

The last so many posts, all of which are forgotten when nothing has been shown for a week.

Kept are digests: the item names no post and nobody, and has nothing to be cleared away when a post is gone.
"""

from dataclasses import dataclass
from typing import Final

from kith.domain.clock import DAY, SECOND
from kith.domain.errors import Unauthenticated
from kith.domain.recommendations import MARK, Shown
from kith.table.connection import Table
from kith.table.items import RecommendedItem, TallyItem
from kith.table.transactions import Check, Put, write

REMEMBERED_FOR: Final = 7 * DAY
"""After the last time that something was shown."""


@dataclass(frozen=True, slots=True)
class RecommendationStore:
    """Recommendations that were shown: a verb per access pattern. Times are in milliseconds."""

    table: Table

    def shown_to(self, viewer_id: int, *, now: int) -> Shown:
        """Return what a viewer was shown of late."""
        item = self.table.get(RecommendedItem, user_id=viewer_id)
        if item is None or item.expires_at <= now // SECOND:
            return Shown(viewer_id)
        marks = bytes(item.marks)
        return Shown(viewer_id, tuple(marks[start : start + MARK] for start in range(0, len(marks), MARK)))

    def note(self, shown: Shown, *, now: int) -> None:
        """Remember what a viewer was shown; of two answers at the same time, one may be forgotten.

        Raises:
            Unauthenticated: the account is gone.
        """
        attributes = {"marks": b"".join(shown.marks), "expires_at": (now + REMEMBERED_FOR) // SECOND}
        write(
            self.table,
            Put(RecommendedItem.at(attributes, user_id=shown.viewer_id)),
            Check(TallyItem.at(user_id=shown.viewer_id, shard="0"), TallyItem.pk.exists(), Unauthenticated()),
        )
