"""Walks over what is in an account's partitions, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from functions.operation.steps import Step
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import GateItem, Item, UserItem
from kith.table.patterns import KeyPattern

PAGE = 100
"""Items in a step."""
WHOLE: Final = ("!", "~")
"""Below and above all that sort keys are made of."""
LEAST_SUFFIX: Final = " "
"""What makes of a sort key the least that can come after it."""


@dataclass(frozen=True, slots=True)
class Partitions:
    """Reads them a page at a time, and takes away what is there."""

    table: Table

    def page(
        self, pattern: KeyPattern, user_id: int, reached: str | None, *, limit: int | None = None
    ) -> tuple[list[Item], Step]:
        """Return the next items of a kind in an account's own partition, and the step that doing away with them is."""
        partition, _ = UserItem.pattern.key(user_id=user_id)
        return self._found(partition, pattern.sort_range, reached, limit or PAGE)

    def sweep(self, partition: str, reached: str | None) -> Step:
        """Take away what is in a partition, but for what goes with the last step."""
        found, step = self._found(partition, WHOLE, reached, PAGE)
        return self.swept([item for item in found if not isinstance(item, (UserItem, GateItem))], step)

    def swept(self, going: Sequence[Item], step: Step) -> Step:
        """Take items away, and return the step that this is."""
        batches.delete_all(self.table, [(item.pk, item.sk) for item in going])
        return replace(step, erased=len(going))

    def _found(
        self, partition: str, sort_range: tuple[str, str], reached: str | None, limit: int
    ) -> tuple[list[Item], Step]:
        low, high = sort_range
        found = self.table.query(
            partition, low if reached is None else reached + LEAST_SUFFIX, high, limit=limit
        )
        return found, Step(len(found), found[-1].sk if len(found) == limit else None)
