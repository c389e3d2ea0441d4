import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain import ids
from kith.domain.operations import OperationNotFound
from kith.web.downloads import LIFETIME, Downloads
from kith.web.paging import Cursors, ForeignCursor

SECRET = bytes(range(32))
DOWNLOADS = Downloads(lambda: SECRET)
NOW = 1_800_000_000_000
ALPHABET = string.ascii_letters + string.digits + "-_=+/. é"

identifiers = st.integers(1, ids.LIMIT - 1)


@given(identifiers, identifiers)
def test_a_token_stands_for_one_archive_for_three_hours(user_id: int, operation_id: int) -> None:
    token, expires_at = DOWNLOADS.token(user_id, operation_id, now=NOW)
    assert expires_at == NOW + LIFETIME == NOW + 3 * 3_600_000
    assert DOWNLOADS.opened(token, now=expires_at - 1) == (user_id, operation_id)
    with pytest.raises(OperationNotFound):
        DOWNLOADS.opened(token, now=expires_at)
    assert not set(token) & set("=+/#&?% ")


@given(identifiers, identifiers, st.data())
def test_a_token_has_one_spelling(user_id: int, operation_id: int, data: st.DataObject) -> None:
    token, _ = DOWNLOADS.token(user_id, operation_id, now=NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.sampled_from(ALPHABET).filter(lambda each: each != token[place]))
    for altered in (
        token[:place] + character + token[place + 1 :],
        token[:place] + character + token[place:],
        token[:place] + token[place + 1 :],
    ):
        if altered != token:
            with pytest.raises(OperationNotFound):
                DOWNLOADS.opened(altered, now=NOW)


@given(identifiers, st.sampled_from(["download", "feed"]))
def test_a_cursor_is_no_token_and_a_token_no_cursor(user_id: int, route: str) -> None:
    cursors = Cursors(lambda: SECRET)
    position = f"{user_id}.7.{NOW + LIFETIME}"
    with pytest.raises(OperationNotFound):
        DOWNLOADS.opened(cursors.sealed(position, route=route, user_id=user_id), now=NOW)
    token, _ = DOWNLOADS.token(user_id, 7, now=NOW)
    with pytest.raises(ForeignCursor):
        cursors.opened(token, route=route, user_id=user_id)


def test_a_token_of_another_deployment_is_none() -> None:
    token, _ = Downloads(lambda: b"another secret").token(1, 2, now=NOW)
    with pytest.raises(OperationNotFound):
        DOWNLOADS.opened(token, now=NOW)


@given(st.text(max_size=60) | st.text(st.sampled_from(ALPHABET), max_size=60))
def test_no_text_raises_anything_else(token: str) -> None:
    with pytest.raises(OperationNotFound):
        DOWNLOADS.opened(token, now=NOW)
