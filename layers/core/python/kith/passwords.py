"""Passwords: argon2id, and none that everybody tries first."""

from dataclasses import dataclass, field
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from kith.domain.errors import Invalid
from kith.domain.users import PASSWORD_LEAST

MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
"""OWASP's first recommendation for argon2id (Password Storage Cheat Sheet, 2024)."""


@dataclass
class Argon2Passwords:
    """Hashes and verifies passwords."""

    hasher: PasswordHasher = field(
        default_factory=lambda: PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
    )

    def hashed(self, password: str) -> str:
        """Return the hash to keep of a password.

        Raises:
            Invalid: it is among the commonest.
        """
        if password.casefold() in self._common:
            raise Invalid.because("password", "is one that many people use; choose another")
        return self.hasher.hash(password)

    def matches(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is the one of a hash; without one it is checked against a decoy, to take as long."""
        try:
            return self.hasher.verify(kept or self._decoy, password) and kept is not None
        except VerifyMismatchError:
            return False

    @cached_property
    def _decoy(self) -> str:
        return self.hasher.hash("")

    @cached_property
    def _common(self) -> frozenset[str]:
        # Some 30,000 from breaches (Burnett's list, by zxcvbn); read at the first registration only.
        from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415  # see above

        return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= PASSWORD_LEAST)
