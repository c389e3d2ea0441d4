"""Addresses that no digest is sent to, by their digest: their mail came back, or who reads it complained."""

from dataclasses import dataclass

from kith.domain.clock import DAY, SECOND
from kith.table.connection import Table
from kith.table.items import SuppressedItem
from kith.table.users import email_digest

KEPT = 365 * DAY


@dataclass(frozen=True, slots=True)
class SuppressionStore:
    """Suppressed addresses, as SES spells them: a verb per access pattern. Times are in milliseconds."""

    table: Table

    def suppress(self, address: str, reason: str, *, now: int) -> None:
        """Let no digest be sent to an address for a year."""
        kept = {"reason": reason, "expires_at": (now + KEPT) // SECOND}
        self.table.put(SuppressedItem.at(kept, digest=email_digest(address)))

    def has(self, address: str, *, now: int) -> bool:
        """Tell whether an address is not to be sent digests."""
        item = self.table.get(SuppressedItem, digest=email_digest(address))
        return item is not None and int(item.expires_at) > now // SECOND
