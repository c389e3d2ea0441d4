"""Sessions in the table, and their end: what is ended here is refused at the gate from then on."""

from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError
from pynamodb.expressions.operand import Path

from kith.domain.clock import SECOND
from kith.domain.errors import Unauthenticated
from kith.domain.sessions import LIFETIME, RefreshToken, Session
from kith.domain.users import Standing
from kith.table import batches
from kith.table.connection import Table, failed_condition, key
from kith.table.gates import revoked
from kith.table.items import CredentialsItem, GateItem, SessionItem
from kith.table.transactions import Check, Delete, Put, Update, write
from kith.tokens import LONGEST_LIFE

SESSIONS_MOST = 1_000
SESSIONS_AT_ONCE = 50
"""In one transaction, which takes 100 operations."""


@dataclass(frozen=True, slots=True)
class SessionStore:
    """Sessions: a verb per access pattern."""

    table: Table

    @staticmethod
    def opening(session: Session) -> Put:
        """Return the write that opens a session."""
        return Put(
            SessionItem.at(
                {
                    "epoch": session.epoch,
                    "generation": session.generation,
                    "created_at": session.created_at,
                    "refreshed_at": session.refreshed_at,
                    "expires_at": session.expires_at // SECOND,
                },
                user_id=session.user_id,
                session_id=session.session_id,
            ),
            SessionItem.pk.does_not_exist(),
        )

    def live_epoch(self, user_id: int) -> int | None:
        """Return an account's present epoch, or None when there is no account that may act."""
        gate = self.table.get(GateItem, user_id=user_id)
        return None if gate is None or gate.standing != Standing.ACTIVE else int(gate.epoch)

    def open(self, session: Session, password_hash: str) -> None:
        """Open a session for whoever has shown the password of a hash.

        Raises:
            Unauthenticated: the account's epoch or its password has changed meanwhile, or it may not act.
        """
        gate = GateItem.at(user_id=session.user_id)
        current = (GateItem.epoch == session.epoch) & (GateItem.standing == "active")
        credentials = CredentialsItem.at(user_id=session.user_id)
        unchanged = CredentialsItem.password_hash == password_hash
        write(
            self.table,
            Check(gate, current, Unauthenticated()),
            Check(credentials, unchanged, Unauthenticated()),
            self.opening(session),
        )

    def refresh(self, shown: RefreshToken, *, now: int, grace: int) -> Session:
        """Return a session with the generation after the one shown, and its life begun anew; times in milliseconds.

        The generation before the present one gets the present one again within the grace: an answer may have been
        lost, or two tabs may have asked at once. An older one has been copied: the session ends.

        Raises:
            Unauthenticated: the session has ended, or ends by this.
        """
        session_key = key(*SessionItem.pattern.key(user_id=shown.user_id, session_id=shown.session_id))
        self.table.guard()
        try:
            answer = self.table.call(
                "UpdateItem",
                {
                    "TableName": self.table.name,
                    "Key": session_key,
                    "UpdateExpression": "SET generation = :next, refreshed_at = :now, expires_at = :until",
                    "ConditionExpression": "generation = :shown AND expires_at > :seconds",
                    "ExpressionAttributeValues": {
                        ":next": {"N": str(shown.generation + 1)},
                        ":shown": {"N": str(shown.generation)},
                        ":now": {"N": str(now)},
                        ":seconds": {"N": str(now // SECOND)},
                        ":until": {"N": str((now + LIFETIME) // SECOND)},
                    },
                    "ReturnValues": "ALL_NEW",
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                },
            )
        except ClientError as error:
            raw = failed_condition(error)
            if not raw:
                raise Unauthenticated from error
            session = session_of(SessionItem.from_raw_data(raw))
            if session.generation == shown.generation + 1 and now - session.refreshed_at <= grace:
                return session
            if session.expires_at > now:
                self.end(shown.user_id, [shown.session_id], until=now + LONGEST_LIFE * SECOND)
            raise Unauthenticated from error
        return session_of(SessionItem.from_raw_data(answer["Attributes"]))

    def of_user(self, user_id: int, *, now: int) -> list[Session]:
        """Return an account's sessions that have not expired; `now` in milliseconds."""
        partition, _ = SessionItem.pattern.key(user_id=user_id, session_id="any")
        items = self.table.query(partition, *SessionItem.pattern.sort_range, limit=SESSIONS_MOST)
        sessions = [session_of(item) for item in items if isinstance(item, SessionItem)]
        return [session for session in sessions if session.expires_at > now]

    def end(self, user_id: int, session_ids: Sequence[str], *, until: int) -> None:
        """End sessions: their access tokens are refused from now on, their refresh tokens too.

        `until` is when the last of their access tokens has expired, in milliseconds.
        """
        for start in range(0, len(session_ids), SESSIONS_AT_ONCE):
            some = session_ids[start : start + SESSIONS_AT_ONCE]
            write(
                self.table,
                Update(
                    GateItem.at(user_id=user_id),
                    [Path([revoked(session_id)]).set(until // SECOND) for session_id in some],
                    GateItem.pk.exists(),
                    Unauthenticated(),
                ),
                *(Delete(SessionItem.at(user_id=user_id, session_id=session_id)) for session_id in some),
            )

    def end_all(self, user_id: int) -> None:
        """End every session of an account: all its tokens are refused from now on."""
        self.table.guard()
        answer = self.table.call(
            "UpdateItem",
            {
                "TableName": self.table.name,
                "Key": key(*GateItem.pattern.key(user_id=user_id)),
                "UpdateExpression": "SET epoch = epoch + :one",
                "ConditionExpression": "attribute_exists(PK)",
                "ExpressionAttributeValues": {":one": {"N": "1"}},
                "ReturnValues": "UPDATED_NEW",
            },
        )
        self.forget(user_id, before=int(answer["Attributes"]["epoch"]["N"]))

    @staticmethod
    def ending_all(user_id: int, otherwise: Exception) -> Update:
        """Return the write that ends every session of an account; it fails with `otherwise` if it may not act."""
        return Update(
            GateItem.at(user_id=user_id),
            [GateItem.epoch.set(GateItem.epoch + 1)],
            GateItem.standing == Standing.ACTIVE,
            otherwise,
        )

    def forget(self, user_id: int, *, before: int) -> None:
        """Remove what is left of sessions of epochs before one: it is of no use to anyone."""
        partition, _ = SessionItem.pattern.key(user_id=user_id, session_id="any")
        items = self.table.query(partition, *SessionItem.pattern.sort_range, limit=SESSIONS_MOST)
        ended = [
            (item.pk, item.sk) for item in items if isinstance(item, SessionItem) and item.epoch < before
        ]
        batches.delete_all(self.table, ended)


def session_of(item: SessionItem) -> Session:
    """Return the session that an item holds."""
    return Session(
        user_id=item.values["user_id"],
        session_id=item.values["session_id"],
        epoch=int(item.epoch),
        generation=int(item.generation),
        created_at=int(item.created_at),
        refreshed_at=int(item.refreshed_at),
        expires_at=int(item.expires_at) * SECOND,
    )
