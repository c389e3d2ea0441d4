"""What signs tokens: one secret for refresh tokens, and a key for access tokens that is replaced every month.

A key is published a day before it is used, so that whoever keeps the public keys for a while has it by then, and stays
published until the last token that it signed has expired.
"""

import json
from dataclasses import asdict, dataclass, replace
from typing import Self

from kith.domain.clock import DAY, SECOND
from kith.tokens import LONGEST_LIFE

ROTATED_AFTER = 30 * DAY
PUBLISHED_AHEAD = 1 * DAY


@dataclass(frozen=True, slots=True)
class DatedKey:
    """A private key, and from when it signs, in milliseconds since the Unix epoch."""

    private_key: str
    """PEM."""
    active_from: int


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys in use and the next one, oldest first."""

    refresh_secret: str
    keys: tuple[DatedKey, ...]

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the ring that a text holds."""
        found = json.loads(text)
        return cls(found["refresh_secret"], tuple(DatedKey(**key) for key in found["keys"]))

    def to_json(self) -> str:
        """Return the ring as text."""
        return json.dumps(asdict(self))

    def signing(self, now: int) -> DatedKey:
        """Return the key that signs at a time: the first one signs whatever the clock says."""
        return next((key for key in reversed(self.keys) if key.active_from <= now), self.keys[0])

    def is_due(self, now: int) -> bool:
        """Tell whether the next key has to be made, a day before it is to sign."""
        return self.keys[-1].active_from + ROTATED_AFTER - PUBLISHED_AHEAD <= now

    def with_next(self, private_key: str, now: int) -> "KeyRing":
        """Return the ring with a key that signs in a day, and without those whose tokens have all expired."""
        signing = self.keys.index(self.signing(now))
        expired = self.keys[signing].active_from + LONGEST_LIFE * SECOND <= now
        kept = self.keys[signing:] if expired else self.keys[max(0, signing - 1) :]
        return replace(self, keys=(*kept, DatedKey(private_key, now + PUBLISHED_AHEAD)))

    def with_only(self, private_key: str, now: int) -> "KeyRing":
        """Return the ring with one new key in the place of all: the others are no longer to be trusted."""
        return replace(self, keys=(DatedKey(private_key, now),))
