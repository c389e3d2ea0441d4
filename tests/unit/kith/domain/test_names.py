import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain.names import Kind, Match, distance, match, pairs, terms, typos_allowed, without_a_letter
from kith.domain.users import User

ADA = User(1, "ada.lovelace42", full_name="Áda King Lovelace")
SHORT = st.text(alphabet="abc", max_size=6)


def test_somebody_is_found_by_the_username_its_parts_and_the_words_of_the_full_name() -> None:
    assert terms("ada.lovelace42", "Áda King") == (
        "ada.lovelace42",
        "adalovelace42",
        "ada",
        "lovelace42",
        "lovelace",
        "king",
    )


def test_a_name_of_separators_alone_is_still_found_by_itself() -> None:
    assert terms("___", "") == ("___",)


def test_every_two_words_are_together_in_both_orders() -> None:
    assert set(pairs("ada_l", "Ada King")) == {("ada", "king"), ("king", "ada"), ("ada", "l"), ("l", "ada")}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ada.lovelace42", Match(Kind.USERNAME)),
        (" ADA.Lovelace42 ", Match(Kind.USERNAME)),
        ("ada", Match(Kind.WORDS)),
        ("lovelace ada", Match(Kind.WORDS)),
        ("ada love", Match(Kind.BEGINNINGS)),
        ("adal", Match(Kind.BEGINNINGS)),
        ("lovelcae", Match(Kind.TYPOS, 1)),
        ("lovvelaec", Match(Kind.TYPOS, 2)),
        ("lovelca", None),
        ("kng ada", None),
        ("kimg ada", Match(Kind.TYPOS, 1)),
        ("lovelace bob", None),
        ("%", None),
        ("", None),
    ],
)
def test_each_word_of_a_search_has_to_be_answered(query: str, expected: Match | None) -> None:
    assert match(query, ADA) == expected


def test_better_answers_come_first() -> None:
    ordered = [Match(Kind.USERNAME), Match(Kind.WORDS), Match(Kind.BEGINNINGS), Match(Kind.TYPOS, 1)]
    assert sorted(set(ordered)) == ordered


def test_short_words_may_have_no_typos_and_long_ones_two() -> None:
    assert [typos_allowed("x" * length) for length in (3, 4, 7, 8)] == [0, 1, 1, 2]


def alignment(one: str, other: str) -> int:
    """Return the distance as its definition says it."""
    if not one or not other:
        return len(one) + len(other)
    choices = [
        alignment(one[:-1], other) + 1,
        alignment(one, other[:-1]) + 1,
        alignment(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    ]
    if one[-2:] == other[-2:][::-1] and len(one) > 1 and len(other) > 1:
        choices.append(alignment(one[:-2], other[:-2]) + 1)
    return min(choices)


@given(SHORT, SHORT, st.integers(0, 3))
def test_the_distance_is_what_its_definition_says(one: str, other: str, most: int) -> None:
    assert distance(one, other, most) == min(alignment(one, other), most + 1)


@given(SHORT, SHORT)
def test_words_a_typo_apart_meet_when_a_letter_is_left_out(one: str, other: str) -> None:
    if distance(one, other, 1) <= 1:
        assert {one, *without_a_letter(one)} & {other, *without_a_letter(other)}
