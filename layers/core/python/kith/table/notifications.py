"""What people are told, in the table: one item says where a subject stands in somebody's list, which is in order of time.

A subject moves up when somebody does what nobody has told of before; a deed that is taken back and done again moves
nothing. The list holds no facts: `notification_reader` reads those where they are. Nothing is told of what is gone:
what a subject is about is checked in the same transaction, so whatever ends it comes later and takes it away.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from kith.domain import ids
from kith.domain.clock import DAY, SECOND
from kith.domain.errors import Unavailable
from kith.domain.notifications import OWN_POST, Notification, NotificationType, Subject, trace_of
from kith.domain.users import Standing
from kith.table import batches
from kith.table.connection import Table
from kith.table.follows import LAST_ID
from kith.table.items import (
    BellItem,
    GateItem,
    NotificationItem,
    NotificationStateItem,
    NotifiedItem,
    PostItem,
    ToldItem,
)
from kith.table.transactions import Check, ConditionFailed, Delete, Operation, Put, Update, write
from kith.table.users import IdentifierTaken

KEPT: Final = 90 * DAY
"""How long a notification stands in the list after it has moved up for the last time."""
REMEMBERED: Final = 30 * DAY
"""How long a deed that is done again is known to have been told."""
BRISK: Final = 20
"""How often a subject moves up for each who joins; from then on, once within a while."""
CALM: Final = 5 * SECOND
ATTEMPTS: Final = 5
ABOUT_POST: Final = OWN_POST | {NotificationType.MENTIONED}


class AlreadyTold(Exception):  # an outcome: somebody else has told it meanwhile
    """The deed has been told."""


class Gone(Exception):  # an outcome: there is nothing to tell any more
    """What the subject is about, or the one who is told, is gone."""


class Moved(Exception):  # an outcome: decide again
    """The subject stands no longer where it was read."""


@dataclass(frozen=True, slots=True)
class NotificationStore:
    """Notifications: a verb per access pattern. Times are in milliseconds."""

    table: Table

    def newest(
        self, user_id: int, *, limit: int, now: int, before: int | None = None, after: int = 0
    ) -> list[Notification]:
        """Return up to `limit` of somebody's notifications, newest first, from before one and down to after another."""
        last = LAST_ID if before is None else before - 1
        partition, low = NotificationItem.pattern.key(user_id=user_id, notification_id=after + 1)
        _, high = NotificationItem.pattern.key(user_id=user_id, notification_id=last)
        items = self.table.query(partition, low, high, limit=limit, newest_first=True)
        return [
            _notification(item)
            for item in items
            if isinstance(item, NotificationItem) and item.expires_at > now // SECOND
        ]

    def by_id(self, user_id: int, notification_id: int) -> Notification | None:
        """Return a notification, or None when it is gone or has moved up."""
        item = self.table.get(NotificationItem, user_id=user_id, notification_id=notification_id)
        return None if item is None else _notification(item)

    def tell(
        self,
        user_id: int,
        subject: Subject,
        cause_id: int,
        *,
        new_id: Callable[[], int],
        now: int,
        hushed: Callable[[], bool],
    ) -> None:
        """Let a subject stand in somebody's list because of a deed: on top, unless the deed has been told before.

        Args:
            user_id: who is told.
            subject: what of.
            cause_id: the deed, as `trace_of` takes it.
            new_id: makes identifiers.
            now: the time.
            hushed: asked, if it moves up, whether that is to go without a word on any channel.

        Raises:
            Unavailable: others kept changing it.
        """
        trace = trace_of(user_id, subject, cause_id)
        for _ in range(ATTEMPTS):
            told, present = self._read(user_id, subject, trace)
            if told is not None and told.expires_at <= now // SECOND:
                told = None
            if told is not None and present is not None:
                return
            try:
                if told is not None:
                    # Where it stood, so that what has been read stays read.
                    place = Notification(int(told.notification_id), subject, trace)
                    write(self.table, *_standing(user_id, place, None, now=now, is_quiet=True))
                elif present is not None and _is_calm(present, now):
                    write(self.table, _telling(trace, int(present.notification_id), now))
                else:
                    place = Notification(new_id(), subject, trace)
                    write(
                        self.table,
                        _telling(trace, place.notification_id, now),
                        *_standing(user_id, place, present, now=now, is_quiet=hushed()),
                    )
            except (Moved, IdentifierTaken):
                continue
            except (AlreadyTold, Gone):
                pass
            return
        raise Unavailable

    def forget(self, user_id: int, subject: Subject, *, unless: Callable[[], bool] = lambda: False) -> None:
        """Take a subject out of somebody's list, unless it has just moved up.

        Args:
            user_id: whose list.
            subject: what of.
            unless: why it is to stay after all; asked when it is known where it stands, for what makes it so later
                also moves it up.
        """
        present = self.table.get(
            NotifiedItem, user_id=user_id, type=str(subject.type), object_id=subject.object_id
        )
        if present is None or unless():
            return
        with suppress(ConditionFailed):
            write(
                self.table,
                Delete(
                    _notified(user_id, subject),
                    NotifiedItem.notification_id == present.notification_id,
                ),
                Delete(NotificationItem.at(user_id=user_id, notification_id=int(present.notification_id))),
            )

    def read_up_to(self, user_id: int) -> int:
        """Return the newest notification that somebody has read; 0 if none."""
        item = self.table.get(NotificationStateItem, user_id=user_id)
        return 0 if item is None else int(item.read_up_to)

    def read(self, user_id: int, up_to: int) -> None:
        """Note that somebody has read a notification and all that are older."""
        attribute = NotificationStateItem.read_up_to
        with suppress(ConditionFailed):  # more has been read already
            write(
                self.table,
                Update(
                    NotificationStateItem.at(user_id=user_id),
                    [attribute.set(up_to), NotificationStateItem.kind.set(NotificationStateItem)],
                    NotificationStateItem.pk.does_not_exist() | (attribute < up_to),
                ),
            )

    def _read(
        self, user_id: int, subject: Subject, trace: str
    ) -> tuple[ToldItem | None, NotifiedItem | None]:
        told_key = ToldItem.pattern.key(trace=trace)
        notified = _notified(user_id, subject)
        notified_key = notified.pk, notified.sk
        found = batches.get_all(self.table, [told_key, notified_key])
        told, present = found.get(told_key), found.get(notified_key)
        return (
            told if isinstance(told, ToldItem) else None,
            present if isinstance(present, NotifiedItem) else None,
        )


