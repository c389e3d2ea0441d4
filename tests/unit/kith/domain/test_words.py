import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain.words import WORD_MOST, all_words, folded, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zoë Müller", ("zoe", "muller")),
        ("Łukasz from ŁÓDŹ", ("lukasz", "from", "lodz")),
        ("straße STRASSE", ("strasse",)),
        ("O'Brien O’Brien OBrien", ("obrien",)),  # noqa: RUF001  # an apostrophe
        ("Ｆｕｌｌ ﬁne", ("full", "fine")),  # noqa: RUF001  # full width
        ("İstanbul ısı", ("istanbul", "isi")),  # noqa: RUF001  # Turkish
        ("Ёлка Ελλάδα", ("елка", "ελλαδα")),
        ("हिन्दी", ("हिन्दी",)),
        ("مُحَمَّد محمد", ("محمد",)),
        ("שָׁלוֹם שלום", ("שלום",)),
        ("山田太郎", ("山田", "田太", "太郎")),
        ("iPhone手机", ("iphone", "手机")),
        ("が か", ("が", "か")),
        ("한국어", ("한국어",)),
        ("#tag_x @ada!", ("tag", "x", "ada")),
        ("👍 … % * ?", ()),
        ("I ❤️ tea ☕️", ("i", "tea")),
        ("\u0301 \u3099", ()),
        ("co\u00adoperate", ("cooperate",)),
        ("", ()),
    ],
)
def test_text_is_cut_into_words_as_people_look_for_them(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


def test_a_word_is_there_once_or_as_often_as_it_is_said() -> None:
    assert words("so So good") == ("so", "good")
    assert all_words("so So good") == ("so", "so", "good")


def test_of_a_long_word_the_beginning_counts() -> None:
    assert words("a" * 5_000) == ("a" * WORD_MOST,)


@given(st.text())
def test_no_word_can_cross_a_border_between_keys_and_none_is_empty(text: str) -> None:
    for word in words(text):
        assert 0 < len(word) <= WORD_MOST
        assert "#" not in word
        assert not any(unicodedata.category(character).startswith(("Z", "C", "P")) for character in word)


@given(st.text())
def test_folding_what_is_folded_changes_nothing_that_a_search_sees(text: str) -> None:
    assert all_words(folded(text)) == all_words(text)


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["Lu", "Ll"]), min_size=1))
def test_composed_and_decomposed_are_the_same(text: str) -> None:
    assert words(unicodedata.normalize("NFC", text)) == words(unicodedata.normalize("NFD", text))
