"""Pushes in the table: whether one has been sent, whether somebody is about to send it, or from when on it may be."""

from dataclasses import dataclass

from kith.domain.clock import MINUTE, SECOND
from kith.table import sendings
from kith.table.connection import Table
from kith.table.items import PushItem

LEASE = 2 * MINUTE
"""Longer than a function has that sends some."""


@dataclass(frozen=True, slots=True)
class PushStore:
    """Pushes by their names, which tell of nobody."""

    table: Table

    def lease(self, push_id: str, *, now: int) -> bool:
        """Take the sending of a push upon oneself for a while; return False when it is sent; `now` in milliseconds.

        Raises:
            Unavailable: somebody else has taken it, or it is put off.
        """
        return sendings.lease(self.table, _item(push_id, now + LEASE, now), now=now)

    def put_off(self, push_id: str, *, until: int, now: int) -> None:
        """Give up a lease, and let nobody take one before a time; times in milliseconds."""
        self.table.put(_item(push_id, until, now))

    def sent(self, push_id: str, *, now: int) -> None:
        """Note that a push is sent, or never will be; `now` in milliseconds."""
        self.table.put(_item(push_id, now, now, sent=True))


def _item(push_id: str, leased_until: int, now: int, *, sent: bool = False) -> PushItem:
    return PushItem.at(
        {"leased_until": leased_until, "sent": sent, "expires_at": (now + sendings.KEPT) // SECOND},
        push_id=push_id,
    )