def _is_calm(present: NotifiedItem, now: int) -> bool:
    """Tell whether a subject that keeps moving up stays where it is for a while: who joins is counted all the same."""
    return present.moves >= BRISK and now < ids.created_at(int(present.notification_id)) + CALM


def _telling(trace: str, notification_id: int, now: int) -> Operation:
    item = ToldItem.at(
        {"notification_id": notification_id, "expires_at": (now + REMEMBERED) // SECOND}, trace=trace
    )
    return Put(item, ToldItem.pk.does_not_exist() | (ToldItem.expires_at <= now // SECOND), AlreadyTold())


def _standing(
    user_id: int, place: Notification, before: NotifiedItem | None, *, now: int, is_quiet: bool
) -> list[Operation]:
    """Return the writes that let a subject stand in a list, and no longer where it stood before."""
    subject, until = place.subject, (now + KEPT) // SECOND
    as_read = (
        NotifiedItem.pk.does_not_exist()
        if before is None
        else NotifiedItem.notification_id == before.notification_id
    )
    stands = {
        "notification_id": place.notification_id,
        "moves": 0 if before is None else int(before.moves) + 1,
        "expires_at": until,
    }
    entry = {
        "type": subject.type,
        "object_id": subject.object_id,
        "trace": place.trace,
        "is_quiet": is_quiet,
        "expires_at": until,
    }
    operations: list[Operation] = [
        *_grounds(user_id, subject),
        Put(_notified(user_id, subject, stands), as_read, Moved()),
        Put(
            NotificationItem.at(entry, user_id=user_id, notification_id=place.notification_id),
            NotificationItem.pk.does_not_exist(),
            IdentifierTaken(),
        ),
    ]
    if before is not None:
        former = int(before.notification_id)
        operations.append(Delete(NotificationItem.at(user_id=user_id, notification_id=former)))
    return operations


def _grounds(user_id: int, subject: Subject) -> Iterator[Check]:
    """Yield what has to be there, each of which takes the subject with it when it goes."""
    if subject.type is NotificationType.NEW_POST:
        yield Check(BellItem.at(user_id=user_id, author_id=subject.object_id), BellItem.pk.exists(), Gone())
        return
    if subject.type in ABOUT_POST:
        yield Check(PostItem.at(post_id=subject.object_id), PostItem.pk.exists(), Gone())
    if subject.type not in OWN_POST:
        stays = GateItem.pk.exists() & (GateItem.standing != Standing.DELETED)
        yield Check(GateItem.at(user_id=user_id), stays, Gone())


def _notified(user_id: int, subject: Subject, attributes: dict[str, Any] | None = None) -> NotifiedItem:
    return NotifiedItem.at(attributes, user_id=user_id, type=str(subject.type), object_id=subject.object_id)


def _notification(item: NotificationItem) -> Notification:
    return Notification(
        item.values["notification_id"],
        Subject(NotificationType(item.type), int(item.object_id)),
        item.trace,
    )
