"""Websockets: how many an account has at once, and for how long."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from kith.domain.clock import HOUR, MINUTE, SECOND

SLOTS: Final = tuple(str(slot) for slot in range(10))
"""Where an account's websockets are: as many as it has at most."""
IDLE_MOST: Final = 15 * MINUTE
"""Milliseconds without a ping; API Gateway itself closes what is silent for ten minutes."""
OPEN_MOST: Final = 2 * HOUR
"""Milliseconds after which API Gateway closes it whatever happens."""
OPENING: Final = 30 * SECOND
"""Milliseconds that a handshake may take: until it is over, API Gateway says of a connection that it is gone."""
PROLONGED_FROM: Final = 10 * MINUTE
"""A ping prolongs what has fewer milliseconds left, so that many pings are few writes."""


@dataclass(frozen=True, slots=True)
class Websocket:
    """An open connection of a session; times in milliseconds since the Unix epoch."""

    user_id: int
    slot: str
    connection_id: str
    """What API Gateway calls it."""
    session_id: str
    epoch: int
    """Of the account, when it was opened."""
    opened_at: int
    expires_at: int

    def is_open(self, now: int) -> bool:
        """Tell whether it may still be there."""
        return now < self.expires_at

    def is_opening(self, now: int) -> bool:
        """Tell whether its handshake may still be under way."""
        return now < self.opened_at + OPENING

    def until(self, now: int) -> int:
        """Return until when it may be there, if it was heard now."""
        return min(now + IDLE_MOST, self.opened_at + OPEN_MOST)


def slot_for(connection_id: str, taken: Collection[Websocket], *, hurried: bool) -> str:
    """Return the slot of a new connection: a free one, or else the oldest's.

    Which free one follows from the connection, so that many that come at once do not all want the same; hurried, so
    does which one is replaced.
    """
    slots = {each.slot for each in taken}
    free = [slot for slot in SLOTS if slot not in slots]
    if free or hurried:
        choice = free or SLOTS
        return choice[crc32(connection_id.encode()) % len(choice)]
    return min(taken, key=lambda each: (each.opened_at, each.slot)).slot
