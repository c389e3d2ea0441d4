"""Where a file that is served can be read for a while: at the bucket itself, or at the CDN before it.

Whoever is led there has just been found to be allowed. What everybody may see has one address within an hour, so that
browsers and the CDN keep it; what is for one viewer has one that is dead in less than five minutes.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from kith.domain.clock import HOUR, SECOND, Clock
from kith.storage import Storage

PERSONAL_SECONDS: Final = 240
"""Longer than a video, and whoever may see it no more has seen the last of it within five minutes."""
KEPT_BY_ALL: Final = "public, max-age=31536000, immutable"
KEPT_BY_VIEWER: Final = f"private, max-age={PERSONAL_SECONDS}"

LED_FOR_ALL, LED_FOR_VIEWER = "public, max-age=240", "private, max-age=30"
"""For how long whoever was led to a file goes there without asking again."""


class Signed(Protocol):
    """Makes an address that is good until a time."""

    def __call__(self, name: str, *, until: int, cache_control: str) -> str:
        """Return where a file can be read until a time, in seconds, and how long it may be kept."""
        ...


def headers_for(*, is_open: bool) -> dict[str, str]:
    """Return what is said with where a file is; `is_open` where everybody may see it."""
    return {
        "cache-control": LED_FOR_ALL if is_open else LED_FOR_VIEWER,
        "access-control-allow-origin": "*",  # the address is what opens it, and players fetch by scripts
    }


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where files can be read."""

    signed: Signed
    clock: Clock

    def of(self, name: str, *, is_open: bool) -> str:
        """Return where a file can be read by whoever has the address; `is_open` where everybody may see it."""
        now = self.clock()
        if is_open:
            until = (now // HOUR + 2) * HOUR // SECOND
            return self.signed(name, until=until, cache_control=KEPT_BY_ALL)
        return self.signed(name, until=now // SECOND + PERSONAL_SECONDS, cache_control=KEPT_BY_VIEWER)


@dataclass(frozen=True, slots=True)
class AtBucket:
    """Addresses of S3's own."""

    bucket: Storage
    clock: Clock

    def __call__(self, name: str, *, until: int, cache_control: str) -> str:
        """Return where a file can be read."""
        seconds = until - self.clock() // SECOND
        return self.bucket.presigned_get(name, seconds=seconds, cache_control=cache_control)
