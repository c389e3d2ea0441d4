"""What the session room answers."""

from pydantic import BaseModel

from kith.domain.clock import rfc3339
from kith.domain.sessions import Session
from kith.web.views import Timestamp


class SessionView(BaseModel):
    """One login of the caller."""

    session_id: str
    created_at: Timestamp
    refreshed_at: Timestamp
    expires_at: Timestamp
    is_current: bool

    @classmethod
    def of(cls, session: Session, current_id: str) -> "SessionView":
        """Return the view of a session; `current_id` names the one that asks."""
        return cls(
            session_id=session.session_id,
            created_at=rfc3339(session.created_at),
            refreshed_at=rfc3339(session.refreshed_at),
            expires_at=rfc3339(session.expires_at),
            is_current=session.session_id == current_id,
        )


class SessionList(BaseModel):
    """The caller's logins, the latest used first."""

    sessions: list[SessionView]
