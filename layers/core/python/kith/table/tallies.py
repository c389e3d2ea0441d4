"""How an account's counters are spread: over more items the more who count at once, and what they all must know."""

from contextlib import suppress
from dataclasses import dataclass

from pynamodb.expressions.condition import Condition

from kith.domain.users import User
from kith.table.connection import Table
from kith.table.items import TallyItem, UserItem
from kith.table.transactions import ConditionFailed, Put, Update, write

SHARDS_MOST = 32
"""Each takes some hundred follows a second, and a change of privacy changes them all in one transaction."""


@dataclass(frozen=True, slots=True)
class TallyStore:
    """Tallies: a verb per access pattern."""

    table: Table

    def spread(self, user: User) -> None:
        """Spread an account's counters over twice as many items, unless it has changed since it was read."""
        if user.tally_shards >= SHARDS_MOST:
            return
        more = range(user.tally_shards, 2 * user.tally_shards)
        known = {"is_private": user.is_private, "is_celebrity": user.is_celebrity}
        with suppress(ConditionFailed):  # somebody else was faster
            write(
                self.table,
                Update(
                    UserItem.at(user_id=user.user_id),
                    [UserItem.tally_shards.set(2 * user.tally_shards)],
                    _as_read(user),
                ),
                *(
                    Put(
                        TallyItem.at(known, user_id=user.user_id, shard=str(shard)),
                        TallyItem.pk.does_not_exist(),
                    )
                    for shard in more
                ),
            )

    def name_celebrity(self, user: User, *, is_celebrity: bool) -> bool:
        """Make an account a celebrity or no longer; return False if it has changed since it was read."""
        try:
            write(
                self.table,
                Update(
                    UserItem.at(user_id=user.user_id),
                    [UserItem.is_celebrity.set(is_celebrity)],
                    _as_read(user),
                ),
                *(
                    Update(
                        TallyItem.at(user_id=user.user_id, shard=str(shard)),
                        [TallyItem.is_celebrity.set(is_celebrity)],
                        TallyItem.pk.exists(),
                    )
                    for shard in range(user.tally_shards)
                ),
            )
        except ConditionFailed:
            return False
        return True


def _as_read(user: User) -> Condition:
    unchanged: Condition = (
        (UserItem.standing == user.standing)
        & (UserItem.tally_shards == user.tally_shards)
        & (UserItem.is_private == user.is_private)
        & (UserItem.is_celebrity == user.is_celebrity)
    )
    return unchanged
