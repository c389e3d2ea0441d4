"""Who is calling: identity comes from the access token and from nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kith import tokens
from kith.domain.clock import MINUTE, SECOND, Clock, system_clock
from kith.domain.errors import Unauthenticated
from kith.metrics import KEY_CACHE_HITS
from kith.table.keys import KeyStore
from kith.tokens import Caller
from kith.tracing import measure
from kith.web.cookies import ACCESS, SentCookies

SCHEME = "bearer "
RELOAD_PAUSE = 1 * SECOND
"""How long an unknown key is not asked for again: tokens that name made-up keys must not cost a read each."""
KEYS_KEPT = 5 * MINUTE
"""How long a public key that has been withdrawn may still be taken for valid."""


@dataclass(slots=True)
class AccessTokens:
    """Reads access tokens from where they are carried. Remembers the public keys while the function is warm."""

    keys: KeyStore
    clock: Clock = system_clock
    _known: dict[str, dict[str, Any]] = field(default_factory=dict, init=False)
    _asked_at: int = field(default=-KEYS_KEPT, init=False)

    def caller_of(self, headers: Mapping[str, str], cookies: SentCookies) -> Caller:
        """Return who is calling: as the header says or, without one, the cookie. Header names are in lower case.

        Raises:
            Unauthenticated: there is no token, or it is not valid.
            CrossSite: another site may have sent the cookie.
        """
        token = _bearer(headers) if "authorization" in headers else cookies.token(ACCESS)
        if not token:
            raise Unauthenticated
        now = self.clock()
        return tokens.verified(token, self._key(tokens.key_id(token), now), now=now)

    def _key(self, kid: str, now: int) -> dict[str, Any]:
        age = now - self._asked_at
        is_asked_for = age >= KEYS_KEPT or (kid not in self._known and age >= RELOAD_PAUSE)
        measure(KEY_CACHE_HITS, 0 if is_asked_for else 100)
        if is_asked_for:
            self._known = {jwk["kid"]: jwk for jwk in self.keys.published()}
            self._asked_at = now  # only now: where that failed, it is asked again
        if kid not in self._known:
            raise Unauthenticated
        return self._known[kid]


def _bearer(headers: Mapping[str, str]) -> str | None:
    authorization = headers["authorization"]
    if authorization[: len(SCHEME)].lower() != SCHEME:
        return None
    return authorization[len(SCHEME) :].strip()
