"""Sessions: seeing one's logins and ending them, at once."""

from dataclasses import dataclass

from kith.domain.clock import SECOND, Clock
from kith.domain.sessions import Session, SessionNotFound
from kith.table.sessions import SessionStore
from kith.tokens import Caller


@dataclass(frozen=True, slots=True)
class SessionService:
    """The use cases of the session room."""

    sessions: SessionStore
    clock: Clock
    access_token_seconds: int

    def log_out(self, caller: Caller) -> None:
        """End the session that the caller speaks from, at once."""
        self._end(caller.user_id, [caller.session_id])

    def log_out_everywhere(self, caller: Caller) -> None:
        """End all sessions of the caller, at once."""
        self.sessions.end_all(caller.user_id)

    def sessions_of(self, caller: Caller) -> list[Session]:
        """Return the caller's sessions, the latest first."""
        found = self.sessions.of_user(caller.user_id, now=self.clock())
        return sorted(found, key=lambda session: session.refreshed_at, reverse=True)

    def end_session(self, caller: Caller, session_id: str) -> None:
        """End one of the caller's sessions.

        Raises:
            SessionNotFound: the caller has none with that identifier.
        """
        if session_id not in {session.session_id for session in self.sessions_of(caller)}:
            raise SessionNotFound
        self._end(caller.user_id, [session_id])

    def _end(self, user_id: int, session_ids: list[str]) -> None:
        until = self.clock() + self.access_token_seconds * SECOND
        self.sessions.end(user_id, session_ids, until=until)
