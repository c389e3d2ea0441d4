"""Sealed texts: what a client is handed and must hand back unaltered. Signed, not secret, and spelled in one way."""

import base64
import hashlib
import hmac
import re

SIGNATURE_BYTES = 16
_SEALED = re.compile(r"[A-Za-z0-9_-]{1,2048}")


def sealed(text: str, secret: bytes, context: str) -> str:
    """Return a text sealed for one context: whom and what it is for."""
    return _encoded(_signature(text, secret, context) + text.encode())


def opened(seal: str, secret: bytes, context: str) -> str | None:
    """Return the text that was sealed, or None when it was altered or is for another context."""
    if not _SEALED.fullmatch(seal):
        return None
    try:
        octets = base64.urlsafe_b64decode(seal + "=" * (-len(seal) % 4))
        text = octets[SIGNATURE_BYTES:].decode()
    except ValueError:
        return None
    same_spelling = _encoded(octets) == seal
    signed = hmac.compare_digest(octets[:SIGNATURE_BYTES], _signature(text, secret, context))
    return text if same_spelling and signed else None


def _signature(text: str, secret: bytes, context: str) -> bytes:
    return hmac.new(secret, f"{context} {text}".encode(), hashlib.sha256).digest()[:SIGNATURE_BYTES]


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
