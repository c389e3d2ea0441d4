import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain.errors import Invalid
from kith.domain.text import written
from tests.corpora import naughty_strings, needs_naughty_strings

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_text_is_kept_but_for_its_normal_form(value: str) -> None:
    kept = written("bio", value, most=1_000)
    assert kept == unicodedata.normalize("NFC", value)
    assert written("bio", kept, most=1_000) == kept


@pytest.mark.parametrize(
    "value",
    [
        "\N{FAMILY}\u200d\N{FAMILY}",
        "\u202eright to left\u202c",
        "tab\tline\nreturn\r",
        "क्षि",
        "z\u0361a\u0361l\u0361g\u0361o",
        "\ufeff",
    ],
)
def test_joiners_directions_and_marks_survive(value: str) -> None:
    assert written("text", value, least=1, most=100) == unicodedata.normalize("NFC", value)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: f"U+{ord(control):04X}")
def test_control_characters_are_refused(control: str) -> None:
    with pytest.raises(Invalid) as refused:
        written("bio", f"a{control}b", most=100)
    assert [error.field for error in refused.value.fields] == ["bio"]


def test_lengths_count_code_points_after_composition() -> None:
    decomposed = "e\u0301" * 5
    assert written("bio", decomposed, most=5) == "\u00e9" * 5
    assert written("bio", "\N{GRINNING FACE}" * 5, most=5) == "\N{GRINNING FACE}" * 5
    for value in (decomposed + "e", ""):
        with pytest.raises(Invalid):
            written("bio", value, least=1, most=5)


@needs_naughty_strings
def test_naughty_strings_are_kept_or_refused_and_nothing_else() -> None:
    kept = 0
    for value in naughty_strings():
        try:
            assert written("text", value, most=5_000) == unicodedata.normalize("NFC", value)
            kept += 1
        except Invalid:
            assert any(unicodedata.category(each) == "Cc" for each in value), value
    assert kept > 400
