"""Who is calling: identity comes from the access token and from nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kith import tokens
from kith.domain.clock import SECOND, Clock, system_clock
from kith.domain.errors import Unauthenticated
from kith.table.keys import KeyStore
from kith.tokens import Caller

SCHEME = "bearer "
RELOAD_PAUSE = 1 * SECOND
"""How long an unknown key is not asked for again: tokens that name made-up keys must not cost a read each."""


@dataclass(slots=True)
class BearerTokens:
    """Reads access tokens from the header that carries them. Remembers the public keys while the function is warm."""

    keys: KeyStore
    clock: Clock = system_clock
    _known: dict[str, dict[str, Any]] = field(default_factory=dict, init=False)
    _asked_at: int = field(default=-RELOAD_PAUSE, init=False)

    def caller_of(self, headers: Mapping[str, str]) -> Caller:
        """Return who is calling; header names are in lower case.

        Raises:
            Unauthenticated: there is no token, or it is not valid.
        """
        authorization = headers.get("authorization", "")
        if authorization[: len(SCHEME)].lower() != SCHEME:
            raise Unauthenticated
        token = authorization[len(SCHEME) :].strip()
        now = self.clock()
        return tokens.verified(token, self._key(tokens.key_id(token), now), now=now)

    def _key(self, kid: str, now: int) -> dict[str, Any]:
        if kid not in self._known and now - self._asked_at >= RELOAD_PAUSE:
            self._asked_at = now
            self._known = {jwk["kid"]: jwk for jwk in self.keys.published()}
        if kid not in self._known:
            raise Unauthenticated
        return self._known[kid]
