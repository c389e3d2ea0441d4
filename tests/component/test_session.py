from contextlib import suppress
from typing import Any

import pytest

from functions.account.api import door as account_door
from functions.profile.api import door as profile_door
from functions.session.api import door
from kith.domain.clock import DAY, SECOND, system_clock
from kith.domain.errors import Unauthenticated
from kith.domain.sessions import LIFETIME, RefreshToken, Session
from kith.table.connection import Table
from kith.table.sessions import SessionStore
from kith.table.users import UserStore
from tests.builders import Answer, Client
from tests.component.conftest import NO_HASH, Join, Register
from tests.component.erasing import Killed, at_call, die
from tests.component.publishing import before_its_write

ME = "GET /api/v1/users/me"


def is_live(session: dict[str, Any]) -> bool:
    return Client(profile_door, session["access_token"]).send(ME).status == 200


def refreshed(token: str) -> Answer:
    return Client(account_door).send("POST /api/v1/refresh", json_body={"refresh_token": token})


def log_in(username: str) -> dict[str, Any]:
    body = {"username": username, "password": "correct horse battery"}
    answer = Client(account_door).send("POST /api/v1/login", json_body=body)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def test_logging_out_ends_this_session_at_once_and_no_other(register: Register) -> None:
    phone, laptop = register("ann"), log_in("ann")
    assert is_live(phone)
    assert is_live(laptop)

    assert Client(door, phone["access_token"]).send("POST /api/v1/logout").status == 204

    assert not is_live(phone)
    assert refreshed(phone["refresh_token"]).status == 401
    assert is_live(laptop)


def test_logging_out_everywhere_ends_every_session_and_a_new_login_works(register: Register) -> None:
    phone, laptop, bob = register("ann"), log_in("ann"), register("bob")

    assert Client(door, phone["access_token"]).send("POST /api/v1/logout/all").status == 204

    for ended in (phone, laptop):
        assert not is_live(ended)
        assert refreshed(ended["refresh_token"]).status == 401
    assert is_live(log_in("ann"))
    assert is_live(bob)


def test_sessions_are_listed_and_one_of_them_ended(register: Register) -> None:
    phone, laptop = register("ann"), log_in("ann")
    client = Client(door, laptop["access_token"])
    listed = client.send("GET /api/v1/sessions").json["sessions"]
    assert [session["is_current"] for session in listed] in ([True, False], [False, True])
    (other,) = (session["session_id"] for session in listed if not session["is_current"])

    assert client.send("DELETE /api/v1/sessions/{sid}", sid=other).status == 204

    assert not is_live(phone)
    assert is_live(laptop)
    assert len(client.send("GET /api/v1/sessions").json["sessions"]) == 1
    assert client.send("DELETE /api/v1/sessions/{sid}", sid=other).status == 404


def test_nobody_ends_the_session_of_another(register: Register) -> None:
    ann, bob = register("ann"), register("bob")
    mine = Client(door, ann["access_token"]).send("GET /api/v1/sessions").json["sessions"][0]["session_id"]
    assert Client(door, bob["access_token"]).send("DELETE /api/v1/sessions/{sid}", sid=mine).status == 404
    assert is_live(ann)


def test_refreshing_gives_the_next_pair_and_the_same_one_again(register: Register) -> None:
    first = register("ann")
    answers = [refreshed(first["refresh_token"]) for _ in range(3)]
    assert {answer.status for answer in answers} == {200}
    (second,) = {answer.json["refresh_token"] for answer in answers}
    assert second != first["refresh_token"]
    assert all(is_live(answer.json) for answer in answers)


def test_an_old_refresh_token_ends_the_session_and_a_forged_one_ends_nothing(register: Register) -> None:
    first = register("ann")
    second = refreshed(first["refresh_token"]).json
    third = refreshed(second["refresh_token"]).json
    forged = third["refresh_token"][:-1] + ("A" if third["refresh_token"][-1] != "A" else "B")
    assert refreshed(forged).status == 401
    assert is_live(third)

    assert refreshed(first["refresh_token"]).status == 401

    assert not is_live(third)
    assert refreshed(third["refresh_token"]).status == 401


def test_a_session_lives_for_a_month_after_it_was_last_refreshed(table: Table, join: Join) -> None:
    ann, store, opened_at = join("ann"), SessionStore(table), system_clock()
    session = Session(ann.user_id, "phone", 0, 1, opened_at, opened_at, expires_at=opened_at + LIFETIME)
    store.open(session, NO_HASH)
    for generation in range(1, 4):
        token = RefreshToken(ann.user_id, "phone", generation)
        refreshed = store.refresh(token, now=opened_at + generation * 20 * DAY, grace=0)
        assert refreshed.expires_at // SECOND == (opened_at + (generation * 20 + 30) * DAY) // SECOND

    late = opened_at + (3 * 20 + 31) * DAY
    assert store.of_user(ann.user_id, now=late) == []
    with pytest.raises(Unauthenticated):
        store.refresh(RefreshToken(ann.user_id, "phone", 4), now=late, grace=0)


CHANGED = {"current_password": "correct horse battery", "new_password": "another horse battery"}


def change_password(session: dict[str, Any]) -> Answer:
    return Client(account_door, session["access_token"]).send("POST /api/v1/password", json_body=CHANGED)


def test_changing_the_password_ends_every_other_session(register: Register) -> None:
    phone, laptop = register("ann"), log_in("ann")
    assert change_password(phone).status == 204
    assert (is_live(phone), is_live(laptop)) == (True, False)
    assert refreshed(laptop["refresh_token"]).status == 401


@pytest.mark.parametrize("number", range(12))
def test_wherever_a_change_of_password_is_cut_off_no_other_session_outlives_the_former_password(
    register: Register, number: int
) -> None:
    phone, laptop = register("ann"), log_in("ann")
    with at_call(number, die), suppress(Killed):
        change_password(phone)
    body = {"username": "ann", "password": CHANGED["new_password"]}
    is_changed = Client(account_door).send("POST /api/v1/login", json_body=body).status == 200
    assert is_live(phone)
    assert not (is_changed and is_live(laptop))


def test_who_has_shown_the_former_password_gets_no_session_once_it_is_changed(
    table: Table, register: Register
) -> None:
    phone = register("ann")
    user_id, users = phone["user"]["user_id"], UserStore(table)
    credentials = users.credentials(user_id)
    assert credentials is not None
    with before_its_write(
        table, lambda: users.change_password(user_id, credentials.password_hash, "another hash")
    ):
        body = {"username": "ann", "password": CHANGED["current_password"]}
        answer = Client(account_door).send("POST /api/v1/login", json_body=body)
    assert answer.status == 401
    assert len(Client(door, phone["access_token"]).send("GET /api/v1/sessions").json["sessions"]) == 1
