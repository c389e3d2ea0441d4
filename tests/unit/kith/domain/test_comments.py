import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kith.domain import comments, ids
from kith.domain.comments import TEXT_MOST, Comment
from kith.domain.errors import Invalid


def refused(value: str) -> list[str]:
    """Return the fields that a text is refused for."""
    try:
        comments.text(value)
    except Invalid as refusal:
        return [error.field for error in refusal.fields]
    return []


@pytest.mark.parametrize(
    "value", ["x", "x" * TEXT_MOST, "👩‍👩‍👧‍👦", "two\nlines\tand\r\nmore", "\u202eright to left", "#"]
)
def test_what_people_say_is_kept_as_they_say_it(value: str) -> None:
    assert comments.text(value) == value


@pytest.mark.parametrize("value", ["", "x" * (TEXT_MOST + 1), "nul \x00", "\x1b[31m", "\x7f", "\x85"])
def test_nothing_too_much_and_control_characters_are_refused(value: str) -> None:
    assert refused(value) == ["text"]


def test_length_counts_what_is_stored() -> None:
    assert refused("e\u0301" * TEXT_MOST) == [], "each pair is stored as one"
    assert refused("e\u0301" * TEXT_MOST + "e") == ["text"]


@given(st.text(min_size=1) | st.text(st.characters(categories=["Cc", "M", "L"]), min_size=1))
@example("\r\n\t")
def test_any_text_is_refused_for_its_controls_or_stored_in_one_form(value: str) -> None:
    controls = {each for each in value if unicodedata.category(each) == "Cc"} - set("\t\n\r")
    assert refused(value) == (["text"] if controls else [])
    if not controls:
        stored = comments.text(value)
        assert stored == unicodedata.normalize("NFC", value) == comments.text(stored)


@given(st.integers(ids.EPOCH, ids.created_at(ids.LIMIT - 1)), st.integers(0, 2**ids.SUFFIX_BITS - 1))
def test_a_comment_knows_when_it_was_made(milliseconds: int, suffix: int) -> None:
    comment = Comment(ids.first_at(milliseconds) | suffix, 2, 3, "hello")
    assert comment.created_at == milliseconds
