"""What people do about their accounts: sessions, passwords, copies of their data, and leaving for good."""

import re
from typing import Any

from kith.domain.users import Standing
from tests.builders import Answer
from tests.simulation import digests
from tests.simulation.deeds import (
    ACCEPTED,
    CONFLICT,
    CREATED,
    FORBIDDEN,
    NO_CONTENT,
    NOT_FOUND,
    OK,
    UNAUTHENTICATED,
)
from tests.simulation.functions import COMMAND
from tests.simulation.people import NAMES, PASSWORDS, Told, Town
from tests.simulation.registers import Fact

CODE = re.compile(r"token=(\S+)")
ACCESS, REFRESH = "access_token", "refresh_token"


def log_in(town: Town, name: str) -> str | None:
    """Open a session; return its name, if that was told."""
    begun = town.registers.begin([])
    answer = town.ask(
        "log in",
        name,
        "POST /api/v1/login",
        {"username": town.username(name), "password": town.passwords[name]},
        allowed={OK, UNAUTHENTICATED},
        is_anonymous=True,
    )
    if answer is None or answer.status != OK:
        return None
    session = str(answer.json[REFRESH]).split(".")[0]
    town.sessions[session] = name, answer.json
    if town.registers.are_calm([("all sessions", name), ("alive", name)], begun):
        town.registers.learn(("session", session), value=True)
    return session


def refresh(town: Town, session: str) -> None:
    """Exchange a session's refresh token for the next one."""
    name, tokens = town.sessions[session]
    mine: Fact = ("session", session)
    answer = town.ask(
        "refresh",
        name,
        "POST /api/v1/refresh",
        {REFRESH: tokens[REFRESH]},
        allowed={OK, UNAUTHENTICATED},
        is_anonymous=True,
        touched=[mine],
        relies=[("all sessions", name), ("alive", name)],
        told=lambda _: {mine: True},
    )
    if answer is not None and answer.status == OK:
        town.sessions[session] = name, answer.json


def log_out(town: Town, session: str) -> None:
    """End a session by its own token."""
    name, tokens = town.sessions.pop(session)
    mine: Fact = ("session", session)
    town.ask(
        "log out",
        name,
        "POST /api/v1/logout",
        allowed={NO_CONTENT, UNAUTHENTICATED},
        headers={"authorization": f"Bearer {tokens[ACCESS]}"},
        touched=[mine],
        told=lambda _: {mine: False},
    )


def log_out_everywhere(town: Town, name: str) -> None:
    """End all sessions of an account, and with them every token of it."""
    mine = [session for session, (owner, _) in town.sessions.items() if owner == name]
    facts: list[Fact] = [("session", session) for session in mine]
    town.excused.add(name)
    town.ask(
        "log out everywhere",
        name,
        "POST /api/v1/logout/all",
        allowed={NO_CONTENT, UNAUTHENTICATED},
        touched=[*facts, ("all sessions", name)],
        told=lambda _: dict.fromkeys(facts, False),
    )


def list_sessions(town: Town, name: str) -> None:
    town.ask("list sessions", name, "GET /api/v1/sessions", allowed={OK})


def change_password(town: Town, name: str) -> None:
    """Set another password; a former one counts no more, and every other session ends."""
    before = town.passwords[name]
    after = PASSWORDS[(PASSWORDS.index(before) + 1) % len(PASSWORDS)]
    mine: Fact = ("password", name)
    others: list[Fact] = [
        ("session", session) for session, (owner, _) in town.sessions.items() if owner == name
    ]

    def told(_: Answer) -> Told:
        return {mine: after, **dict.fromkeys(others, False)}

    answer = town.ask(
        "change password",
        name,
        "POST /api/v1/password",
        {"current_password": before, "new_password": after},
        allowed={NO_CONTENT, FORBIDDEN, UNAUTHENTICATED, CONFLICT},
        touched=[mine, *others, ("all sessions", name)],
        told=told,
    )
    if answer is not None and answer.status == NO_CONTENT:
        town.passwords[name] = after
    else:  # it may have been changed by a request whose answer never came
        town.passwords[name] = town.look(mine)


def forget_password(town: Town, name: str) -> None:
    town.ask(
        "forget password",
        name,
        "POST /api/v1/password/forgot",
        {"email": f"{name}@kith.example"},
        allowed={ACCEPTED},
        is_anonymous=True,
    )


