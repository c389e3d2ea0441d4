"""Sealed texts: what a client is handed and must hand back unaltered. Secret, and spelled in one way.

AES-SIV (RFC 5297): the same text for the same context is the same seal, so addresses can be cached.
"""

import base64
import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

LONGEST = 2_048
"""Characters of a seal, which goes into an address."""
CAPACITY = LONGEST * 3 // 4 - 16
"""Octets of text that one has room for, beside those that authenticate it."""
_SEALED = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST}}}")


def sealed(text: str, secret: bytes, context: str) -> str:
    """Return a text, which is not empty, sealed for one context: whom and what it is for.

    Raises:
        ValueError: it is longer than CAPACITY, so that nobody could open it.
    """
    octets = text.encode()
    if len(octets) > CAPACITY:
        message = f"a seal has room for {CAPACITY} octets, not {len(octets)}"
        raise ValueError(message)
    return _encoded(_cipher(secret).encrypt(octets, [context.encode()]))


def opened(seal: str, secret: bytes, context: str) -> str | None:
    """Return the text that was sealed, or None when it was altered or is for another context."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # who seals now and then starts without it

    if not _SEALED.fullmatch(seal):
        return None
    try:
        octets = base64.urlsafe_b64decode(seal + "=" * (-len(seal) % 4))
        text = _cipher(secret).decrypt(octets, [context.encode()]).decode()
    except (ValueError, InvalidTag):
        return None
    return text if _encoded(octets) == seal else None


def _cipher(secret: bytes) -> "AESSIV":
    """Return what seals with a secret, which may sign other things as well."""
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415  # the same

    return AESSIV(hashlib.sha256(b"seals " + secret).digest())


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
