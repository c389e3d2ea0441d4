"""Messages that one browser alone can read."""

import base64
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from kith.push_encryption import PADDED, Once, Receiver, encrypted
from tests.component.pushing import Browser, encoded, point_of

# RFC 8291, section 5 and appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
BODY_MOST = 4_096
"""What every push service takes (RFC 8030, 7.2)."""


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(text)), ec.SECP256R1())


def test_the_example_of_the_standard_comes_out_byte_for_byte() -> None:
    receiver = Receiver.of(P256DH, AUTH)
    once = Once(private(SENDER), decoded(SALT))
    assert encrypted(PLAIN, receiver, once, padded=len(PLAIN)) == decoded(MESSAGE)


def test_the_reader_of_these_tests_reads_the_example_of_the_standard() -> None:
    browser = Browser("any", private(BROWSER), decoded(AUTH))
    assert browser.to_json()["keys"] == {"p256dh": P256DH, "auth": AUTH}
    assert browser.read(decoded(MESSAGE)) == PLAIN


@given(st.binary(max_size=PADDED))
def test_the_browser_reads_what_was_written_and_its_length_tells_nothing(content: bytes) -> None:
    browser = Browser("any")
    receiver = Receiver.of(**browser.to_json()["keys"])
    body = encrypted(content, receiver, Once.drawn())
    assert browser.read(body) == content
    assert len(body) == len(encrypted(b"", receiver, Once.drawn())) < BODY_MOST


def test_nobody_else_reads_it() -> None:
    browser = Browser("any")
    body = encrypted(b"words", Receiver.of(**browser.to_json()["keys"]), Once.drawn())
    for other in (replace(browser, auth=bytes(16)), Browser("any")):
        with pytest.raises(InvalidTag):
            other.read(body)
    with pytest.raises(InvalidTag):
        browser.read(body[:-1] + bytes([body[-1] ^ 1]))


def test_nothing_is_drawn_twice() -> None:
    drawn = [Once.drawn() for _ in range(50)]
    assert len({each.salt for each in drawn}) == 50
    assert len({point_of(each.private.public_key()) for each in drawn}) == 50


def test_a_content_that_would_be_seen_to_be_longer_is_refused() -> None:
    with pytest.raises(ValueError, match="2048 bytes, not 2049"):
        encrypted(bytes(PADDED + 1), Receiver.of(P256DH, AUTH), Once.drawn())


def test_keys_may_be_padded_as_some_libraries_do() -> None:
    assert Receiver.of(P256DH + "=", AUTH + "==") == Receiver.of(P256DH, AUTH)


OFF_THE_CURVE = encoded(b"\x04" + bytes(31) + b"\x01" + bytes(31) + b"\x01")
COMPRESSED = encoded(b"\x02" + decoded(P256DH)[1:33])


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", AUTH),
        (P256DH, ""),
        (OFF_THE_CURVE, AUTH),
        (COMPRESSED, AUTH),
        (encoded(b"\x06" + decoded(P256DH)[1:]), AUTH),
        (encoded(decoded(P256DH) + b"\x00"), AUTH),
        (P256DH.replace("_", "/").replace("-", "+"), AUTH),
        (P256DH, AUTH[:-1]),
        (P256DH, encoded(bytes(17))),
        (P256DH, AUTH[:-1] + "h"),  # the same bytes, spelled otherwise
        (P256DH, AUTH + "\n"),
        (P256DH, "\ud800" * 22),
        (P256DH[:-1] + "é", AUTH),
    ],
)
def test_what_is_no_key_is_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Receiver.of(p256dh, auth)
