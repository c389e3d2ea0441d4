"""The session room's collaborators, made once."""

from functools import cache

from functions.session.service import SessionService
from kith.deployment import settings, table
from kith.domain.clock import system_clock
from kith.table.sessions import SessionStore


@cache
def service() -> SessionService:
    """Return the use cases."""
    return SessionService(SessionStore(table()), system_clock, settings().knobs.access_token_seconds)
