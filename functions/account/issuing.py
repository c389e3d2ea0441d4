"""Making tokens. What signs them lies in one secret that this room alone may read."""

import base64
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kith.domain.clock import Clock, system_clock
from kith.domain.errors import Unauthenticated
from kith.domain.sessions import owner
from kith.table.keys import KeyStore
from kith.tokens import Caller, SigningKey, public_jwk
from kith.vault import Vault

REFUSED = "The refresh token is not valid, or no longer."
_REFRESH_TOKEN = re.compile(r"([0-9a-f]{1,14}-[0-9a-f]{24})\.([1-9][0-9]{0,8})\.[A-Za-z0-9_-]{43}")


@dataclass
class TokenIssuer:
    """Signs access tokens and derives refresh tokens; makes what it needs for that at a deployment's first login."""

    vault: Vault
    keys: KeyStore
    clock: Clock = system_clock

    def access_token(self, caller: Caller) -> str:
        """Return a signed access token, which whoever holds it speaks for the caller with."""
        return self._signing_key.sign(caller, token_id=secrets.token_hex(12), now=self.clock())

    def refresh_token(self, session_id: str, generation: int) -> str:
        """Return the refresh token of a session's generation: derived, so that it need not be stored."""
        named = f"{session_id}.{generation}"
        secret = bytes.fromhex(self._material["refresh_secret"])
        digest = hmac.new(secret, named.encode(), hashlib.sha256).digest()
        return f"{named}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    def opened_refresh_token(self, token: str) -> tuple[int, str, int]:
        """Return the user, session and generation of a refresh token.

        Raises:
            Unauthenticated: we did not make it.
        """
        found = _REFRESH_TOKEN.fullmatch(token)
        if found is None:
            raise Unauthenticated(REFUSED)
        session_id, generation = found[1], int(found[2])
        if not hmac.compare_digest(token, self.refresh_token(session_id, generation)):
            raise Unauthenticated(REFUSED)
        return owner(session_id), session_id, generation

    def public_keys(self) -> list[dict[str, Any]]:
        """Return the public keys of access tokens, as JWKs."""
        _ = self._signing_key  # published at the latest when somebody asks
        return self.keys.published()

    @cached_property
    def _material(self) -> dict[str, str]:
        material: dict[str, str] = json.loads(self.vault.value() or self.vault.filled(_new_material()))
        return material

    @cached_property
    def _signing_key(self) -> SigningKey:
        key = SigningKey.from_pem(self._material["private_key"])
        # Before the first token that names it: a function that meets an unknown key looks here.
        if key.kid not in {jwk["kid"] for jwk in self.keys.published()}:
            self.keys.publish(public_jwk(key.private))
        return key


def _new_material() -> str:
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return json.dumps({"private_key": pem, "refresh_secret": secrets.token_hex(32)})
