"""Encrypting what one browser alone can read: Message Encryption for Web Push (RFC 8291), as one record of RFC 8188.

What is sent is always of the same length, so that whoever carries it learns nothing by it.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass
from typing import Final, Self

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

AUTH_BYTES, POINT_BYTES, SALT_BYTES = 16, 65, 16
RECORD: Final = 4_096
"""The size of a record that the header tells; this one is the last, and smaller."""
PADDED: Final = 2_048
"""Bytes of content with its padding. With all that is around them they are well below the 4,096 that services must take."""
LAST_RECORD: Final = b"\x02"


@dataclass(frozen=True, slots=True)
class Receiver:
    """A browser's public key and the secret that it shares with whoever may send to it."""

    public: ec.EllipticCurvePublicKey
    auth: bytes

    @classmethod
    def of(cls, p256dh: str, auth: str) -> Self:
        """Return the receiver of a subscription's keys, each in base64url.

        Raises:
            ValueError: the first is no uncompressed point of P-256, or the second not 16 bytes.
        """
        point, secret = _decoded(p256dh), _decoded(auth)
        if len(point) != POINT_BYTES or len(secret) != AUTH_BYTES:
            raise ValueError("a key is not of the right length")
        return cls(ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point), secret)


@dataclass(frozen=True, slots=True)
class Once:
    """What is drawn for one message, and never used again."""

    private: ec.EllipticCurvePrivateKey
    salt: bytes

    @classmethod
    def drawn(cls) -> Self:
        """Draw them."""
        return cls(ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(SALT_BYTES))


def encrypted(content: bytes, receiver: Receiver, once: Once, *, padded: int = PADDED) -> bytes:
    """Return the body of a request that carries a content to a receiver; its Content-Encoding is `aes128gcm`.

    Raises:
        ValueError: the content is longer than what it is padded to.
    """
    if len(content) > padded:
        raise ValueError(f"a push holds {padded} bytes, not {len(content)}")
    sender, browser = _point(once.private.public_key()), _point(receiver.public)
    shared = once.private.exchange(ec.ECDH(), receiver.public)
    keying = _expanded(_mac(receiver.auth, shared), b"WebPush: info\0" + browser + sender, 32)
    drawn = _mac(once.salt, keying)
    key = _expanded(drawn, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _expanded(drawn, b"Content-Encoding: nonce\0", 12)
    record = content + LAST_RECORD + bytes(padded - len(content))
    header = once.salt + RECORD.to_bytes(4) + len(sender).to_bytes(1) + sender
    return header + AESGCM(key).encrypt(nonce, record, None)


def _mac(key: bytes, message: bytes) -> bytes:
    """Return an HMAC, by which HKDF extracts (RFC 5869)."""
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(message)
    return made.finalize()


def _expanded(key: bytes, info: bytes, length: int) -> bytes:
    return HKDFExpand(hashes.SHA256(), length, info).derive(key)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _decoded(text: str) -> bytes:
    """Return the bytes that base64url stands for, with or without padding."""
    bare = text.rstrip("=")
    try:
        found = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("a key is not in base64url") from None
    if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != bare:
        raise ValueError("a key is another spelling of its bytes")
    return found