def reset_password(town: Town, code: str, name: str) -> None:
    """Set a new password with the code from a mail: every session ends."""
    mine: Fact = ("password", name)
    others: list[Fact] = [
        ("session", session) for session, (owner, _) in town.sessions.items() if owner == name
    ]
    town.excused.add(name)
    town.ask(
        "reset password",
        name,
        "POST /api/v1/password/reset",
        {"token": code, "password": PASSWORDS[0]},
        allowed={NO_CONTENT, UNAUTHENTICATED, 400, 422},
        is_anonymous=True,
        touched=[mine, *others, ("all sessions", name)],
        told=lambda _: {mine: PASSWORDS[0], **dict.fromkeys(others, False)},
    )
    town.passwords[name] = town.look(mine)


def open_mail(town: Town, place: int) -> None:
    """Follow the link in one of the mails."""
    if not town.cloud.mailbox.sent:
        return
    mail = town.cloud.mailbox.sent[place % len(town.cloud.mailbox.sent)]
    name = mail.address.partition("@")[0]
    if name not in town.people:
        return  # somebody else's
    if (stopping := digests.TOKEN.search(mail.text)) is not None:
        digests.unsubscribe(town, name, stopping[1])
        return
    text = mail.text
    found = CODE.search(text)
    assert found is not None, text
    if "password" in text:
        reset_password(town, found[1], name)
        return
    town.ask(
        "verify email",
        name,
        "POST /api/v1/email/verify",
        {"token": found[1]},
        allowed={NO_CONTENT, UNAUTHENTICATED, 400, 422},
        is_anonymous=True,
    )


def command(town: Town, order: str, name: str) -> None:
    """Let an operator command something, again until it is done."""
    mine: Fact = ("standing", name)
    town.excused.add(name)
    touched = [mine] if order in {"suspend", "unsuspend"} else []
    town.registers.begin(touched)
    done = town.client.command(COMMAND, {"command": order, "username": town.username(name)})
    told: dict[Fact, Any] = {}
    if done is not None and touched:
        told[mine] = Standing.SUSPENDED if order == "suspend" else Standing.ACTIVE
    town.registers.end(touched, told)
    town.done[f"{order} {'done' if done else 'unanswered'}"] += 1


def export(town: Town, name: str) -> None:
    """Ask for a copy of one's data, and how that stands."""
    answer = town.ask(
        "export",
        name,
        "POST /api/v1/users/me/export",
        headers={"idempotency-key": f"export {town.chance.randrange(3)}"},
        allowed={ACCEPTED},
    )
    if answer is not None and answer.status == ACCEPTED:
        town.ask(
            "read operation",
            name,
            "GET /api/v1/operations/{operation_id}",
            operation_id=answer.json["operation_id"],
            allowed={OK, NOT_FOUND},
        )


def leave(town: Town, name: str) -> None:
    """Delete one's account: of its owner nothing is left."""

    def is_theirs(fact: Fact) -> bool:
        owners = [name if each == name else town.owner_of(each) for each in fact]
        return name in owners

    alive: Fact = ("alive", name)
    town.excused.add(name)
    town.registers.muddle(is_theirs)
    answer = town.ask(
        "leave",
        name,
        "DELETE /api/v1/users/me",
        {"password": town.passwords[name]},
        allowed={ACCEPTED, FORBIDDEN, UNAUTHENTICATED},
        touched=[alive],
        told=lambda _: {alive: False},
    )
    town.registers.muddle(lambda fact: is_theirs(fact) and fact != alive)
    if answer is not None and answer.status in {ACCEPTED, UNAUTHENTICATED}:
        town.gone.add(name)


def register(town: Town, username: str) -> None:
    """Make an account for somebody new; whoever asks again after a lost answer finds the name taken."""
    town.ask(
        "register",
        NAMES[0],
        "POST /api/v1/register",
        {"username": username, "email": f"{username}@kith.example", "password": PASSWORDS[0]},
        allowed={CREATED, CONFLICT},
        is_anonymous=True,
    )


def change_profile(town: Town, name: str, **changes: object) -> None:
    """Change what one's profile shows, or one's name, if nobody else has it."""
    mine: Fact = ("username", name)
    town.ask(
        "change profile",
        name,
        "PATCH /api/v1/users/me",
        changes,
        allowed={OK, CONFLICT} if "username" in changes else {OK},
        touched=[mine] if "username" in changes else [],
        told=lambda answer: {mine: answer.json["username"]},
    )


def end_session(town: Town, name: str, session: str) -> None:
    """End a session from another one."""
    fact: Fact = ("session", session)
    town.ask(
        "end session",
        name,
        "DELETE /api/v1/sessions/{sid}",
        sid=session,
        allowed={NO_CONTENT, NOT_FOUND},
        touched=[fact],
        told=lambda _: {fact: False},
    )
