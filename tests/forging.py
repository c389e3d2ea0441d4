"""Tokens as an attacker would write them: any header, any claims, any spelling, signed by whichever key."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from kith.tokens import AUDIENCE, ISSUER, SigningKey, public_jwk

Key = ec.EllipticCurvePrivateKey


def encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def new_key() -> SigningKey:
    private = ec.generate_private_key(ec.SECP256R1())
    return SigningKey(public_jwk(private)["kid"], private)


def header_of(key: SigningKey) -> dict[str, Any]:
    return {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}


def claims_at(now: int) -> dict[str, Any]:
    """Return the claims of a valid token issued at a time in seconds."""
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "42",
        "iat": now,
        "nbf": now,
        "exp": now + 600,
        "jti": "token-1",
        "sid": "session-1",
        "ver": 1,
    }


def forged(header: dict[str, Any] | str | bytes, claims: dict[str, Any] | str | bytes, private: Key) -> str:
    """Return a token with a genuine ES256 signature over whatever is given."""
    signing_input = f"{encoded(_bytes(header))}.{encoded(_bytes(claims))}"
    return f"{signing_input}.{encoded(es256(signing_input, private))}"


def es256(signing_input: str, private: Key) -> bytes:
    r, s = decode_dss_signature(private.sign(signing_input.encode(), ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _bytes(part: dict[str, Any] | str | bytes) -> bytes:
    if isinstance(part, bytes):
        return part
    return (part if isinstance(part, str) else json.dumps(part, separators=(",", ":"))).encode()
