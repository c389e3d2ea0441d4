"""What people do with the mails that they get."""

import re
from dataclasses import dataclass

import httpx

from tests.e2e.conftest import Newcomer
from tests.e2e.people import PASSWORD
from tests.e2e.stack import LocalStack, eventually

NEW_PASSWORD = "wrong zebra generator"


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str

    @property
    def link(self) -> httpx.URL:
        (found,) = re.findall(r"https?://\S+", self.text)
        return httpx.URL(found)


def mails_to(address: str, stack: LocalStack) -> list[Mail]:
    accounts = httpx.get(stack.endpoints["mail"], timeout=30).json()["messages"].values()
    return [
        Mail(mail["Subject"], mail["BodyText"])
        for mails in accounts
        for mail in mails
        if mail["To"] == [address]
    ]


def awaited(address: str, stack: LocalStack, *, number: int = 1) -> Mail:
    """Return the mail that somebody gets as their so manieth, and no more after it."""
    eventually(lambda: len(mails_to(address, stack)) >= number)
    mails = mails_to(address, stack)
    assert len(mails) == number
    return mails[-1]


def test_whoever_registers_verifies_their_address_with_a_mail(
    newcomer: Newcomer, local_stack: LocalStack, url: str
) -> None:
    person = newcomer()
    assert person.http.get("/api/v1/users/me").json()["email_verified"] is False
    mail = awaited(f"{person.username}@kith.example", local_stack)
    assert f"@{person.username}" in mail.text
    assert str(mail.link).startswith(f"{url}/verify-email?token=")

    body = {"token": mail.link.params["token"]}
    assert httpx.post(f"{url}/api/v1/email/verify", json=body, timeout=30).status_code == 204

    assert person.http.get("/api/v1/users/me").json()["email_verified"] is True
    again = httpx.post(f"{url}/api/v1/email/verify", json=body, timeout=30)
    assert (again.status_code, again.json()["code"]) == (422, "invalid_token")


def test_another_address_is_the_accounts_once_its_mail_is_read(
    newcomer: Newcomer, local_stack: LocalStack, url: str
) -> None:
    person = newcomer()
    address = f"new.{person.username}@kith.example"
    assert person.http.patch("/api/v1/users/me", json={"email": address}).json()["pending_email"] == address
    mail = awaited(address, local_stack)

    body = {"token": mail.link.params["token"]}
    assert httpx.post(f"{url}/api/v1/email/verify", json=body, timeout=30).status_code == 204

    session = httpx.post(
        f"{url}/api/v1/login", json={"email": address, "password": PASSWORD}, timeout=30
    ).json()
    assert session["user"]["user_id"] == person.user_id


def test_a_forgotten_password_is_replaced_and_everybody_else_is_out(
    newcomer: Newcomer, local_stack: LocalStack, url: str
) -> None:
    person = newcomer()
    address = f"{person.username}@kith.example"
    awaited(address, local_stack)  # the one that greets

    asked = [
        httpx.post(f"{url}/api/v1/password/forgot", json={"email": email}, timeout=30)
        for email in (address.upper(), f"nobody.{address}")
    ]
    assert [answer.status_code for answer in asked] == [202, 202]
    assert asked[0].content == asked[1].content
    mail = awaited(address, local_stack, number=2)
    assert str(mail.link).startswith(f"{url}/reset-password?token=")

    body = {"token": mail.link.params["token"], "password": NEW_PASSWORD}
    assert httpx.post(f"{url}/api/v1/password/reset", json=body, timeout=30).status_code == 204

    assert person.http.get("/api/v1/users/me").status_code == 401
    old, new = (
        httpx.post(
            f"{url}/api/v1/login", json={"username": person.username, "password": password}, timeout=30
        )
        for password in (PASSWORD, NEW_PASSWORD)
    )
    assert (old.status_code, new.status_code) == (401, 200)
    assert httpx.post(f"{url}/api/v1/password/reset", json=body, timeout=30).status_code == 422
