"""Feeds: what is delivered to a reader before it is known whether the reader may still see it."""

from dataclasses import dataclass
from enum import StrEnum


class Arrival(StrEnum):
    """How an entry got into a feed."""

    OWN = "own"
    PUSHED = "pushed"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A candidate in one reader's feed; the post it names may be gone or no longer visible."""

    reader_id: int
    post_id: int
    author_id: int
    arrival: Arrival
