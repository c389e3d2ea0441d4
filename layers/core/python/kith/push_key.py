"""The key by which push services know whose pushes they carry: Voluntary Application Server Identification (RFC 8292).

Browsers subscribe with its public half, and what they subscribed to takes pushes of no other. It is therefore made once,
when it is first asked for, and never replaced: every browser would have to subscribe anew.
"""

import base64
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from kith.domain.clock import HOUR, SECOND
from kith.domain.errors import Unavailable
from kith.vault import Vault

GOOD_FOR: Final = 12 * HOUR
"""Half of what services take at most."""


@dataclass(frozen=True, slots=True)
class PushKey:
    """The key's private half, while it is used."""

    private: ec.EllipticCurvePrivateKey

    @classmethod
    def from_pem(cls, pem: str) -> Self:
        """Return the key in a PEM text.

        Raises:
            ValueError: it is no private key on the curve P-256.
        """
        private = load_pem_private_key(pem.encode(), password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
            raise ValueError("pushes are signed with a P-256 key")  # noqa: TRY004  # the text is wrong, not its type
        return cls(private)

    @property
    def public(self) -> str:
        """Its public half, as a browser takes it: an uncompressed point in base64url."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def authorization(self, endpoint: str, *, contact: str, now: int) -> str:
        """Return the header that lets a push service take a push, and says whom to ask about it; `now` in milliseconds."""
        place = urlsplit(endpoint)
        claims: dict[str, str | int] = {
            "aud": f"{place.scheme}://{place.netloc}",
            "exp": (now + GOOD_FOR) // SECOND,
        }
        if contact:
            claims["sub"] = contact
        token = jwt.encode(claims, self.private, algorithm="ES256")
        return f"vapid t={token}, k={self.public}"


@dataclass(frozen=True, slots=True)
class KeptPushKey:
    """The key where it is kept."""

    vault: Vault

    def made(self) -> PushKey:
        """Return it; make it if there is none.

        Raises:
            Unavailable: it could not be made or read this time.
        """
        return PushKey.from_pem(self.vault.value() or self.vault.filled(_new_pem()))

    def found(self) -> PushKey:
        """Return it.

        Raises:
            Unavailable: it could not be read this time, or is not made yet.
        """
        kept = self.vault.value()
        if kept is None:
            raise Unavailable
        return PushKey.from_pem(kept)


def _new_pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
