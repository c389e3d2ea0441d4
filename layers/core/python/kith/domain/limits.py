"""How often something may be done: the generic cell rate algorithm (ITU-T I.371; Brandur Leach, 2015).

A bucket is one number, the time at which it will be empty again. A request moves it on by one interval, and is refused
if that would be further ahead of now than the burst allows. Accepted requests in any window <= burst + rate x window.
"""

from dataclasses import dataclass
from enum import StrEnum

SECOND_US = 1_000_000
MINUTE = 60
"""Seconds."""


class Dimension(StrEnum):
    """Whose requests a limit counts together."""

    ADDRESS = "address"
    USER = "user"
    USER_ROUTE = "user and route"


@dataclass(frozen=True, slots=True)
class Limit:
    """`rate` requests per `window` seconds, of which `burst` may come at once; `route` restricts it to one."""

    name: str
    dimension: Dimension
    rate: int
    window: int = MINUTE
    burst: int | None = None
    route: str | None = None

    @property
    def interval(self) -> int:
        """Microseconds that one request fills."""
        return self.window * SECOND_US // self.rate

    @property
    def most(self) -> int:
        """How many requests may come at once."""
        return self.burst or self.rate

    @property
    def tolerance(self) -> int:
        """Microseconds that a bucket may be full at most."""
        return self.interval * self.most

    def admits(self, empty_at: int, now: int) -> bool:
        """Tell whether a bucket takes one more request; times in microseconds since the Unix epoch."""
        return max(empty_at, now) + self.interval <= now + self.tolerance

    def remaining(self, empty_at: int, now: int) -> int:
        """Return how many more requests a bucket takes at once."""
        return max(0, (now + self.tolerance - max(empty_at, now)) // self.interval)

    def retry_after(self, empty_at: int, now: int) -> int:
        """Return after how many whole seconds a full bucket takes a request."""
        return max(1, -(-(empty_at + self.interval - now - self.tolerance) // SECOND_US))

    def reset_after(self, empty_at: int, now: int) -> int:
        """Return after how many whole seconds a bucket is empty."""
        return max(0, -(-(empty_at - now) // SECOND_US))
