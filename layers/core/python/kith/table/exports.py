"""Exports in the table: copies of an account's data that its owner has asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kith.domain.clock import DAY, SECOND
from kith.domain.errors import Unauthenticated
from kith.domain.operations import Operation, OperationKind, OperationNotFound, OperationStatus
from kith.domain.users import Standing
from kith.table import batches
from kith.table.connection import Table
from kith.table.idempotency import Answer, recording
from kith.table.items import ExportItem, UserItem
from kith.table.transactions import Check, Put, Update, write

KEPT_FOR = 7 * DAY
"""As long as the archive: the bucket's lifecycle says the same."""
LONGEST_RUN = DAY // 24
"""What has not finished within an hour has been given up."""


class ExportChanged(Exception):  # an outcome: read again
    """Another export was asked for at the same moment, or the identifier was taken."""


def archives_of(user_id: int) -> str:
    """Return how the names of all files with an account's data start, and no other's."""
    return f"exports/{user_id}/"


@dataclass(frozen=True, slots=True)
class Export:
    """One copy of an account's data; times are in milliseconds since the Unix epoch."""

    user_id: int
    operation_id: int
    started_at: int
    finished_at: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def archive(self) -> str:
        """The name of its file. The same however often it is made, so that making it again makes no second."""
        return f"{archives_of(self.user_id)}{self.operation_id}.json"

    @property
    def is_done(self) -> bool:
        """Tell whether the archive is there."""
        return self.finished_at is not None

    def is_running(self, now: int) -> bool:
        """Tell whether somebody can still be expected to be at it."""
        return not self.is_done and now - self.started_at < LONGEST_RUN

    def operation(self, now: int) -> Operation:
        """Return what its owner may know."""
        status = OperationStatus.RUNNING if self.is_running(now) else OperationStatus.FAILED
        return Operation(
            self.operation_id,
            OperationKind.EXPORT,
            OperationStatus.DONE if self.is_done else status,
            self.started_at,
            self.finished_at,
            self.counts,
            self.result,
        )


def _export_of(item: ExportItem) -> Export:
    return Export(
        user_id=item.values["user_id"],
        operation_id=item.values["operation_id"],
        started_at=int(item.started_at),
        finished_at=None if item.finished_at is None else int(item.finished_at),
        counts=item.counts,
        result=item.result,
    )


@dataclass(frozen=True, slots=True)
class ExportStore:
    """Exports: a verb per access pattern."""

    table: Table

    def add(self, export: Export, *, former_id: int | None, answer: Answer | None) -> None:
        """Store the wish for a copy, and the answer to its request.

        Raises:
            ExportChanged: `former_id` is not the last one that was asked for, or the account may not act.
            AlreadyAnswered: a request with the same key has been answered.
        """
        as_before = (
            UserItem.export_id.does_not_exist() if former_id is None else UserItem.export_id == former_id
        )
        write(
            self.table,
            Update(
                UserItem.at(user_id=export.user_id),
                [UserItem.export_id.set(export.operation_id)],
                (UserItem.standing == Standing.ACTIVE) & as_before,
                ExportChanged(),
            ),
            Put(
                ExportItem.at(
                    {
                        "status": OperationStatus.RUNNING,
                        "started_at": export.started_at,
                        "expires_at": (export.started_at + KEPT_FOR) // SECOND,
                    },
                    user_id=export.user_id,
                    operation_id=export.operation_id,
                ),
                ExportItem.pk.does_not_exist(),
                ExportChanged(),
            ),
            *([recording(answer)] if answer else []),
        )

    def last_id(self, user_id: int) -> int | None:
        """Return the last export that an account's owner asked for.

        Raises:
            Unauthenticated: the account is gone or may not act.
        """
        user = self.table.get(UserItem, user_id=user_id)
        if user is None or user.standing != Standing.ACTIVE:
            raise Unauthenticated
        return None if user.export_id is None else int(user.export_id)

    def by_id(self, user_id: int, operation_id: int, *, now: int) -> Export | None:
        """Return an export of an account that has not expired, or None."""
        item = self.table.get(ExportItem, user_id=user_id, operation_id=operation_id)
        return None if item is None or item.expires_at <= now // SECOND else _export_of(item)

    def of_active(self, user_id: int, operation_id: int, *, now: int) -> Export | None:
        """Return an export that has not expired, of an account that may act, in one read; else None."""
        user_key = UserItem.pattern.key(user_id=user_id)
        export_key = ExportItem.pattern.key(user_id=user_id, operation_id=operation_id)
        found = batches.get_all(self.table, [user_key, export_key])
        user, item = found.get(user_key), found.get(export_key)
        if not isinstance(user, UserItem) or user.standing != Standing.ACTIVE:
            return None
        return _export_of(item) if isinstance(item, ExportItem) and item.expires_at > now // SECOND else None

    def progressed(self, export: Export, counts: Mapping[str, int]) -> None:
        """Note how much has been copied.

        Raises:
            OperationNotFound: nobody wants it any more.
        """
        write(
            self.table,
            Update(
                _item(export),
                [ExportItem.counts.set(dict(counts))],
                ExportItem.pk.exists(),
                OperationNotFound(),
            ),
        )

    def finish(self, export: Export, *, now: int) -> None:
        """Note that the archive is there; `now` in milliseconds.

        Raises:
            OperationNotFound: nobody wants it any more; the archive must go.
        """
        active = UserItem.standing == Standing.ACTIVE
        write(
            self.table,
            Check(UserItem.at(user_id=export.user_id), active, OperationNotFound()),
            Update(
                _item(export),
                [
                    ExportItem.status.set(OperationStatus.DONE),
                    ExportItem.counts.set(dict(export.counts)),
                    ExportItem.result.set(dict(export.result)),
                    ExportItem.finished_at.set(now),
                ],
                ExportItem.pk.exists(),
                OperationNotFound(),
            ),
        )


def _item(export: Export) -> ExportItem:
    return ExportItem.at(user_id=export.user_id, operation_id=export.operation_id)
