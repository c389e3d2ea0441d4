"""Whom of those they follow accounts find among their celebrities: markers that come and go with a celebrity's fame.

A marker is there only together with the edge that it stands for: it is put if the edge is there, in one transaction,
and whatever takes the edge away takes the marker along.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kith.domain.follows import FollowState
from kith.table.connection import Table
from kith.table.items import CelebrityItem, RelationItem, UserItem
from kith.table.transactions import Check, Delete, Operation, Put, write

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
        try:
            self._put(celebrity_id, follower_ids)
        except EdgeGone:
            if len(follower_ids) > 1:
                for follower_id in follower_ids:
                    self.mark(celebrity_id, [follower_id])

    def unmark(self, celebrity_id: int, follower_ids: Sequence[int]) -> None:
        """Take an account from the celebrities of up to 49 followers.

        Raises:
            FameChanged: the account is a celebrity.
        """
        write(
            self.table,
            _famous(celebrity_id, is_celebrity=False),
            *(Delete(_marker(each, celebrity_id)) for each in follower_ids),
        )

    def _put(self, celebrity_id: int, follower_ids: Sequence[int]) -> None:
        operations: list[Operation] = [_famous(celebrity_id, is_celebrity=True)]
        for follower_id in follower_ids:
            edge = RelationItem.at(user_id=follower_id, other_id=celebrity_id)
            operations += [
                Check(edge, RelationItem.state == FollowState.ACCEPTED, EdgeGone()),
                Put(_marker(follower_id, celebrity_id)),
            ]
        write(self.table, *operations)


def _famous(user_id: int, *, is_celebrity: bool) -> Check:
    return Check(UserItem.at(user_id=user_id), UserItem.is_celebrity == is_celebrity, FameChanged())


def _marker(follower_id: int, celebrity_id: int) -> CelebrityItem:
    return CelebrityItem.at(user_id=follower_id, celebrity_id=celebrity_id)
