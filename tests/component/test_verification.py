import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from functions.account.api import door as account_door
from functions.profile.api import door as profile_door
from functions.verification import wiring
from functions.verification.api import door
from functions.verification.on_message import handler as on_message
from kith import aws, deployment
from kith.domain.clock import system_clock
from kith.domain.single_use import Purpose, digest_of
from kith.domain.users import Standing
from kith.passwords import Argon2Passwords
from kith.table import proofs
from kith.table.connection import Table
from kith.table.items import CredentialsItem, EmailItem, GateItem, MailItem, SingleUseItem, UserItem
from kith.table.proofs import password_mark
from kith.table.schema import SESSION
from kith.table.single_use import SingleUseStore
from kith.table.transactions import Put, Update, write
from kith.table.users import email_digest
from tests.builders import Answer, Client, queue_event
from tests.component.conftest import Join, Register, everything
from tests.component.conftest import aws as client_of
from tests.component.receiving import Received, inbox_of

FORGOT, RESET, VERIFY = (
    "POST /api/v1/password/forgot",
    "POST /api/v1/password/reset",
    "POST /api/v1/email/verify",
)
ME, CHANGE = "GET /api/v1/users/me", "PATCH /api/v1/users/me"
ANN, NEW_ANN = "ann@kith.example", "annette@kith.example"
OLD, NEW = "correct horse battery", "wrong zebra generator"
NOTHING_FAILED: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}
VISITOR = Client(door)


@pytest.fixture
def inbox(cloud: None, monkeypatch: pytest.MonkeyPatch) -> list[Received]:
    """Every mail that SES takes from now on."""
    return inbox_of(monkeypatch)


def registered(user_id: int, event_id: str = "e-1") -> dict[str, Any]:
    """Return `user.registered` as EventBridge leaves it in the queue, with fields that nobody here knows."""
    detail = {"v": 1, "event_id": event_id, "user_id": user_id, "colour": "red"}
    return {"version": "0", "source": "kith", "detail-type": "user.registered", "detail": detail}


def updated(user_id: int, *changed: str, event_id: str = "e-2") -> dict[str, Any]:
    detail = {"v": 1, "event_id": event_id, "user_id": user_id, "changed": list(changed)}
    return {"version": "0", "source": "kith", "detail-type": "user.updated", "detail": detail}


