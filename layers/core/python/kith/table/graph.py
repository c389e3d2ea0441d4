"""Changes of the follow graph: stances, the lists they stand in, counters and what goes out of sight, all or nothing.

What a change writes follows from how a stance was and how it is to be: each thing that holds of a stance has its items,
which come and go with it. Counters are added up first, because a transaction names an item once.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pynamodb.expressions.condition import Condition

from kith.domain.clock import DAY, SECOND
from kith.domain.errors import Unauthenticated
from kith.domain.follows import FollowState, GraphChanged, Stance, TooManyFollowed
from kith.domain.users import User
from kith.table.items import (
    BlockItem,
    CelebrityItem,
    FollowerItem,
    FollowingItem,
    HiddenItem,
    HiderItem,
    Item,
    MuteItem,
    RejectedItem,
    RelationItem,
    RequestItem,
    TallyItem,
)
from kith.table.transactions import Check, Delete, Operation, Put, Update
from kith.table.users import IdentifierTaken

REDELIVERY_MOST = 15 * DAY
"""How long after a post its delivery can still be repeated: a queue keeps a message for 14 days at most."""
UNFOLLOWED, BLOCKED, BARRED, MUTED = "unfollowed", "blocked", "barred", "muted"
"""Why an author is out of a reader's sight; who is barred has been blocked by the author."""
FIRST_SHARD = "0"
"""Counts what an account does itself; what others do to it is counted in any of its shards."""


@dataclass(slots=True)
class _Count:
    by: Counter[str] = field(default_factory=Counter)
    condition: Condition | None = None
    otherwise: Exception | None = None


