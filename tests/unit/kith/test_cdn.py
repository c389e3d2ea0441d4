"""Addresses that the CDN trusts, and the key that signs them."""

import base64
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kith.cdn import Cdn, CdnKey
from kith.domain.errors import Unavailable
from kith.vault import Vault

NOW = 1_795_000_000
SEALED = "https://cdn.example/media/7/640.webp?response-cache-control="


class Secrets:
    """Secrets Manager with one secret, which is empty at first."""

    def __init__(self) -> None:
        self.value = ""

    def get_secret_value(self, **_more: object) -> dict[str, str]:
        return {"SecretString": self.value}

    def put_secret_value(self, *, SecretString: str, **_more: object) -> dict[str, str]:  # noqa: N803  # AWS's name
        self.value = SecretString
        return {}


@pytest.fixture(scope="module")
def key() -> CdnKey:
    return CdnKey(Vault("a name", Secrets()))


def verified(public_key: str, url: str) -> datetime:
    """Return until when an address is good, as CloudFront finds out.

    Raises:
        InvalidSignature: it was not signed by that key, or altered since.
    """
    address, _, asked = url.partition("&Expires=")
    query = parse_qs("Expires=" + asked)
    until = int(query["Expires"][0])
    assert query["Key-Pair-Id"] == ["K123"]
    policy = {"Statement": [{"Resource": address, "Condition": {"DateLessThan": {"AWS:EpochTime": until}}}]}
    signature = query["Signature"][0].translate(str.maketrans("-_~", "+=/"))
    known = load_pem_public_key(public_key.encode())
    assert isinstance(known, rsa.RSAPublicKey)
    known.verify(
        base64.b64decode(signature),
        json.dumps(policy, separators=(",", ":")).encode(),
        padding.PKCS1v15(),
        SHA1(),  # noqa: S303  # CloudFront's choice
    )
    return datetime.fromtimestamp(until, UTC)


def signed(key: CdnKey) -> str:
    cdn = Cdn("https://cdn.example", "K123", key.signer)
    return cdn.signed("media/7/640.webp", until=NOW, cache_control="private, max-age=240")


def test_the_cdn_knows_the_key_that_signs(key: CdnKey) -> None:
    public_key = key.public()
    url = signed(key)
    assert url.startswith(SEALED)
    assert verified(public_key, url).timestamp() == NOW
    assert parse_qs(urlsplit(url).query)["response-cache-control"] == ["private, max-age=240"]
    for old, new in (("media/7/", "media/8/"), ("240&Exp", "999&Exp"), ("private", "public")):
        with pytest.raises(InvalidSignature):
            verified(public_key, url.replace(old, new))
    with pytest.raises(InvalidSignature):
        verified(CdnKey(Vault("another", Secrets())).public(), url)


def test_the_key_is_made_once(key: CdnKey) -> None:
    assert key.public() == key.public() == CdnKey(key.vault).public()
    with pytest.raises(Unavailable):
        CdnKey(Vault("empty", Secrets())).signer()
