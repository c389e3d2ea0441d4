"""How often something may be done: the generic cell rate algorithm (ITU-T I.371; Brandur Leach, 2015).

A bucket is one number, the time at which it will be empty again. A request moves it on by one interval, and is refused
if that would be further ahead of now than the burst allows. Accepted requests in any window <= burst + rate x window.
"""

from dataclasses import dataclass
from enum import StrEnum

SECOND_US = 1_000_000
MINUTE = 60
"""Seconds."""
HOUR = 60 * MINUTE
LONGEST_WINDOW = 24 * HOUR


class Dimension(StrEnum):
    """What requests have in common that are counted together."""

    ADDRESS = "address"
    """The network address that they come from."""
    USER = "user"
    """The account that they prove to be of."""
    CLAIMED = "claimed"
    """The account that they claim to be of, whether or not there is one."""
    METHOD = "method"
    ROUTE = "route"


WHOSE = frozenset({Dimension.ADDRESS, Dimension.USER, Dimension.CLAIMED})


@dataclass(frozen=True, slots=True)
class Limit:
    """`rate` requests per `window` seconds, of which `burst` may come at once (as many as `rate` unless given).

    A burst fills its bucket for a day at most. Requests are counted `by` whose they are, and further by
    method or route. A limit with a `route` is for that one only.

    Raises:
        ValueError: it is not said whose requests it counts, or a number is out of range.
    """

    name: str
    by: tuple[Dimension, ...]
    rate: int
    window: int = MINUTE
    burst: int | None = None
    route: str | None = None

    def __post_init__(self) -> None:
        if not self.by or self.by[0] not in WHOSE or WHOSE & set(self.by[1:]):
            raise ValueError(f"the limit {self.name!r} must say first, and once, whose requests it counts")
        if min(self.rate, self.window, self.most) < 1 or self.most * self.window > LONGEST_WINDOW * self.rate:
            raise ValueError(f"the limit {self.name!r} has a rate, a window or a burst out of range")

    @property
    def whose(self) -> Dimension:
        """Whose gate it is counted at."""
        return self.by[0]

    @property
    def interval(self) -> int:
        """Microseconds that one request fills."""
        return -(-self.window * SECOND_US // self.rate)

    @property
    def most(self) -> int:
        """How many requests may come at once."""
        return self.rate if self.burst is None else self.burst

    @property
    def tolerance(self) -> int:
        """Microseconds that a bucket may be full at most."""
        return self.interval * self.most

    def bucket(self, method: str, route: str) -> str:
        """Return which of its buckets at one gate a request is counted in."""
        values = {Dimension.METHOD: method, Dimension.ROUTE: route}
        return " ".join(values[dimension] for dimension in self.by[1:])

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