def asked() -> list[dict[str, Any]]:
    """Take all messages from the queue of mails."""
    sqs, taken = client_of("sqs"), []
    url = sqs.get_queue_url(QueueName="mail")["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            taken.append(json.loads(message["Body"]))
    return taken


def forgotten(email: str) -> dict[str, Any]:
    """Ask for a mail through the door, and return the message that this leaves."""
    assert VISITOR.send(FORGOT, json_body={"email": email}).status == 202
    (message,) = asked()
    return message


def deliver(*messages: dict[str, Any]) -> None:
    assert on_message(queue_event(*messages), None) == NOTHING_FAILED


def reset(token: str, password: str = NEW) -> Answer:
    return VISITOR.send(RESET, json_body={"token": token, "password": password})


def verify(token: str) -> Answer:
    return VISITOR.send(VERIFY, json_body={"token": token})


def log_in(password: str, **who: str) -> Answer:
    return Client(account_door).send("POST /api/v1/login", json_body={**who, "password": password})


def me(session: dict[str, Any]) -> dict[str, Any]:
    answer = Client(profile_door, session["access_token"]).send(ME)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def issue(table: Table, user_id: int, purpose: Purpose = Purpose.RESET_PASSWORD) -> str:
    """Return a token as a mail would hold it."""
    credentials = table.get(CredentialsItem, user_id=user_id)
    assert credentials is not None
    bound_to = {
        Purpose.RESET_PASSWORD: password_mark(credentials.password_hash),
        Purpose.VERIFY_EMAIL: email_digest(credentials.email),
        Purpose.OPEN_WEBSOCKET: "anything",
    }[purpose]
    return SingleUseStore(table).issue(user_id, purpose, bound_to=bound_to, now=system_clock())


def set_standing(table: Table, user_id: int, standing: Standing) -> None:
    exists = UserItem.pk.exists()
    write(
        table,
        Update(UserItem.at(user_id=user_id), [UserItem.standing.set(standing)], exists),
        Update(GateItem.at(user_id=user_id), [GateItem.standing.set(standing)], exists),
    )


@pytest.fixture
def hashed(cloud: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that are hashed from now on, quickly."""
    passwords: list[str] = []

    def quickly(_self: Argon2Passwords, password: str) -> str:
        passwords.append(password)
        return f"hash of {password}"

    monkeypatch.setattr(Argon2Passwords, "hashed", quickly)
    return passwords


@pytest.fixture
def calls(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the AWS calls that are made from now on."""
    make, made = BaseClient._make_api_call, list[str]()  # type: ignore[attr-defined]  # noqa: SLF001  # what all calls pass

    def recorded(self: BaseClient, name: str, arguments: Any) -> Any:
        made.append(name)
        return make(self, name, arguments)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", recorded)
        yield made


def test_asking_for_a_new_password_is_answered_alike_for_everyone(
    join: Join, table: Table, calls: list[str]
) -> None:
    join("ann")
    suspended = join("eve")
    set_standing(table, suspended.user_id, Standing.SUSPENDED)
    VISITOR.send(FORGOT, json_body={"email": ANN})  # what a cold function makes is made now
    answers, costs = [], []
    for email in (ANN, "nobody@kith.example", "eve@kith.example", "ANN@KITH.example"):
        calls.clear()
        answers.append(VISITOR.send(FORGOT, json_body={"email": email}))
        costs.append(list(calls))
    assert {answer.status for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    without = [
        {
            name: value
            for name, value in answer.headers.items()
            if name not in {"x-request-id", "ratelimit-remaining"}
        }
        for answer in answers
    ]
    assert all(headers == without[0] for headers in without)
    assert all(cost == costs[0] for cost in costs)
    assert costs[0].count("SendMessageBatch") == 1
    assert not {"GetItem", "BatchGetItem", "Query"} & set(costs[0])


@pytest.mark.parametrize("email", ["ann", "", "ann@kith", "ann@kith.example\r\nBcc: all@kith.example"])
def test_what_can_be_no_address_is_named_and_asks_for_nothing(cloud: None, email: str) -> None:
    answer = VISITOR.send(FORGOT, json_body={"email": email})
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["email"]
    assert asked() == []


def test_the_message_for_a_mail_names_nobody(register: Register, inbox: list[Received]) -> None:
    register("ann")
    message = forgotten("Ann@Kith.example")
    assert message["detail-type"] == "password.forgotten"
    assert message["detail"]["email_digest"] == email_digest(ANN)
    assert "ann@" not in json.dumps(message).lower()
    deliver(message)
    (mail,) = inbox
    assert mail.to == ANN


def test_a_reset_ends_every_session_at_once_and_the_new_password_logs_in(
    register: Register, inbox: list[Received]
) -> None:
    phone, laptop, bob = register("ann"), log_in_anew("ann"), register("bob")
    assert me(phone) == me(laptop)
    deliver(forgotten(ANN))

    assert reset(inbox[0].token).status == 204

    for ended in (phone, laptop):
        assert Client(profile_door, ended["access_token"]).send(ME).status == 401
        body = {"refresh_token": ended["refresh_token"]}
        assert Client(account_door).send("POST /api/v1/refresh", json_body=body).status == 401
    assert sessions_of(phone["user"]["user_id"]) == 0
    assert log_in(OLD, username="ann").status == 401
    again = log_in(NEW, username="ann")
    assert again.status == 200
    assert me(again.json)["email_verified"] is False
    assert me(bob)["username"] == "bob"


def log_in_anew(username: str) -> dict[str, Any]:
    answer = log_in(OLD, username=username)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def sessions_of(user_id: int) -> int:
    found = [SESSION.values(*place) for place in everything()]
    return len([each for each in found if each is not None and each["user_id"] == user_id])


def test_the_link_and_the_code_of_a_mail_are_one_token_and_only_its_digest_is_stored(
    register: Register, inbox: list[Received]
) -> None:
    user_id = register("ann")["user"]["user_id"]
    deliver(registered(user_id), forgotten(ANN))
    verification, forgot = inbox
    assert f"https://kith.example/verify-email?token={verification.token}\n" in verification.text
    assert f"https://kith.example/reset-password?token={forgot.token}\n" in forgot.text
    assert "24 hours" in verification.text
    assert "10 minutes" in forgot.text
    stored = json.dumps(list(everything().items()), default=str)
    for mail in inbox:
        assert mail.token in mail.html
        assert mail.token not in stored
        assert digest_of(mail.token) in stored


def test_a_mail_without_a_web_client_holds_the_code_alone(
    register: Register, inbox: list[Received], monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = register("ann")["user"]["user_id"]
    monkeypatch.delenv("KITH_PUBLIC_URL")
    deployment.settings.cache_clear()
    deliver(registered(user_id))
    assert "http" not in inbox[0].text + inbox[0].html
    assert verify(inbox[0].token).status == 204


def test_a_reset_token_works_once(join: Join, table: Table, hashed: list[str]) -> None:
    token = issue(table, join("ann").user_id)
    assert reset(token).status == 204
    assert_invalid(reset(token))
    assert hashed == [NEW]


def test_of_two_resets_at_once_the_slower_is_refused_and_changes_nothing(
    join: Join, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    token = issue(table, ann.user_id)

    def interrupted(_self: Argon2Passwords, password: str) -> str:
        if password == NEW:
            wiring.service().reset_password(token, "the faster password")
        return f"hash of {password}"

    monkeypatch.setattr(Argon2Passwords, "hashed", interrupted)
    assert_invalid(reset(token))
    credentials = table.get(CredentialsItem, user_id=ann.user_id)
    assert credentials is not None
    assert credentials.password_hash == "hash of the faster password"


def test_an_account_that_is_suspended_while_its_password_is_hashed_keeps_the_former(
    join: Join, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    token = issue(table, ann.user_id)

    def interrupted(_self: Argon2Passwords, _password: str) -> str:
        set_standing(table, ann.user_id, Standing.SUSPENDED)
        return "new hash"

    monkeypatch.setattr(Argon2Passwords, "hashed", interrupted)
    assert_invalid(reset(token))
    credentials = table.get(CredentialsItem, user_id=ann.user_id)
    assert credentials is not None
    assert credentials.password_hash == "no hash"


def assert_invalid(answer: Answer) -> None:
    assert (answer.status, answer.json["code"]) == (422, "invalid_token")
    assert [error["field"] for error in answer.json["errors"]] == ["token"]


Spoil = Callable[[Table, int, str], str]
"""Makes a token unusable, in the table or itself, and returns it."""


def expire(table: Table, user_id: int, token: str) -> str:
    item = table.get(SingleUseItem, user_id=user_id, digest=digest_of(token))
    assert item is not None
    item.expires_at = system_clock() // 1_000
    table.put(item)
    return token


def suspend(table: Table, user_id: int, token: str) -> str:
    set_standing(table, user_id, Standing.SUSPENDED)
    return token


def suspend_at_the_gate(table: Table, user_id: int, token: str) -> str:
    gate = GateItem.at(user_id=user_id)
    write(table, Update(gate, [GateItem.standing.set(Standing.SUSPENDED)], GateItem.pk.exists()))
    return token


def delete(table: Table, user_id: int, token: str) -> str:
    set_standing(table, user_id, Standing.DELETED)
    return token


def change_credentials(table: Table, user_id: int, token: str) -> str:
    item = table.get(CredentialsItem, user_id=user_id)
    assert item is not None
    item.password_hash, item.email = "another hash", "another@kith.example"
    table.put(item)
    return token


SPOILED: dict[str, Spoil] = {
    "empty": lambda _table, _user_id, _token: "",
    "no token": lambda _table, _user_id, _token: "no token of ours",
    "cut short": lambda _table, _user_id, token: token[:-1],
    "too long": lambda _table, _user_id, token: token + "A",
    "very long": lambda _table, _user_id, token: token + "A" * 10_000,
    "with a line end": lambda _table, _user_id, token: token + "\n",
    "with another secret": lambda _table, user_id, _token: f"{user_id:x}-{'A' * 43}",
    "of another account": lambda _table, user_id, token: f"{user_id + 1:x}-{token.partition('-')[2]}",
    "of an impossible account": lambda _table, _user_id, token: f"{'f' * 14}-{token.partition('-')[2]}",
    "of nobody": lambda _table, _user_id, token: f"0-{token.partition('-')[2]}",
    "with a border": lambda _table, _user_id, token: f"#{token[1:]}",
    "for a websocket": lambda table, user_id, _token: issue(table, user_id, Purpose.OPEN_WEBSOCKET),
    "expired, and still stored": expire,
    "of a suspended account": suspend,
    "of an account suspended at its gate": suspend_at_the_gate,
    "of a deleted account": delete,
    "of an account that has changed": change_credentials,
}


@pytest.mark.parametrize("spoiled", SPOILED)
@pytest.mark.parametrize("purpose", [Purpose.RESET_PASSWORD, Purpose.VERIFY_EMAIL])
def test_a_token_that_does_not_do_is_refused_alike_whatever_is_wrong_with_it(
    join: Join, table: Table, hashed: list[str], purpose: Purpose, spoiled: str
) -> None:
    ann = join("ann")
    use = reset if purpose is Purpose.RESET_PASSWORD else verify
    token = SPOILED[spoiled](table, ann.user_id, issue(table, ann.user_id, purpose))
    reference, before = use("no token of ours"), everything()

    answer = use(token)

    assert_invalid(answer)
    assert answer.json | {"request_id": ""} == reference.json | {"request_id": ""}
    assert everything() == before
    assert hashed == []


def test_a_token_does_nothing_but_what_it_is_for(join: Join, table: Table) -> None:
    ann = join("ann")
    assert_invalid(reset(issue(table, ann.user_id, Purpose.VERIFY_EMAIL)))
    assert_invalid(verify(issue(table, ann.user_id, Purpose.RESET_PASSWORD)))


def test_changing_the_password_voids_a_reset_asked_for_before(
    register: Register, inbox: list[Received]
) -> None:
    session = register("ann")
    deliver(forgotten(ANN))
    body = {"current_password": OLD, "new_password": "changed meanwhile"}
    changed = Client(account_door, session["access_token"]).send("POST /api/v1/password", json_body=body)
    assert changed.status == 204
    assert_invalid(reset(inbox[0].token))
    assert log_in("changed meanwhile", username="ann").status == 200


@pytest.mark.parametrize("password", ["password1", "short", "x" * 257])
def test_a_password_that_is_not_acceptable_does_not_use_up_the_token(
    join: Join, table: Table, password: str
) -> None:
    token = issue(table, join("ann").user_id)
    before = everything()
    answer = reset(token, password)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["password"]
    assert password not in answer.text
    assert everything() == before
    assert reset(token).status == 204


def test_after_ten_attempts_an_hour_nothing_is_hashed_and_another_account_is_not_concerned(
    join: Join, table: Table, hashed: list[str]
) -> None:
    ann, bob = join("ann"), join("bob")
    tokens = [issue(table, ann.user_id) for _ in range(30)]
    statuses = []
    for token in tokens[:11]:
        table.put(CredentialsItem.at({"email": ANN, "password_hash": "no hash"}, user_id=ann.user_id))
        statuses.append(reset(token).status)
    assert statuses == [204] * 10 + [429]
    assert len(hashed) == 10
    assert reset(issue(table, bob.user_id)).status == 204


def test_an_invalid_token_costs_its_account_no_attempt(join: Join, table: Table, hashed: list[str]) -> None:
    ann = join("ann")
    for _ in range(15):
        assert_invalid(reset(f"{ann.user_id:x}-{'A' * 43}"))
    assert reset(issue(table, ann.user_id)).status == 204


def test_registering_asks_for_a_mail_whose_code_verifies_the_address(
    register: Register, inbox: list[Received]
) -> None:
    session = register("ann")
    assert me(session)["email_verified"] is False
    deliver(registered(session["user"]["user_id"]))
    (mail,) = inbox
    assert (mail.to, mail.subject) == (ANN, "Kith: Confirm your e-mail address")
    assert "@ann" in mail.text

    assert verify(mail.token).status == 204

    assert me(session)["email_verified"] is True
    assert me(session)["email"] == ANN
    assert_invalid(verify(mail.token))
    deliver(registered(session["user"]["user_id"], event_id="another"))
    assert len(inbox) == 1


def test_whoever_reads_the_mail_takes_an_address_over_from_whoever_only_claimed_it(
    register: Register, inbox: list[Received]
) -> None:
    register("squatter", email=ANN)
    ann = register("ann")
    assert log_in(OLD, email=ANN).json["user"]["username"] == "squatter"
    deliver(registered(ann["user"]["user_id"]))

    assert verify(inbox[0].token).status == 204

    assert log_in(OLD, email=ANN).json["user"]["username"] == "ann"
    assert log_in(OLD, username="squatter").status == 200


def test_an_address_that_its_owner_has_verified_stays_theirs_and_others_may_verify_it_too(
    register: Register, inbox: list[Received]
) -> None:
    first, second = register("first", email=ANN), register("second", email=ANN)
    deliver(registered(first["user"]["user_id"], "e-1"), registered(second["user"]["user_id"], "e-2"))
    assert [verify(mail.token).status for mail in inbox] == [204, 204]
    assert [me(first)["email_verified"], me(second)["email_verified"]] == [True, True]
    assert log_in(OLD, email=ANN).json["user"]["username"] == "first"


def test_a_claim_that_changes_between_reading_and_writing_is_read_again(
    join: Join, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    token = issue(table, ann.user_id, Purpose.VERIFY_EMAIL)
    taken = EmailItem.at({"user_id": 7, "verified": True}, digest=email_digest(ANN))
    interruptions = [taken]

    def interrupted(*arguments: Any) -> None:
        while interruptions:
            write(table, Put(interruptions.pop()))
        write(*arguments)

    monkeypatch.setattr(proofs, "write", interrupted)
    assert verify(token).status == 204
    claim = table.get(EmailItem, digest=email_digest(ANN))
    assert claim is not None
    assert (claim.user_id, claim.verified) == (7, True)


def test_another_address_is_asked_for_shown_and_only_then_the_accounts(
    register: Register, inbox: list[Received]
) -> None:
    session = register("ann")
    user_id, client = session["user"]["user_id"], Client(profile_door, session["access_token"])
    deliver(registered(user_id))
    verify(inbox.pop().token)

    asked_for = client.send(CHANGE, json_body={"email": NEW_ANN}).json
    assert (asked_for["email"], asked_for["pending_email"]) == (ANN, NEW_ANN)
    deliver(updated(user_id, "email"))
    (mail,) = inbox
    assert mail.to == NEW_ANN
    assert log_in(OLD, email=ANN).status == 200
    assert log_in(OLD, email=NEW_ANN).status == 401

    assert verify(mail.token).status == 204

    own = me(session)
    assert (own["email"], own["email_verified"], own["pending_email"]) == (NEW_ANN, True, None)
    assert log_in(OLD, email=NEW_ANN).status == 200
    assert log_in(OLD, email=ANN).status == 401
    register("other", email=ANN)
    assert log_in(OLD, email=ANN).json["user"]["username"] == "other"


def test_a_code_for_an_address_that_is_not_wanted_any_more_is_refused(
    register: Register, inbox: list[Received]
) -> None:
    session = register("ann")
    user_id, client = session["user"]["user_id"], Client(profile_door, session["access_token"])
    client.send(CHANGE, json_body={"email": NEW_ANN})
    deliver(updated(user_id, "email"))
    client.send(CHANGE, json_body={"email": "third@kith.example"})
    assert_invalid(verify(inbox[0].token))
    assert me(session)["email"] == ANN


def test_the_present_address_can_be_verified_while_another_is_asked_for(
    register: Register, inbox: list[Received]
) -> None:
    session = register("ann")
    deliver(registered(session["user"]["user_id"]))
    Client(profile_door, session["access_token"]).send(CHANGE, json_body={"email": NEW_ANN})
    assert verify(inbox[0].token).status == 204
    own = me(session)
    assert (own["email"], own["email_verified"], own["pending_email"]) == (ANN, True, NEW_ANN)


def test_giving_up_an_address_does_not_take_it_from_whoever_has_it(
    register: Register, inbox: list[Received]
) -> None:
    register("owner", email=ANN)
    session = register("second", email=ANN)
    Client(profile_door, session["access_token"]).send(CHANGE, json_body={"email": NEW_ANN})
    deliver(updated(session["user"]["user_id"], "email"))
    assert verify(inbox[0].token).status == 204
    assert log_in(OLD, email=ANN).json["user"]["username"] == "owner"


@pytest.mark.parametrize("batches", [1, 10])
def test_a_message_that_comes_ten_times_is_one_mail(join: Join, inbox: list[Received], batches: int) -> None:
    message = registered(join("ann").user_id)
    for _ in range(batches):
        deliver(*[message] * (10 // batches))
    assert len(inbox) == 1


def test_a_mail_that_somebody_is_sending_comes_again_and_is_sent_when_they_have_not(
    join: Join, table: Table, inbox: list[Received]
) -> None:
    message = registered(join("ann").user_id)
    lease = MailItem.at(
        {"leased_until": system_clock() + 60_000, "expires_at": 9_999_999_999}, message_id="e-1"
    )
    table.put(lease)
    answer = on_message(queue_event(message), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert inbox == []

    lease.leased_until = system_clock()
    table.put(lease)
    deliver(message)
    assert len(inbox) == 1


def test_an_address_gets_ten_mails_an_hour_whoever_asks_and_the_rest_is_dropped(
    join: Join, inbox: list[Received]
) -> None:
    ann, bob = join("ann"), join("bob")
    messages = [forgotten(spelling) for spelling in (ANN, ANN.upper()) * 6]
    deliver(registered(ann.user_id), *messages, registered(bob.user_id, event_id="bob's"))
    assert [mail.to for mail in inbox].count(ANN) == 10
    assert [mail.to for mail in inbox][-1] == "bob@kith.example"


def test_nobody_gets_a_mail_who_does_not_exist_or_may_not_act(
    join: Join, table: Table, inbox: list[Received]
) -> None:
    ann = join("ann")
    set_standing(table, ann.user_id, Standing.SUSPENDED)
    message = forgotten(ANN)
    deliver(message, forgotten("nobody@kith.example"), registered(ann.user_id), registered(7, event_id="e-3"))
    assert inbox == []
    set_standing(table, ann.user_id, Standing.ACTIVE)
    deliver(message)
    assert len(inbox) == 1


def test_a_claim_on_an_address_that_the_account_does_not_have_any_more_is_no_reason_to_write(
    join: Join, table: Table, inbox: list[Received]
) -> None:
    ann = join("ann")
    table.put(CredentialsItem.at({"email": NEW_ANN, "password_hash": "no hash"}, user_id=ann.user_id))
    deliver(forgotten(ANN))
    assert inbox == []


@pytest.mark.parametrize(
    "message",
    [
        updated(7, "bio", "username"),
        updated(7, "email"),
        {"detail-type": "user.deleted", "detail": {"user_id": 7, "event_id": "e-9"}},
        {"detail-type": "spaceship.landed", "detail": {}},
    ],
    ids=lambda message: message["detail-type"],
)
def test_what_asks_for_no_mail_is_done_with(
    join: Join, inbox: list[Received], message: dict[str, Any]
) -> None:
    ann = join("ann")
    before = everything()
    detail = {name: ann.user_id if name == "user_id" else value for name, value in message["detail"].items()}
    deliver(message | {"detail": detail})
    assert inbox == []
    assert everything() == before


def test_where_nobody_is_said_to_send_mails_that_is_logged_and_nothing_is_sent(
    join: Join, inbox: list[Received], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    user_id = join("ann").user_id
    monkeypatch.delenv("KITH_MAIL_FROM")
    deployment.settings.cache_clear()
    before = everything()
    deliver(registered(user_id))
    assert inbox == []
    assert everything() == before
    assert "mail is not configured" in [record.getMessage() for record in caplog.records]


def refusing(code: str) -> Callable[..., Any]:
    def refuse(**request: Any) -> Any:
        text = f"{request['Destination']} {request['Content']}"
        raise ClientError({"Error": {"Code": code, "Message": text}}, "SendEmail")

    return refuse


def test_what_ses_throttles_comes_again_and_is_sent_once_the_lease_is_over(
    join: Join, table: Table, inbox: list[Received], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = registered(join("ann").user_id)
    with monkeypatch.context() as patch:
        patch.setattr(aws.client("sesv2"), "send_email", refusing("TooManyRequestsException"))
        assert len(on_message(queue_event(message), None)["batchItemFailures"]) == 1
    lease = table.get(MailItem, message_id="e-1")
    assert lease is not None
    assert not lease.sent
    sender = wiring.sender()
    assert sender is not None
    monkeypatch.setattr(wiring, "sender", lambda: replace(sender, clock=lambda: int(lease.leased_until)))
    deliver(message)
    assert len(inbox) == 1


def test_what_ses_refuses_is_dropped(
    join: Join, inbox: list[Received], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    message = registered(join("ann").user_id)
    monkeypatch.setattr(aws.client("sesv2"), "send_email", refusing("MessageRejected"))
    deliver(message)
    told = {record.getMessage(): vars(record) for record in caplog.records}
    assert told["SES refused a mail"]["reason"] == "MessageRejected"
    assert told["dropped"]["code"] == "mail_refused"


@pytest.mark.parametrize("code", ["TooManyRequestsException", "MessageRejected"])
def test_neither_addresses_nor_tokens_nor_passwords_reach_the_log(
    register: Register,
    inbox: list[Received],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    code: str,
) -> None:
    session = register("ann")
    user_id = session["user"]["user_id"]
    deliver(registered(user_id), forgotten(ANN))
    verify(inbox[0].token)
    reset(inbox[1].token, "password1")
    reset(inbox[1].token)
    reset(inbox[1].token)
    monkeypatch.setattr(aws.client("sesv2"), "send_email", refusing(code))
    on_message(queue_event(forgotten(ANN)), None)
    logged = " ".join(str(vars(record)) for record in caplog.records) + capsys.readouterr().err
    assert "message handled" in logged
    assert "POST /api/v1/password/reset" in logged
    secrets = [ANN, NEW, OLD, "password1", *(mail.token.partition("-")[2] for mail in inbox)]
    assert [secret for secret in secrets if secret in logged] == []
