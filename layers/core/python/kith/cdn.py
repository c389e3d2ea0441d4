"""The CDN before what is served of media: addresses that it trusts, and the key that signs them.

The key is made when the CDN is deployed, and kept where nobody else reads it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from kith.domain.errors import Unavailable
from kith.vault import Vault


@dataclass(frozen=True, slots=True)
class CdnKey:
    """An RSA key of 2,048 bits, as CloudFront asks for."""

    vault: Vault

    def public(self) -> str:
        """Return what the CDN knows it by, as PEM; make the key if there is none.

        Raises:
            Unavailable: it could not be made or read this time.
        """
        kept = self.vault.value() or self.vault.filled(_made())
        return _key(kept).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def signer(self) -> Callable[[bytes], bytes]:
        """Return what makes signatures, of the only kind that CloudFront takes of such a key.

        Raises:
            Unavailable: the key could not be read this time, or is not made yet.
        """
        kept = self.vault.value()
        if kept is None:
            raise Unavailable
        key = _key(kept)
        return lambda message: key.sign(message, padding.PKCS1v15(), SHA1())  # noqa: S303  # CloudFront's choice


@dataclass(frozen=True, slots=True)
class Cdn:
    """CloudFront, which asks a bucket for files."""

    url: str
    key_id: str
    """By which it knows the key."""
    signer: Callable[[], Callable[[bytes], bytes]]
    """Asked for when an address is."""

    def signed(self, name: str, *, until: int, cache_control: str) -> str:
        """Return where a file can be read until a time, in seconds, and with how long it may be kept."""
        address = f"{self.url}/{name}?{urlencode({'response-cache-control': cache_control}, quote_via=quote)}"
        signer = CloudFrontSigner(self.key_id, self.signer())
        return str(signer.generate_presigned_url(address, date_less_than=datetime.fromtimestamp(until, UTC)))


def _made() -> str:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _key(pem: str) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the CDN's key is not of the kind that CloudFront takes")
    return key
