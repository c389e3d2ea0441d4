"""Identifiers: integers below 2**53, ordered by time, so that every JSON reader keeps them exact.

41 bits of milliseconds since 2025 (enough until 2094), then 12 bits that tell apart what one millisecond makes.
Two makers can draw the same number; every creation is conditional on its key being free, and draws again.
After Twitter's Snowflake, without its machine numbers, which a function that scales to zero does not have.
"""

import secrets
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from kith.domain.clock import Clock, system_clock

EPOCH = 1_735_689_600_000
"""2025-01-01T00:00:00Z, in milliseconds."""
SUFFIX_BITS = 12
LIMIT = 1 << 53
DIGITS = len(str(LIMIT))
_DIGITS = string.digits + string.ascii_lowercase


def created_at(identifier: int) -> int:
    """Return when an identifier was made, in milliseconds since the Unix epoch."""
    return (identifier >> SUFFIX_BITS) + EPOCH


def first_at(milliseconds: int) -> int:
    """Return the smallest identifier that can be made at a time given in milliseconds since the Unix epoch."""
    return max(milliseconds - EPOCH, 0) << SUFFIX_BITS


def short(number: int) -> str:
    """Return a number in base 36, which `int(text, 36)` reads."""
    written = ""
    while number or not written:
        number, digit = divmod(number, len(_DIGITS))
        written = _DIGITS[digit] + written
    return written


def packed(identifiers: Sequence[int]) -> str:
    """Return identifiers as a cursor says them: as distances from the least of them, which keeps it short."""
    least = min(identifiers, default=0)
    return " ".join(short(each) for each in (least, *(identifier - least for identifier in identifiers)))


def unpacked(text: str) -> tuple[int, ...]:
    """Return the identifiers that were packed, in their order."""
    least, *distances = (int(word, 36) for word in text.split(" "))
    return tuple(least + distance for distance in distances)


def random_suffix() -> int:
    """Return the bits that tell apart what is made in one millisecond."""
    return secrets.randbits(SUFFIX_BITS)


@dataclass(slots=True)
class Identifiers:
    """Makes identifiers, each greater than the one before."""

    clock: Clock = system_clock
    suffix: Callable[[], int] = random_suffix
    _last: int = field(default=0, init=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def __call__(self) -> int:
        """Return a new identifier."""
        with self._lock:
            self._last = max(first_at(self.clock()) | self.suffix(), self._last + 1)
            return self._last
