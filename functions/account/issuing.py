"""Making tokens. What signs them lies in one secret that this room alone may read."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from functions.account.keyring import DatedKey, KeyRing
from kith.domain.clock import MINUTE, Clock, system_clock
from kith.domain.errors import Unauthenticated
from kith.domain.sessions import RefreshToken, owner
from kith.table.keys import KeyStore
from kith.tokens import Caller, SigningKey, public_jwk
from kith.vault import Vault

REFUSED = "The refresh token is not valid, or no longer."
RING_KEPT = 5 * MINUTE
"""How long a warm function signs with keys that have been replaced; they stay published for longer."""
_REFRESH_TOKEN = re.compile(r"([0-9a-f]{1,14}-[0-9a-f]{24})\.([1-9][0-9]{0,8})\.[A-Za-z0-9_-]{43}")


@dataclass
class TokenIssuer:
    """Signs access tokens and derives refresh tokens; makes what it needs for that at a deployment's first login."""

    vault: Vault
    keys: KeyStore
    clock: Clock = system_clock
    _ring: KeyRing | None = field(default=None, init=False)
    _read_at: int = field(default=0, init=False)

    def access_token(self, caller: Caller) -> str:
        """Return a signed access token, which whoever holds it speaks for the caller with."""
        now = self.clock()
        key = _signing_key(self._current_ring().signing(now).private_key)
        return key.sign(caller, token_id=secrets.token_hex(12), now=now)

    def refresh_token(self, session_id: str, generation: int) -> str:
        """Return the refresh token of a session's generation: derived, so that it need not be stored."""
        named = f"{session_id}.{generation}"
        secret = bytes.fromhex(self._current_ring().refresh_secret)
        digest = hmac.new(secret, named.encode(), hashlib.sha256).digest()
        return f"{named}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    def opened_refresh_token(self, token: str) -> RefreshToken:
        """Return what a refresh token says.

        Raises:
            Unauthenticated: we did not make it.
        """
        found = _REFRESH_TOKEN.fullmatch(token)
        if found is None:
            raise Unauthenticated(REFUSED)
        session_id, generation = found[1], int(found[2])
        if not hmac.compare_digest(token, self.refresh_token(session_id, generation)):
            raise Unauthenticated(REFUSED)
        return RefreshToken(owner(session_id), session_id, generation)

    def public_keys(self) -> list[dict[str, Any]]:
        """Return the public keys of access tokens, the next one among them, as JWKs."""
        self._current_ring()  # published at the latest when somebody asks
        return self.keys.published()

    def rotate(self, *, at_once: bool = False) -> bool:
        """Make the next key if it is due, or replace all keys at once; return whether anything was done.

        With `at_once` what the former keys signed is refused within minutes, as public keys are read again.
        """
        ring, now, due = self._read_ring(), self.clock(), False
        if at_once:
            ring, due = ring.with_only(_new_key(), now), True
        elif ring.is_due(now):
            ring, due = ring.with_next(_new_key(), now), True
        self._publish(ring)
        if due:
            self.vault.replace(ring.to_json())
            self._ring = None
        kept = _key_ids(ring)
        for jwk in self.keys.published():
            if jwk["kid"] not in kept:
                self.keys.withdraw(jwk["kid"])
        return due

    def _current_ring(self) -> KeyRing:
        now = self.clock()
        if self._ring is None or now - self._read_at > RING_KEPT:
            ring = self._read_ring()
            # Before the first token that names it: a function that meets an unknown key looks there.
            self._publish(ring)
            self._ring, self._read_at = ring, now
        return self._ring

    def _read_ring(self) -> KeyRing:
        text = self.vault.value()
        if text is None:
            first = KeyRing(secrets.token_hex(32), (DatedKey(_new_key(), self.clock()),))
            text = self.vault.filled(first.to_json())
        return KeyRing.from_json(text)

    def _publish(self, ring: KeyRing) -> None:
        missing = _key_ids(ring) - {jwk["kid"] for jwk in self.keys.published()}
        for dated in ring.keys:
            key = _signing_key(dated.private_key)
            if key.kid in missing:
                self.keys.publish(public_jwk(key.private))


def _key_ids(ring: KeyRing) -> set[str]:
    return {_signing_key(dated.private_key).kid for dated in ring.keys}


@cache
def _signing_key(pem: str) -> SigningKey:
    return SigningKey.from_pem(pem)


def _new_key() -> str:
    private = ec.generate_private_key(ec.SECP256R1())
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
