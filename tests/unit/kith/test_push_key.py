"""The key by which push services know whose pushes they carry."""

import base64
from types import SimpleNamespace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kith.domain.errors import Unavailable
from kith.push_key import KeptPushKey, PushKey
from kith.vault import Vault

NOW = 1_795_000_000_000
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


class Secrets:
    """Secrets Manager with one secret, which is empty at first."""

    def __init__(self) -> None:
        self.value = ""

    def get_secret_value(self, **_more: object) -> dict[str, str]:
        return {"SecretString": self.value}

    def put_secret_value(self, *, SecretString: str, **_more: object) -> dict[str, str]:  # noqa: N803  # AWS's name
        self.value = self.value or SecretString
        return {}


@pytest.fixture
def kept() -> KeptPushKey:
    return KeptPushKey(Vault("a name", Secrets()))


def verifying(key: PushKey) -> ec.EllipticCurvePublicKey:
    """Return the key that a service makes of what stands beside the token."""
    point = base64.urlsafe_b64decode(key.public + "=")
    assert (len(point), point[0]) == (65, 4)
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def test_it_is_made_once(kept: KeptPushKey) -> None:
    with pytest.raises(Unavailable):
        kept.found()
    made = kept.made()
    assert kept.made().public == made.public == kept.found().public
    assert KeptPushKey(Vault("another", Secrets())).made().public != made.public


def test_a_service_can_tell_that_a_push_for_it_is_ours(kept: KeptPushKey) -> None:
    key = kept.made()
    header = key.authorization(ENDPOINT, contact="mailto:post@kith.example", now=NOW)
    scheme, token, named = header.split(" ")
    assert (scheme, named) == ("vapid", f"k={key.public}")
    token = token.removeprefix("t=").removesuffix(",")
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "typ": "JWT"}
    claims = jwt.decode(
        token,
        verifying(key),
        ["ES256"],
        audience="https://fcm.googleapis.com",
        options={"verify_exp": False, "require": ["exp", "aud", "sub"]},
    )
    assert claims == {
        "aud": "https://fcm.googleapis.com",
        "exp": NOW // 1_000 + 12 * 3_600,
        "sub": "mailto:post@kith.example",
    }


def test_another_key_does_not_verify_it(kept: KeptPushKey) -> None:
    token = kept.made().authorization(ENDPOINT, contact="", now=NOW).split(" ")[1].removeprefix("t=")
    other = PushKey(ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(
            token.removesuffix(","), verifying(other), ["ES256"], audience="https://fcm.googleapis.com"
        )


def test_whom_nobody_can_ask_says_so_by_saying_nothing(kept: KeptPushKey) -> None:
    token = kept.made().authorization(ENDPOINT, contact="", now=NOW).split(" ")[1].removeprefix("t=")
    claims = jwt.decode(token.removesuffix(","), options={"verify_signature": False})
    assert claims.keys() == {"aud", "exp"}


@pytest.mark.parametrize(
    "private", [rsa.generate_private_key(65_537, 2_048), ec.generate_private_key(ec.SECP384R1())]
)
def test_a_key_of_another_kind_is_refused(
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
) -> None:
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    client = SimpleNamespace(get_secret_value=lambda **_: {"SecretString": pem})
    with pytest.raises(ValueError, match="P-256"):
        KeptPushKey(Vault("a name", client)).found()
