"""Access tokens: the only place that reads a JWT. ES256 and nothing else, and of that only what we make ourselves.

PyJWT's strict options alone accept a wrong `typ`, an `exp` given as text or 1e308, claims given twice, an empty `sub`
and padded base64; each of these is refused here before PyJWT sees the token.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import ECAlgorithm

from kith.domain.clock import SECOND
from kith.domain.errors import Unauthenticated

ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"  # noqa: S105  # a type, not a secret
ISSUER = "kith"
AUDIENCE = "kith-api"
LONGEST_TOKEN = 2_048
LONGEST_LIFE = 3_600
"""Seconds; stages set less."""

CLOCK_SKEW = 5
"""Seconds that a signer's clock may be ahead of a verifier's."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_CLAIMS = frozenset({"iss", "aud", "sub", "iat", "nbf", "exp", "jti", "sid", "ver"})
_TIMES = ("iat", "nbf", "exp")
_SUBJECT = re.compile(r"[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, as the token says: the only source of identity."""

    user_id: int
    session_id: str
    epoch: int
    """Of the account; it rises when all its tokens are to end."""
    expires_at: int
    """Seconds since the Unix epoch."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key of access tokens, and its name: the thumbprint of its public half (RFC 7638)."""

    kid: str
    private: ec.EllipticCurvePrivateKey

    @classmethod
    def from_pem(cls, pem: str) -> "SigningKey":
        """Return the key in a PEM text.

        Raises:
            ValueError: it is no private key on the curve P-256.
        """
        private = load_pem_private_key(pem.encode(), password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
            raise ValueError("access tokens are signed with a P-256 key")  # noqa: TRY004  # the text is wrong, not its type
        return cls(public_jwk(private)["kid"], private)

    def sign(self, caller: Caller, *, token_id: str, now: int) -> str:
        """Return an access token for a caller; `now` is in milliseconds."""
        issued_at = now // SECOND
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(caller.user_id),
            "iat": issued_at,
            "nbf": issued_at,
            "exp": caller.expires_at,
            "jti": token_id,
            "sid": caller.session_id,
            "ver": caller.epoch,
        }
        return jwt.encode(
            claims, self.private, algorithm=ALGORITHM, headers={"typ": TOKEN_TYPE, "kid": self.kid}
        )


def public_jwk(private: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """Return the public half of a key as a JWK, with its thumbprint as `kid`."""
    point: dict[str, Any] = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    named = {"crv": point["crv"], "kty": point["kty"], "x": point["x"], "y": point["y"]}
    digest = hashlib.sha256(json.dumps(named, separators=(",", ":"), sort_keys=True).encode()).digest()
    kid = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return named | {"kid": kid, "alg": ALGORITHM, "use": "sig"}


def key_id(token: str) -> str:
    """Return the name of the key that a token says it is signed with. Nothing else of it is trusted yet.

    Raises:
        Unauthenticated: it is not formed like one of our tokens.
    """
    if len(token) > LONGEST_TOKEN or not _TOKEN.fullmatch(token):
        _refuse()
    header = _object(token.split(".", maxsplit=1)[0])
    if header.keys() != {"alg", "typ", "kid"} or header["alg"] != ALGORITHM or header["typ"] != TOKEN_TYPE:
        _refuse()
    kid = header["kid"]
    if not isinstance(kid, str):
        _refuse()
    return kid


def verified(token: str, jwk: Mapping[str, Any], *, now: int) -> Caller:
    """Return whom a token speaks for, after checking it against the public key it names; `now` in milliseconds.

    Raises:
        Unauthenticated: anything about it is not exactly as we make it.
    """
    if key_id(token) != jwk["kid"]:
        _refuse()
    _, payload, signature = token.split(".")
    if _encoded(_decoded(signature)) != signature or _encoded(_decoded(payload)) != payload:
        _refuse()  # another spelling of the same bytes
    claims = _object(payload)
    if claims.keys() != _CLAIMS or not all(type(claims[name]) is int for name in (*_TIMES, "ver")):
        _refuse()
    if not all(isinstance(claims[name], str) for name in ("iss", "aud", "sub", "jti", "sid")):
        _refuse()
    if not _SUBJECT.fullmatch(claims["sub"]) or not claims["jti"] or not claims["sid"]:
        _refuse()
    try:
        jwt.decode(
            token,
            _public_key(jwk["x"], jwk["y"]),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError as error:
        raise Unauthenticated from error
    present = now // SECOND
    lives = 0 < claims["exp"] - claims["iat"] <= LONGEST_LIFE
    begun = max(claims["nbf"], claims["iat"]) <= present + CLOCK_SKEW
    if not lives or not begun or present >= claims["exp"]:
        _refuse()
    return Caller(int(claims["sub"]), claims["sid"], claims["ver"], claims["exp"])


@cache
def _public_key(x: str, y: str) -> ec.EllipticCurvePublicKey:
    key = ECAlgorithm.from_jwk({"kty": "EC", "crv": "P-256", "x": x, "y": y})
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("a verifying key is public")
    return key


def _object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(
            _decoded(part).decode(), object_pairs_hook=_without_duplicates, parse_constant=_refused
        )
    except (ValueError, RecursionError) as error:
        raise Unauthenticated from error
    if not isinstance(value, dict):
        _refuse()
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error as error:
        raise Unauthenticated from error


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _refused(_: str) -> NoReturn:
    raise ValueError("not JSON")


def _refuse() -> NoReturn:
    raise Unauthenticated
