"""Mails in the table: whether one has been sent for a message, and whether somebody is about to send it."""

from dataclasses import dataclass

from kith.domain.clock import SECOND
from kith.table import sendings
from kith.table.connection import Table
from kith.table.items import MailItem

LEASE = 60 * SECOND


@dataclass(frozen=True, slots=True)
class MailStore:
    """Mails by the message that asks for them."""

    table: Table

    def lease(self, message_id: str, *, now: int) -> bool:
        """Take the sending of a mail upon oneself for a minute; return False when it is sent; `now` in milliseconds.

        Raises:
            Unavailable: somebody else has taken it.
        """
        return sendings.lease(self.table, _item(message_id, now), now=now)

    def sent(self, message_id: str, *, now: int) -> None:
        """Note that a mail is sent; `now` in milliseconds."""
        self.table.put(_item(message_id, now, sent=True))


def _item(message_id: str, now: int, *, sent: bool = False) -> MailItem:
    return MailItem.at(
        {"leased_until": now + LEASE, "sent": sent, "expires_at": (now + sendings.KEPT) // SECOND},
        message_id=message_id,
    )
