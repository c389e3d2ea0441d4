"""Feeds: what is brought to a reader before it is known whether the reader may still see it."""

from dataclasses import dataclass
from enum import StrEnum


class Arrival(StrEnum):
    """How an entry got into a feed."""

    OWN = "own"
    PUSHED = "pushed"
    """Delivered when it was published or reposted."""
    PULLED = "pulled"
    """Fetched when the feed was read."""
    BACKFILLED = "backfilled"
    """Brought along by a follow."""
    REBUILT = "rebuilt"
    """Put back after the reader had been away, or where it was missing."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A candidate in one reader's feed; the post that it names may be gone or no longer visible.

    A post can be brought by its author and by each who has reposted it: `by_id` is whoever it was.
    """

    reader_id: int
    post_id: int
    by_id: int
    arrival: Arrival
    arrived_at: int = 0
    """Milliseconds since the Unix epoch."""
    is_repost: bool = False


@dataclass(frozen=True, slots=True)
class FeedState:
    """How a reader's feed is kept. Times are in milliseconds since the Unix epoch."""

    reader_id: int
    seen_at: int
    """When it was last read, to within a day; the account's beginning if it never was."""
    is_dormant: bool = False
    """Something was not delivered because the reader had been away."""
    rebuilding_since: int | None = None
    """What was not delivered is being put back."""
    rebuilt_at: int = 0
    """When that was last done."""
