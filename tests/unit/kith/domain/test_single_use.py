import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain import ids, single_use
from kith.domain.clock import DAY, SECOND
from kith.domain.single_use import LIFETIME, InvalidToken, Purpose


@given(st.integers(1, ids.LIMIT - 1))
def test_a_token_tells_whose_it_is_and_no_two_are_alike(user_id: int) -> None:
    token, other = single_use.new_token(user_id), single_use.new_token(user_id)
    assert single_use.owner(token) == single_use.owner(other) == user_id
    assert token != other
    assert single_use.digest_of(token) != single_use.digest_of(other)
    assert len(token.partition("-")[2]) == 43


@given(st.text(max_size=80))
def test_what_is_no_token_is_nobodys(text: str) -> None:
    with pytest.raises(InvalidToken):
        single_use.owner(text)


@pytest.mark.parametrize(
    "head", ["", "0", f"{ids.LIMIT:x}", "f" * 14, "1" * 15, "A", "-1", " 1", "1\n", "\N{FULLWIDTH DIGIT ONE}"]
)
def test_an_owner_that_there_cannot_be_is_refused(head: str) -> None:
    assert single_use.owner(f"1-{'A' * 43}") == 1
    with pytest.raises(InvalidToken):
        single_use.owner(f"{head}-{'A' * 43}")


def test_what_is_stored_of_a_token_does_not_hold_it() -> None:
    token = single_use.new_token(7)
    assert token.partition("-")[2] not in single_use.digest_of(token)
    assert len(single_use.digest_of(token)) == 64


def test_every_purpose_has_its_time() -> None:
    assert LIFETIME == {
        Purpose.RESET_PASSWORD: 10 * 60 * SECOND,
        Purpose.VERIFY_EMAIL: DAY,
        Purpose.OPEN_WEBSOCKET: 30 * SECOND,
    }


def test_a_refused_token_names_its_field_and_not_the_reason() -> None:
    refused = InvalidToken()
    assert (refused.code, [each.field for each in refused.fields]) == ("invalid_token", ["token"])
