import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.web.seals import CAPACITY, LONGEST, opened, sealed

SECRET, OTHER = bytes(32), bytes(31) + b"x"
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300)


@given(TEXTS, st.text(st.characters(codec="utf-8")))
def test_what_is_sealed_is_opened_for_its_context_only(text: str, context: str) -> None:
    seal = sealed(text, SECRET, context)
    assert opened(seal, SECRET, context) == text
    assert opened(seal, SECRET, context + "x") is None
    assert opened(seal, OTHER, context) is None
    assert sealed(text, SECRET, context) == seal, "an address stays the same"


@given(st.integers(0, 400), st.integers(0, 7))
def test_a_seal_that_is_altered_anywhere_is_none(place: int, bit: int) -> None:
    seal = sealed("a place in a list", SECRET, "7 feed")
    octets = bytearray(base64.urlsafe_b64decode(seal + "=" * (-len(seal) % 4)))
    octets[place % len(octets)] ^= 1 << bit
    assert opened(base64.urlsafe_b64encode(octets).rstrip(b"=").decode(), SECRET, "7 feed") is None


def test_a_seal_has_one_spelling() -> None:
    seal = sealed("a place in a list.", SECRET, "7 feed")
    assert len(seal) % 4 == 2, "the last character has bits to spare"
    respelled = [seal[:-1] + other for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if other != seal[-1]]
    assert [opened(each, SECRET, "7 feed") for each in respelled] == [None] * len(respelled)


def test_whatever_is_sealed_is_short_enough_to_be_opened() -> None:
    longest = "x" * CAPACITY
    seal = sealed(longest, SECRET, "7 feed")
    assert len(seal) == LONGEST
    assert opened(seal, SECRET, "7 feed") == longest
    with pytest.raises(ValueError, match="room for 1520 octets, not 1521"):
        sealed(longest[:-1] + "é", SECRET, "7 feed")


def test_a_seal_does_not_tell_what_is_in_it() -> None:
    seal = sealed("246496709741120", SECRET, "7 feed")
    assert b"2464" not in base64.urlsafe_b64decode(seal + "=" * (-len(seal) % 4))


@pytest.mark.parametrize("seal", ["", "A", "AAAA", "A" * 30, "A" * 2_049, "=", "é", "a b"])
def test_what_is_no_seal_is_none(seal: str) -> None:
    assert opened(seal, SECRET, "7 feed") is None