@dataclass(slots=True)
class GraphChange:
    """One transaction, growing move by move; `operations` are what to write.

    Args:
        caller_id: the account that makes it.
        revision: an identifier of this change.
        now: in milliseconds since the Unix epoch.
        retention: how long a feed entry lives, in milliseconds.
        gone: accounts that are being erased: nothing is counted of them any more, and nothing hidden.
    """

    caller_id: int
    revision: int
    now: int
    retention: int
    gone: frozenset[int] = frozenset()
    _operations: list[Operation] = field(default_factory=list)
    _counts: dict[tuple[int, str], _Count] = field(default_factory=dict)

    def move(
        self, before: Stance, after: Stance, *, other: User | None = None, most: int | None = None
    ) -> None:
        """Change a stance, if it is still as it was read.

        Args:
            before: as it was read.
            after: as it is to be.
            other: the other account as it was read. It may be followed or asked only while it is as famous as that
                and, unless it decides itself, as private; blocked and muted, while it is there.
            most: how many accounts one may follow or ask; demanded of a new wish.
        """
        self._operations.append(self._relation(before, after))
        if (before.state, before.edge_id) != (after.state, after.edge_id):
            self._leave(before, after, other)
            self._enter(before, after, other, most)
        self._list(BlockItem, "blocks", before.block_id, after.block_id, after)
        self._list(MuteItem, "mutes", before.mute_id, after.mute_id, after)
        if {after.block_id, after.mute_id} - {before.block_id, before.mute_id, None}:
            self._count_other(after, other)  # nothing is counted, but the account must be there
        for reason, was, is_now in (
            (BLOCKED, before.block_id is not None, after.block_id is not None),
            (BARRED, before.is_blocked, after.is_blocked),
            (MUTED, before.mute_id is not None, after.mute_id is not None),
        ):
            if was != is_now:
                self._mark(after, reason, shown=was)

    def operations(self) -> Sequence[Operation]:
        """Return what to write."""
        return [
            *self._operations,
            *(
                _counting(user_id, shard, count)
                for (user_id, shard), count in self._counts.items()
                if user_id not in self.gone
            ),
        ]

    def _relation(self, before: Stance, after: Stance) -> Operation:
        unchanged = (
            RelationItem.pk.does_not_exist()
            if before.revision is None
            else RelationItem.revision == before.revision
        )
        wanted = {
            "state": after.state,
            "edge_id": after.edge_id,
            "block_id": after.block_id,
            "mute_id": after.mute_id,
            "is_blocked": after.is_blocked,
            "revision": self.revision,
        }
        item = RelationItem.at(wanted, user_id=before.account_id, other_id=before.other_id)
        return (Delete if after.is_blank else Put)(item, unchanged, GraphChanged())

    def _leave(self, before: Stance, after: Stance, other: User | None) -> None:
        match before.state:
            case FollowState.ACCEPTED:
                self._drop(FollowingItem, before.account_id, before.edge_id)
                self._drop(FollowerItem, before.other_id, before.edge_id)
                self._operations.append(_celebrity(Delete, before))
                self._count_own(before, following=-1)
                self._count_other(before, other, followers=-1)
                self._mark(before, UNFOLLOWED, shown=False)
            case FollowState.PENDING:
                self._drop(RequestItem, before.other_id, before.edge_id)
                self._count_other(before, other, requests=-1)
            case FollowState.REJECTED:
                self._drop(RejectedItem, before.other_id, before.edge_id)
        if _is_wish(before) and not _is_wish(after):
            self._count_own(before, wishes=-1)

    def _enter(self, before: Stance, after: Stance, other: User | None, most: int | None) -> None:
        match after.state:
            case FollowState.ACCEPTED:
                self._stand(FollowingItem, after.account_id, after.edge_id, after.other_id)
                self._stand(FollowerItem, after.other_id, after.edge_id, after.account_id)
                if other is not None and other.is_celebrity:
                    self._operations.append(_celebrity(Put, after))
                self._count_own(after, following=1)
                self._count_other(after, other, followers=1)
                self._mark(after, UNFOLLOWED, shown=True)
            case FollowState.PENDING:
                self._stand(RequestItem, after.other_id, after.edge_id, after.account_id)
                self._count_other(after, other, requests=1)
            case FollowState.REJECTED:
                self._stand(RejectedItem, after.other_id, after.edge_id, after.account_id)
        if _is_wish(after) and not _is_wish(before):
            own = self._count_own(after, wishes=1)
            if most is not None:
                own.condition, own.otherwise = TallyItem.wishes < most, TooManyFollowed()
        if _is_wish(after) and other is not None:
            expected = TallyItem.is_celebrity == other.is_celebrity
            if self.caller_id == after.account_id:
                expected &= TallyItem.is_private == after.asks
            count = self._count_other(after, other)
            count.condition, count.otherwise = expected, GraphChanged()

    def _list(
        self,
        kind: type[BlockItem | MuteItem],
        counter: str,
        was: int | None,
        is_now: int | None,
        stance: Stance,
    ) -> None:
        if was == is_now:
            return
        if was is not None:
            self._drop(kind, stance.account_id, was)
        if is_now is not None:
            self._stand(kind, stance.account_id, is_now, stance.other_id)
        self._count_own(stance, **{counter: (is_now is not None) - (was is not None)})

    def _stand(self, kind: type[Item], user_id: int, entry_id: int | None, other_id: int) -> None:
        item = kind.at({"other_id": other_id}, user_id=user_id, entry_id=entry_id or 0)
        self._operations.append(Put(item, kind.pk.does_not_exist(), IdentifierTaken()))

    def _drop(self, kind: type[Item], user_id: int, entry_id: int | None) -> None:
        self._operations.append(Delete(kind.at(user_id=user_id, entry_id=entry_id or 0)))

    def _mark(self, stance: Stance, reason: str, *, shown: bool) -> None:
        """Take the other account out of the account's sight, or no longer for this reason."""
        reader, author = stance.account_id, stance.other_id
        until = (self.now + self.retention + REDELIVERY_MOST) // SECOND
        kept = {"expires_at": until if reason == UNFOLLOWED else None}
        near = HiddenItem.at(kept, user_id=reader, author_id=author, reason=reason)
        far = HiderItem.at(kept, user_id=author, reader_id=reader, reason=reason)
        taken = shown or bool(self.gone)
        self._operations += [Delete(near), Delete(far)] if taken else [Put(near), Put(far)]

    def _count_own(self, stance: Stance, **by: int) -> _Count:
        return self._count(stance.account_id, FIRST_SHARD, by)

    def _count_other(self, stance: Stance, other: User | None, **by: int) -> _Count:
        # The same one throughout a transaction.
        for user_id, shard in self._counts:
            if user_id == stance.other_id:
                return self._count(user_id, shard, by)
        shards = 1 if other is None else other.tally_shards
        return self._count(stance.other_id, str(secrets.randbelow(shards)), by)

    def _count(self, user_id: int, shard: str, by: Mapping[str, int]) -> _Count:
        otherwise = Unauthenticated() if user_id == self.caller_id else GraphChanged()
        count = self._counts.setdefault((user_id, shard), _Count(otherwise=otherwise))
        count.by.update(by)
        return count


def _celebrity(operation: type[Put] | type[Delete], stance: Stance) -> Operation:
    return operation(CelebrityItem.at(user_id=stance.account_id, celebrity_id=stance.other_id))


def _counting(user_id: int, shard: str, count: _Count) -> Operation:
    tally = TallyItem.at(user_id=user_id, shard=shard)
    condition = count.condition if count.condition is not None else TallyItem.pk.exists()
    actions = [getattr(TallyItem, name).add(by) for name, by in count.by.items() if by]
    return (
        Update(tally, actions, condition, count.otherwise)
        if actions
        else Check(tally, condition, count.otherwise)
    )


def _is_wish(stance: Stance) -> bool:
    return stance.follows or stance.asks
