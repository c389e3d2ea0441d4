"""Whether sessions are still alive, asked without a token: by whoever sends to a websocket or a browser of theirs."""

from collections.abc import Collection
from dataclasses import dataclass

from kith.domain.clock import SECOND
from kith.domain.users import Standing
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import GateItem, SessionItem


@dataclass(frozen=True, slots=True)
class LiveSessions:
    """Knows which sessions may act."""

    table: Table

    def among(self, user_id: int, session_ids: Collection[str], *, now: int) -> frozenset[str] | None:
        """Return which of some sessions of an account are not over, or None while the account may not act.

        In one read; `now` in milliseconds.
        """
        gate_key = GateItem.pattern.key(user_id=user_id)
        keys = {each: SessionItem.pattern.key(user_id=user_id, session_id=each) for each in session_ids}
        found = batches.get_all(self.table, [gate_key, *keys.values()])
        gate = found.get(gate_key)
        if not isinstance(gate, GateItem) or gate.standing != Standing.ACTIVE:
            return None
        sessions = {each: found.get(key) for each, key in keys.items()}
        return frozenset(
            each
            for each, item in sessions.items()
            if isinstance(item, SessionItem) and item.epoch == gate.epoch and item.expires_at > now // SECOND
        )
