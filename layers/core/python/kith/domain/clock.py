"""Time, as a value that can be injected."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]
"""Returns the time now, in milliseconds since the Unix epoch."""

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 86_400 * SECOND


def system_clock() -> int:
    """Return the host's time in milliseconds since the Unix epoch."""
    return time.time_ns() // 1_000_000


def milliseconds(timestamp: str) -> int:
    """Return the time that RFC 3339 text stands for, in milliseconds since the Unix epoch."""
    return int(datetime.fromisoformat(timestamp).timestamp() * SECOND)


def rfc3339(milliseconds: int) -> str:
    """Return a time as the contract writes it: `2026-01-31T12:00:00.000Z`."""
    moment = datetime.fromtimestamp(milliseconds // SECOND, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % SECOND:03d}Z"
