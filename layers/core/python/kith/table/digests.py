"""Digests in the table: in their account's partition until they are forgotten, and in a list of those that are due.

A digest is closed before it is written, and what happens later is in a later one. So nothing is lost between reading
what is in it and sending it, and however often it is asked for it is the same mail.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from kith.domain.clock import DAY, SECOND
from kith.domain.digests import Digest
from kith.domain.notifications import Pace
from kith.domain.users import Standing
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import DigestItem, DueDigestItem, GateItem
from kith.table.transactions import Check, ConditionFailed, Put, Update, write

KEPT = 15 * DAY
"""After it was due: longer than a message of it can come again from the dead letters."""

LEAST = " "
"""What is below all that keys are made of."""


class Closed(Exception):  # an outcome: a later one has to be entered
    """The digest is being sent or has been."""


class NobodyToTell(Exception):  # an outcome: there is nothing to do
    """The account is gone."""


@dataclass(frozen=True, slots=True)
class DigestStore:
    """Digests: a verb per access pattern."""

    table: Table

    def enter(self, digest: Digest, notification_id: int) -> bool:
        """Let a notification be in a digest; return whether that is the first that is.

        Raises:
            Closed: it is too late for this one.
            NobodyToTell: the account is gone.
            Unavailable: it has to be tried another time.
        """
        present = self._of(digest)
        if present is None:
            with suppress(ConditionFailed):  # another is in it meanwhile
                self._begin(digest, notification_id)
                return True
            present = self._of(digest)
        if present is None or present.is_closed:
            raise Closed
        if int(present.first) <= notification_id:
            return False
        earlier = (DigestItem.is_closed == False) & (DigestItem.first > notification_id)  # noqa: E712  # a condition, not a truth
        try:
            write(self.table, Update(_item(digest), [DigestItem.first.set(notification_id)], earlier))
        except ConditionFailed:
            return self.enter(digest, notification_id)
        return False

    def close(self, digest: Digest) -> int | None:
        """Let nothing more be in a digest; return the oldest notification that is in it, or None if it is no more."""
        with suppress(ConditionFailed):
            write(
                self.table,
                Update(_item(digest), [DigestItem.is_closed.set(True)], DigestItem.pk.exists()),
            )
        present = self._of(digest)
        return None if present is None else int(present.first)

    def due(self, shard: int, until: int, *, after: Digest | None, limit: int) -> list[Digest]:
        """Return up to `limit` digests of a list that are due until a time, from after one of them, the oldest first."""
        partition, low = DueDigestItem.pattern.key(shard=str(shard), due_at=0, user_id=0, pace=LEAST)
        _, high = DueDigestItem.pattern.key(shard=str(shard), due_at=until + 1, user_id=0, pace=LEAST)
        if after is not None:
            low = _due_key(after)[1] + LEAST
        items = self.table.query(partition, low, high, limit=limit)
        return [_digest(item) for item in items if isinstance(item, DueDigestItem)]

    def done(self, digest: Digest) -> None:
        """Take a digest off the list of those that are due."""
        batches.delete_all(self.table, [_due_key(digest)])

    def forget(self, digests: Sequence[DigestItem]) -> None:
        """Take digests of an account that is gone away, near ends last."""
        due = [
            _due_key(Digest(each.values["user_id"], Pace(each.values["pace"]), each.values["due_at"]))
            for each in digests
        ]
        batches.delete_all(self.table, due)
        batches.delete_all(self.table, [(each.pk, each.sk) for each in digests])

    def _of(self, digest: Digest) -> DigestItem | None:
        return self.table.get(DigestItem, user_id=digest.user_id, pace=str(digest.pace), due_at=digest.due_at)

    def _begin(self, digest: Digest, notification_id: int) -> None:
        expires_at = (digest.due_at + KEPT) // SECOND
        is_there = GateItem.pk.exists() & (GateItem.standing != Standing.DELETED)
        write(
            self.table,
            Check(GateItem.at(user_id=digest.user_id), is_there, NobodyToTell()),
            Put(
                _item(digest, {"first": notification_id, "expires_at": expires_at}),
                DigestItem.pk.does_not_exist(),
            ),
            Put(
                DueDigestItem.at(
                    {"expires_at": expires_at},
                    shard=str(digest.shard),
                    due_at=digest.due_at,
                    user_id=digest.user_id,
                    pace=str(digest.pace),
                )
            ),
        )


def _item(digest: Digest, attributes: dict[str, int] | None = None) -> DigestItem:
    return DigestItem.at(attributes, user_id=digest.user_id, pace=str(digest.pace), due_at=digest.due_at)


def _due_key(digest: Digest) -> tuple[str, str]:
    return DueDigestItem.pattern.key(
        shard=str(digest.shard), due_at=digest.due_at, user_id=digest.user_id, pace=str(digest.pace)
    )


def _digest(item: DueDigestItem) -> Digest:
    return Digest(item.values["user_id"], Pace(item.values["pace"]), item.values["due_at"])
