import itertools
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain import ids
from kith.web.paging import Cursors, ForeignCursor

SECRET = bytes(range(32))
CURSORS = Cursors(lambda: SECRET)
ALPHABET = string.ascii_letters + string.digits + "-_=+/. é"

identifiers = st.integers(1, ids.LIMIT - 1)
positions = st.text(min_size=1, max_size=40) | identifiers.map(str)


@given(positions, identifiers)
def test_a_cursor_opens_to_the_position_it_was_sealed_with(position: str, user_id: int) -> None:
    cursor = CURSORS.sealed(position, route="feed", user_id=user_id)
    assert CURSORS.opened(cursor, route="feed", user_id=user_id) == position
    assert cursor.isascii()
    assert not set(cursor) & set("=+/#&?% ")


@given(identifiers, identifiers, st.data())
def test_altering_any_one_character_makes_a_cursor_foreign(
    position: int, user_id: int, data: st.DataObject
) -> None:
    cursor = CURSORS.sealed(str(position), route="feed", user_id=user_id)
    place = data.draw(st.integers(0, len(cursor) - 1))
    character = data.draw(st.sampled_from(ALPHABET).filter(lambda each: each != cursor[place]))
    for altered in (
        cursor[:place] + character + cursor[place + 1 :],
        cursor[:place] + character + cursor[place:],
        cursor[:place] + cursor[place + 1 :],
    ):
        if altered != cursor:
            with pytest.raises(ForeignCursor):
                CURSORS.opened(altered, route="feed", user_id=user_id)


@pytest.mark.parametrize("position", ["1", "12", "123"])
def test_not_even_bits_that_stand_for_nothing_can_be_altered(position: str) -> None:
    cursor = CURSORS.sealed(position, route="feed", user_id=1)
    opened = []
    for place, character in itertools.product(range(len(cursor)), ALPHABET):
        altered = cursor[:place] + character + cursor[place + 1 :]
        try:
            opened.append((CURSORS.opened(altered, route="feed", user_id=1), altered))
        except ForeignCursor:
            continue
    assert set(opened) == {(position, cursor)}


@given(identifiers, identifiers, identifiers)
def test_another_users_or_routes_cursor_is_foreign(position: int, one: int, other: int) -> None:
    cursor = CURSORS.sealed(str(position), route="feed", user_id=one)
    with pytest.raises(ForeignCursor):
        CURSORS.opened(cursor, route="followers", user_id=one)
    if one != other:
        with pytest.raises(ForeignCursor):
            CURSORS.opened(cursor, route="feed", user_id=other)


def test_a_cursor_of_another_deployment_is_foreign() -> None:
    cursor = Cursors(lambda: b"another secret").sealed("7", route="feed", user_id=1)
    with pytest.raises(ForeignCursor):
        CURSORS.opened(cursor, route="feed", user_id=1)


@given(st.text(max_size=60) | st.text(st.sampled_from(ALPHABET), max_size=60))
def test_no_text_raises_anything_else(cursor: str) -> None:
    with pytest.raises(ForeignCursor):
        CURSORS.opened(cursor, route="feed", user_id=1)


@pytest.mark.parametrize("cursor", ["A" * 100_000, "\ud800", "\x00", "null", "0"])
def test_odd_cursors_are_foreign(cursor: str) -> None:
    with pytest.raises(ForeignCursor):
        CURSORS.opened(cursor, route="feed", user_id=1)
