"""Whom of those they follow accounts find among their celebrities: markers that come and go with a celebrity's fame.

A marker is there only together with the edge that it stands for: it is put if the edge is there, in one transaction,
and whatever takes the edge away takes the marker along. When the fame is over a marker stays for as long as feeds may show
what was published during it, because those posts are pulled for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kith.domain.clock import SECOND
from kith.domain.follows import FollowState
from kith.table.connection import Table
from kith.table.items import CelebrityItem, RelationItem, UserItem
from kith.table.transactions import Check, Operation, Put, write

MARKED_AT_ONCE: Final = 49
"""Each marker takes two operations, fame one: a transaction has a hundred."""


class FameChanged(Exception):  # an outcome: somebody else has to do the opposite
    """The account is a celebrity no longer, or has become one."""


class EdgeGone(Exception):  # an outcome: one marker less
    """Somebody among those to mark does not follow any more."""


@dataclass(frozen=True, slots=True)
class CelebrityStore:
    """Markers of celebrities: a verb per access pattern."""

    table: Table

    def mark(self, celebrity_id: int, follower_ids: Sequence[int]) -> None:
        """Put a celebrity among those of up to 49 followers, but for who does not follow any more.

        Raises:
            FameChanged: the account is no celebrity.
        """
        self._mark(celebrity_id, follower_ids, until=None)

    def unmark(self, celebrity_id: int, follower_ids: Sequence[int], *, until: int) -> None:
        """Take an account from the celebrities of up to 49 followers, who pull its former posts until some time.

        Every follower gets such a marker, whether or not there was one: the account may have published for readers to
        pull before all of them were marked. `until` is in milliseconds.

        Raises:
            FameChanged: the account is a celebrity.
        """
        self._mark(celebrity_id, follower_ids, until=until)

    def _mark(self, celebrity_id: int, follower_ids: Sequence[int], *, until: int | None) -> None:
        try:
            self._put(celebrity_id, follower_ids, until)
        except EdgeGone:
            if len(follower_ids) > 1:
                for follower_id in follower_ids:
                    self._mark(celebrity_id, [follower_id], until=until)

    def _put(self, celebrity_id: int, follower_ids: Sequence[int], until: int | None) -> None:
        operations: list[Operation] = [_famous(celebrity_id, is_celebrity=until is None)]
        for follower_id in follower_ids:
            edge = RelationItem.at(user_id=follower_id, other_id=celebrity_id)
            marker = CelebrityItem.at(
                {"expires_at": None if until is None else until // SECOND},
                user_id=follower_id,
                celebrity_id=celebrity_id,
            )
            operations += [Check(edge, RelationItem.state == FollowState.ACCEPTED, EdgeGone()), Put(marker)]
        write(self.table, *operations)


def _famous(user_id: int, *, is_celebrity: bool) -> Check:
    return Check(UserItem.at(user_id=user_id), UserItem.is_celebrity == is_celebrity, FameChanged())
