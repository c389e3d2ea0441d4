"""Sessions: one login each, and the refresh token that keeps it alive."""

import secrets
from dataclasses import dataclass

from kith.domain.clock import DAY
from kith.domain.errors import NotFound

LIFETIME = 30 * DAY
"""Of a session that is not refreshed."""


class SessionNotFound(NotFound):
    """The caller has no such session."""

    code = "session_not_found"
    message = "You have no such session."


@dataclass(frozen=True, slots=True)
class Session:
    """One login; times in milliseconds since the Unix epoch. Its tokens are valid in one epoch of the account."""

    user_id: int
    session_id: str
    epoch: int
    generation: int
    created_at: int
    refreshed_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What an authentic refresh token says."""

    user_id: int
    session_id: str
    generation: int


def new_session_id(user_id: int) -> str:
    """Return an identifier that nobody can guess and that tells whose the session is."""
    return f"{user_id:x}-{secrets.token_hex(12)}"


def owner(session_id: str) -> int:
    """Return whose session an identifier names.

    Raises:
        ValueError: it is no identifier of ours.
    """
    return int(session_id.partition("-")[0], 16)
