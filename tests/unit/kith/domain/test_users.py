import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain import users
from kith.domain.errors import Invalid
from kith.domain.users import RESERVED_USERNAMES, Standing, Tally, User
from tests.corpora import naughty_strings, needs_naughty_strings

NAME = string.ascii_lowercase + string.digits + "_."
names = st.text(st.sampled_from(NAME), min_size=3, max_size=30).filter(
    lambda name: name not in RESERVED_USERNAMES
)


@given(names)
def test_a_username_is_kept_case_folded(name: str) -> None:
    assert users.username(name) == users.username(name.upper()) == name


@given(st.text(max_size=40))
def test_whatever_is_written_a_username_is_of_the_contract_or_refused(value: str) -> None:
    try:
        kept = users.username(value)
    except Invalid as refused:
        assert [error.field for error in refused.fields] == ["username"]  # noqa: PT017  # both outcomes are right
    else:
        assert re.fullmatch(r"[a-z0-9_.]{3,30}", kept)
        assert kept not in RESERVED_USERNAMES
        assert users.username(kept) == kept


@pytest.mark.parametrize(
    "value",
    [
        "",
        "ab",
        "a" * 31,
        "ann lee",
        "ann#1",
        "ann-lee",
        "ann\n",
        "änn",
        "\N{CYRILLIC SMALL LETTER A}nn",
        "ann@x",
        "ann\x00",
        "\u202eann",
    ],
)
def test_names_outside_the_alphabet_are_refused(value: str) -> None:
    with pytest.raises(Invalid):
        users.username(value)


@pytest.mark.parametrize("reserved", sorted(RESERVED_USERNAMES))
def test_reserved_words_are_refused_in_every_case(reserved: str) -> None:
    assert users.username(reserved.replace("-", "_")[:29] + "x")
    for spelling in (reserved, reserved.upper(), reserved.capitalize()):
        with pytest.raises(Invalid):
            users.username(spelling)


def test_letters_that_fold_to_others_cannot_make_a_second_account_of_a_name() -> None:
    kelvin, long_s = "\N{KELVIN SIGN}ate", "\N{LATIN SMALL LETTER LONG S}am"
    assert users.username(kelvin) == "kate"
    assert users.username(long_s) == "sam"


@pytest.mark.parametrize(
    "value",
    ["ann@kith.example", "a.b+c@sub.kith.example", "Ann@KITH.example", "ünï@exämple.de", "o'neil@kith.ie"],
)
def test_an_address_is_kept_as_written(value: str) -> None:
    assert users.email(value) == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "ann",
        "@kith.example",
        "ann@",
        "ann@kith",
        "ann@@kith.example",
        "ann@kith..example",
        "ann@.example",
        "ann lee@kith.example",
        "ann@kith.example\n",
        "ann@kith.example\r\nBcc: all@kith.example",
        "a\x00nn@kith.example",
        "ann@kith.example,bob@kith.example",
        "Ann <ann@kith.example>",
        f"{'a' * 65}@kith.example",
        f"ann@{'k' * 64}.example",
        f"ann@{'kith.' * 60}example",
    ],
)
def test_what_can_be_no_address_is_refused(value: str) -> None:
    with pytest.raises(Invalid) as refused:
        users.email(value)
    assert [error.field for error in refused.value.fields] == ["email"]


def test_a_full_name_has_at_most_100_characters() -> None:
    assert users.full_name("") == ""
    assert users.full_name("é" * 100) == "é" * 100
    with pytest.raises(Invalid):
        users.full_name("é" * 101)


@needs_naughty_strings
def test_naughty_strings_as_names_and_addresses_are_kept_or_refused() -> None:
    for value in naughty_strings():
        for read in (users.username, users.email, users.full_name):
            try:
                assert "\x00" not in read(value)
            except Invalid as refused:
                assert refused.fields  # noqa: PT017  # both outcomes are right


def test_only_an_active_account_is_active() -> None:
    assert {standing for standing in Standing if User(1, "ann", standing=standing).is_active} == {
        Standing.ACTIVE
    }


@given(st.lists(st.tuples(*[st.integers(-5, 5)] * 4)))
def test_tallies_of_shards_add_up_field_by_field(shards: list[tuple[int, int, int, int]]) -> None:
    total = sum((Tally(*shard) for shard in shards), Tally())
    sums = [sum(column) for column in zip(*shards, strict=True)] or [0] * 4
    assert [total.followers, total.following, total.posts, total.requests] == sums
