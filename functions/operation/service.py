"""Operations: having one's data copied, having it erased, and asking how far that is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kith.domain.clock import Clock
from kith.domain.errors import Unauthenticated, Unavailable
from kith.domain.operations import Operation, OperationNotFound
from kith.domain.users import WrongPassword
from kith.storage import Storage
from kith.table.connection import Table
from kith.table.erasures import Erasure, ErasureStore
from kith.table.exports import Export, ExportChanged, ExportStore
from kith.table.idempotency import AlreadyAnswered, IdempotencyStore, RequestKey
from kith.table.users import IdentifierTaken, UserStore

ATTEMPTS = 5
LINK_SECONDS = 60
"""How long the bucket's own address of an archive is good: as long as following a redirect may take."""


class Passwords(Protocol):
    """Verifies passwords."""

    def matches(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is the one of a hash."""
        ...


@dataclass(frozen=True, slots=True)
class OperationService:
    """The use cases of operations."""

    table: Table
    users: UserStore
    exports: ExportStore
    erasures: ErasureStore
    idempotency: IdempotencyStore
    passwords: Callable[[], Passwords]
    storage: Storage
    first_phase: str
    """Of an erasure."""
    new_id: Callable[[], int]
    clock: Clock

    def erase(self, user_id: int, password: str) -> int:
        """Delete an account and return the operation that erases it. It is invisible when this returns.

        Raises:
            WrongPassword: it is not the account's.
            Unauthenticated: the account is gone already.
        """
        credentials = self.users.credentials(user_id)
        self.table.guard()  # nothing is hashed for a request over its limit
        if credentials is None:
            raise Unauthenticated
        if not self.passwords().matches(password, credentials.password_hash):
            raise WrongPassword
        for _ in range(ATTEMPTS):
            erasure = Erasure(self.new_id(), user_id, self.first_phase, None, {}, self.clock())
            try:
                self.erasures.begin(erasure, user_id)
            except IdentifierTaken:
                continue
            return erasure.operation_id
        raise Unavailable

    def export(self, user_id: int, request_key: RequestKey | None, render: Callable[[int], str]) -> str:
        """Have an account's data copied, unless that is going on, and return the rendered operation.

        Raises:
            Unauthenticated: the account is gone or may not act.
            KeyReused: the key was used for another request.
            Unavailable: others kept asking at the same moment.
        """
        for _ in range(ATTEMPTS):
            answered, last_id = self.table.together(
                lambda: self.idempotency.answer_to(user_id, request_key, now=self.clock()),
                lambda: self.exports.last_id(user_id),
            )
            if answered is not None:
                return answered
            try:
                return self._exported(user_id, last_id, request_key, render)
            except (ExportChanged, AlreadyAnswered):
                continue
        raise Unavailable

    def _exported(
        self, user_id: int, last_id: int | None, request_key: RequestKey | None, render: Callable[[int], str]
    ) -> str:
        now = self.clock()
        last = None if last_id is None else self.exports.by_id(user_id, last_id, now=now)
        if last is not None and last.is_running(now):
            rendering = render(last.operation_id)
            if request_key is not None:
                self.idempotency.keep(request_key.answered(user_id, rendering, now=now))
            return rendering
        export = Export(user_id, self.new_id(), started_at=now)
        rendering = render(export.operation_id)
        answer = request_key.answered(user_id, rendering, now=now) if request_key else None
        self.exports.add(export, former_id=last_id, answer=answer)
        return rendering

    def operation(self, caller_id: int | None, operation_id: int) -> Operation:
        """Return an operation: an erasure, which names nobody, or one's own export.

        Raises:
            Unauthenticated: it is no erasure, and nobody is known to be calling.
            OperationNotFound: there is none, or it is another's.
        """
        now = self.clock()
        erasure, export = self.table.together(
            lambda: self.erasures.by_id(operation_id),
            lambda: None if caller_id is None else self.exports.by_id(caller_id, operation_id, now=now),
        )
        if erasure is not None:
            return erasure.operation
        if caller_id is None:
            raise Unauthenticated
        if export is None:
            raise OperationNotFound
        return export.operation(now)

    def archive_url(self, user_id: int, operation_id: int) -> str:
        """Return where an archive can be read at once.

        Raises:
            OperationNotFound: it is not there, or its owner may not act.
        """
        export = self.exports.of_active(user_id, operation_id, now=self.clock())
        if export is None or not export.is_done:
            raise OperationNotFound
        return self.storage.presigned_get(export.archive, seconds=LINK_SECONDS)
