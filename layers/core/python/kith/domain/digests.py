"""Digests: what somebody is told of in one period, summed up in one mail.

Each account has periods of its own, shifted by what follows from its identifier, so that not everybody's mail is due
at the full hour.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from kith.domain.notifications import Pace

SHARDS: Final = 8
"""Lists of digests that are due: one would take as many writes as a partition does."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The mail of one account for one period of a pace; `due_at`, in milliseconds, is when the period ends."""

    user_id: int
    pace: Pace
    due_at: int

    @property
    def shard(self) -> int:
        """The list that it is due in."""
        return self.user_id % SHARDS

    @property
    def message_id(self) -> str:
        """What names its mail, and nobody."""
        return hashlib.sha256(f"digest {self.user_id} {self.pace} {self.due_at}".encode()).hexdigest()


def digest_at(user_id: int, pace: Pace, moment: int, *, period: int) -> Digest:
    """Return the digest that what happens at a moment belongs to; times and the period in milliseconds."""
    shift = int.from_bytes(hashlib.sha256(str(user_id).encode()).digest()[:8]) % period
    return Digest(user_id, pace, ((moment - shift) // period + 1) * period + shift)
