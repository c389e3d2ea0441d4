"""Erasures in the table: a deleted account's record of how far nothing is left of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pynamodb.expressions.update import Action

from kith.domain.errors import Unauthenticated
from kith.domain.operations import Operation, OperationKind, OperationStatus
from kith.domain.users import Standing
from kith.table.connection import Table
from kith.table.items import (
    CredentialsItem,
    EmailItem,
    ErasureItem,
    FormerNameItem,
    GateItem,
    TallyItem,
    UserItem,
    UsernameItem,
)
from kith.table.transactions import ConditionFailed, Delete, Put, Update, write
from kith.table.users import IdentifierTaken, email_digest

FORMER_NAMES_MOST = 1_000


class Overtaken(Exception):  # an outcome: it has to be looked at anew
    """The same erasure has gone on elsewhere meanwhile."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """How far an account is erased. It names nobody any more when nothing is left of them."""

    operation_id: int
    user_id: int | None
    phase: str
    reached: str | None
    """The sort key up to which the phase is done."""
    counts: Mapping[str, int]
    started_at: int
    finished_at: int | None = None

    @property
    def operation(self) -> Operation:
        """What may be told of it, to anyone who knows its identifier."""
        status = OperationStatus.RUNNING if self.finished_at is None else OperationStatus.DONE
        return Operation(
            self.operation_id, OperationKind.ERASURE, status, self.started_at, self.finished_at, self.counts
        )

    def after(self, erased: int, reached: str | None, *, following: str) -> "Erasure":
        """Return it one step on: as far as `reached` in its phase, or in the following one."""
        counts = {**self.counts, self.phase: self.counts.get(self.phase, 0) + erased}
        if reached is None:
            return replace(self, counts=counts, phase=following, reached=None)
        return replace(self, counts=counts, reached=reached)


def _erasure_of(item: ErasureItem) -> Erasure:
    return Erasure(
        operation_id=item.values["operation_id"],
        user_id=None if item.user_id is None else int(item.user_id),
        phase=item.phase,
        reached=item.reached,
        counts=item.counts,
        started_at=int(item.started_at),
        finished_at=None if item.finished_at is None else int(item.finished_at),
    )


@dataclass(frozen=True, slots=True)
class ErasureStore:
    """Erasures: a verb per access pattern."""

    table: Table

    def begin(self, erasure: Erasure, user_id: int) -> None:
        """Delete an account: from here on it is invisible, its tokens are dead, and nothing can count it any more.

        Whatever writes about an account in passing does it with one of the items that change here in its conditions,
        so that an erasure finds all there is.

        Raises:
            Unauthenticated: the account is deleted already, or may not act.
            IdentifierTaken: another operation has the identifier.
        """
        user = self.table.get(UserItem, user_id=user_id)
        if user is None:
            raise Unauthenticated
        write(
            self.table,
            Update(
                UserItem.at(user_id=user_id),
                [UserItem.standing.set(Standing.DELETED), UserItem.erasure_id.set(erasure.operation_id)],
                (UserItem.standing == Standing.ACTIVE) & (UserItem.tally_shards == user.tally_shards),
                Unauthenticated(),
            ),
            Update(
                GateItem.at(user_id=user_id),
                [GateItem.standing.set(Standing.DELETED), GateItem.epoch.add(1)],
                GateItem.pk.exists(),
            ),
            *(
                Delete(TallyItem.at(user_id=user_id, shard=str(shard)))
                for shard in range(int(user.tally_shards))
            ),
            Put(
                ErasureItem.at(
                    {
                        "user_id": user_id,
                        "status": OperationStatus.RUNNING,
                        "phase": erasure.phase,
                        "started_at": erasure.started_at,
                    },
                    operation_id=erasure.operation_id,
                ),
                ErasureItem.pk.does_not_exist(),
                IdentifierTaken(),
            ),
        )

    def by_id(self, operation_id: int) -> Erasure | None:
        """Return an erasure, or None."""
        item = self.table.get(ErasureItem, operation_id=operation_id)
        return None if item is None else _erasure_of(item)

    def of_user(self, user_id: int) -> Erasure | None:
        """Return the erasure of an account; None also when nothing is left of it."""
        user = self.table.get(UserItem, user_id=user_id)
        return None if user is None or user.erasure_id is None else self.by_id(int(user.erasure_id))

    def checkpoint(self, before: Erasure, after: Erasure) -> None:
        """Note how far an erasure is.

        Raises:
            Overtaken: it is no longer as far as it was before.
        """
        write(self.table, self._moved(before, after, []))

    def give_up_claims(self, user_id: int) -> int:
        """Give up an account's usernames and addresses, unless they are somebody else's; return how many they were."""
        partition, _ = FormerNameItem.pattern.key(user_id=user_id, username="any")
        former = self.table.query(partition, *FormerNameItem.pattern.sort_range, limit=FORMER_NAMES_MOST)
        names = {item.values["username"] for item in former}
        user, credentials = (
            self.table.get(UserItem, user_id=user_id),
            self.table.get(CredentialsItem, user_id=user_id),
        )
        if user is not None:
            names.add(user.username)
        addresses = {credentials.email, credentials.pending_email} - {None} if credentials else set()
        claims = [
            *(Delete(UsernameItem.at(username=name), UsernameItem.user_id == user_id) for name in names),
            *(
                Delete(EmailItem.at(digest=email_digest(address)), EmailItem.user_id == user_id)
                for address in addresses
            ),
        ]
        return sum(self.table.all_of([partial(self._given_up, claim) for claim in claims]))

    def _given_up(self, claim: Delete) -> bool:
        try:
            write(self.table, claim)
        except ConditionFailed:  # it is gone, or another's
            return False
        return True

    def finish(self, before: Erasure, user_id: int, *, now: int) -> None:
        """Take away the last that is left of an account, and whose erasure it was; `now` in milliseconds.

        Raises:
            Overtaken: it is no longer as far as it was before.
        """
        ended = [
            ErasureItem.status.set(OperationStatus.DONE),
            ErasureItem.finished_at.set(now),
            ErasureItem.user_id.remove(),
        ]
        write(
            self.table,
            Delete(UserItem.at(user_id=user_id)),
            Delete(GateItem.at(user_id=user_id)),
            self._moved(before, replace(before, reached=None), ended),
        )

    @staticmethod
    def _moved(before: Erasure, after: Erasure, more: Sequence[Action]) -> Update:
        as_before = (
            ErasureItem.reached.does_not_exist()
            if before.reached is None
            else ErasureItem.reached == before.reached
        )
        return Update(
            ErasureItem.at(operation_id=before.operation_id),
            [
                ErasureItem.phase.set(after.phase),
                ErasureItem.counts.set(dict(after.counts)),
                ErasureItem.reached.remove()
                if after.reached is None
                else ErasureItem.reached.set(after.reached),
                *more,
            ],
            ErasureItem.user_id.exists() & (ErasureItem.phase == before.phase) & as_before,
            Overtaken(),
        )
