"""What SES tells of mails: whose address takes none, or who does not want any, is sent no digests."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kith.domain.clock import Clock
from kith.table.suppressions import SuppressionStore

PERMANENT = "Permanent"
"""A bounce after which trying again is of no use."""


@dataclass(frozen=True, slots=True)
class Suppressing:
    """The use case of a mail that came back, or was complained of."""

    suppressions: SuppressionStore
    clock: Clock

    def told(self, detail: dict[str, Any]) -> None:
        """Send no digests any more to whom an event of SES tells of."""
        for address, reason in _unwilling(detail):
            self.suppressions.suppress(address, reason, now=self.clock())


def _unwilling(detail: dict[str, Any]) -> Iterator[tuple[str, str]]:
    match detail:
        case {"bounce": {"bounceType": str(kind), "bouncedRecipients": list(recipients)}} if (
            kind == PERMANENT
        ):
            yield from ((each["emailAddress"], "bounce") for each in recipients)
        case {"complaint": {"complainedRecipients": list(recipients)}}:
            yield from ((each["emailAddress"], "complaint") for each in recipients)
