"""Digests, through the doors, with events that come late, twice and in any order, and workers that die."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.digest import calendar, mails, sending, wiring
from functions.digest.on_message import handler as on_message
from functions.notification.api import door as notification_door
from kith import aws, deployment
from kith.domain import ids
from kith.domain.clock import DAY, HOUR, MINUTE, SECOND
from kith.domain.digests import digest_at
from kith.domain.notifications import Pace
from kith.table.items import CredentialsItem, DigestItem, DueDigestItem, SuppressedItem
from kith.table.suppressions import SuppressionStore
from kith.table.transactions import Update, write
from tests.builders import Client, queue_event
from tests.component.conftest import Person, token_for
from tests.component.delivering import Consumer, all_from
from tests.component.erasing import NOTHING_FAILED, Killed, at_call, deleted, delivered, die
from tests.component.happening import delete_account, delete_post, kinds, publish, suspend
from tests.component.receiving import Received, inbox_of
from tests.component.telling import HAPPENS, Town, a_town, do, engage, liked, part

PREFERENCES = "PUT /api/v1/notifications/preferences"
UNSUBSCRIBE = "POST /api/v1/notifications/unsubscribe"
VISITOR = Client(notification_door)
PERIODS = {"hourly": HOUR, "daily": DAY}
types = pytest.mark.parametrize("about", HAPPENS)
paces = pytest.mark.parametrize("pace", PERIODS)


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    also = {"entered": Consumer(on_message, {"notification.created"})}
    with a_town(monkeypatch, seed=7, also=also) as made:
        monkeypatch.setenv("KITH_API_URL", "https://api.kith.example")
        monkeypatch.setenv("KITH_PUBLIC_URL", "https://kith.example")
        deployment.settings.cache_clear()
        yield made


@pytest.fixture
def inbox(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[Received]:
    return inbox_of(monkeypatch)


def want(who: Person, *about: str, pace: str = "hourly") -> None:
    do(who, notification_door, PREFERENCES, json_body={each: {"email": pace} for each in about})


def wait(town: Town, milliseconds: int) -> None:
    town.clock.now += milliseconds


def asked_for() -> list[dict[str, Any]]:
    """Let the schedule come, and return what it and others before it ask for, each once."""
    send({"look_ahead": True})
    asked = list[dict[str, Any]]()
    for message in all_from("digests"):
        asked += [message] if message not in asked else []
    return asked


def send(*messages: dict[str, Any]) -> None:
    assert on_message(queue_event(*messages), None) == NOTHING_FAILED


def logged_in(who: Person) -> Person:
    """Return somebody with a token that is valid now: they last ten minutes."""
    return replace(who, token=token_for(who.user_id))


def lines(mail: Received) -> list[str]:
    return [line.removeprefix("- ") for line in mail.text.splitlines() if line.startswith("- ")]


def due(town: Town) -> tuple[Person, list[dict[str, Any]]]:
    """Let Bob like a post of Ann's, who wants to be told by mail; return Ann, and what is asked for an hour later."""
    ann, bob = town.person("ann"), town.person("bob")
    want(ann, "post_liked")
    liked(town, ann, bob)
    town.settle()
    wait(town, HOUR)
    return ann, asked_for()


@contextmanager
def refusing(code: str) -> Iterator[None]:
    """Let SES take no mail."""

    def refuse(**_request: Any) -> Any:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "SendEmail")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aws.client("sesv2"), "send_email", refuse)
        yield


@types
@paces
def test_each_type_is_in_one_mail_of_its_period_however_often_it_is_asked_for(
    town: Town, inbox: list[Received], about: str, pace: str
) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    want(ann, about, pace=pace)
    HAPPENS[about][0](town, ann, bob)
    town.settle()
    assert inbox == []
    wait(town, PERIODS[pace])
    (asked,) = asked_for()
    assert asked_for() == [asked], "until it is sent"
    send(asked, asked)
    send(asked)
    (mail,) = inbox
    assert mail.to == "ann@kith.example"
    assert lines(mail) == [HAPPENS[about][1]]
    assert f"<li>{HAPPENS[about][1]}</li>" in mail.html
    assert asked_for() == []
    wait(town, 2 * PERIODS[pace])
    assert asked_for() == []


@types
def test_nobody_who_has_not_asked_for_it_gets_a_mail(town: Town, inbox: list[Received], about: str) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    want(ann, *(each for each in HAPPENS if each != about))
    HAPPENS[about][0](town, ann, bob)
    town.settle()
    wait(town, DAY)
    send(*asked_for())
    assert all(HAPPENS[about][1] not in mail.text for mail in inbox)
    assert all(mail.to == "ann@kith.example" for mail in inbox)


BY_SOMEBODY = ("blocked", "muted", "suspended", "deleted")
"""What becomes of who has done something; nobody does that a post is trending."""
BY_ONESELF = ("read", "self", "off", "unsubscribed")


@pytest.mark.parametrize(
    ("about", "change"),
    [
        (about, change)
        for about in HAPPENS
        for change in (*BY_ONESELF, *(() if about == "trending" else BY_SOMEBODY))
    ],
)
def test_what_is_so_no_longer_when_the_mail_is_written_is_not_in_it(
    town: Town, inbox: list[Received], about: str, change: str
) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    want(ann, about)
    HAPPENS[about][0](town, ann, bob)
    town.settle()
    match change:
        case "blocked" | "muted":
            part(ann, {"blocked": "block", "muted": "mute"}[change], bob)
        case "read":
            newest = town.read(ann)["notifications"][0]["id"]
            body = {"up_to": newest}
            do(ann, notification_door, "POST /api/v1/notifications/read", json_body=body)
        case "suspended":
            suspend(bob)
        case "deleted":
            delete_account(bob)
        case "self":
            delete_account(ann)
        case "off":
            want(ann, about, pace="off")
        case "unsubscribed":
            assert unsubscribe(wiring.sender().unsubscribe_token(ann.user_id)).status == 204
    wait(town, HOUR)
    send(*asked_for())
    assert inbox == []
    assert asked_for() == []


def unsubscribe(token: str, **more: Any) -> Any:
    return VISITOR.send(UNSUBSCRIBE, query={"token": token}, **more)


def test_one_mail_holds_a_period_and_the_next_one_what_came_later(town: Town, inbox: list[Received]) -> None:
    ann, bob, cid = (town.person(name) for name in ("ann", "bob", "cid"))
    want(ann, "post_liked", "post_commented")
    post_id = liked(town, ann, bob)
    other = liked(town, ann, cid)
    town.settle()
    wait(town, HOUR)
    send(*asked_for())
    assert sorted(lines(inbox[0])) == ["@bob liked your post", "@cid liked your post"]
    assert inbox[0].subject == "Kith: 2 new notifications"
    engage(logged_in(cid), "like", post_id)
    town.settle()
    wait(town, HOUR)
    send(*asked_for())
    assert [lines(mail) for mail in inbox[1:]] == [["@cid and @bob liked your post"]]
    assert inbox[1].subject == "Kith: @cid and @bob liked your post"
    delete_post(logged_in(ann), other)
    town.settle()
    wait(town, HOUR)
    send(*asked_for())
    assert len(inbox) == 2


def test_paces_are_apart(town: Town, inbox: list[Received]) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    want(ann, "post_liked", pace="daily")
    want(ann, "new_follower", pace="hourly")
    liked(town, ann, bob)
    HAPPENS["new_follower"][0](town, ann, bob)
    town.settle()
    wait(town, HOUR)
    send(*[each for each in asked_for() if each["digest"]["pace"] == "hourly"])
    wait(town, DAY)
    send(*asked_for())
    assert [lines(mail) for mail in inbox] == [["@bob followed you"], ["@bob liked your post"]]


def test_what_comes_while_a_mail_is_written_is_in_it_or_in_the_next(
    town: Town, inbox: list[Received], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whichever call it comes: the digest is closed first."""
    for number in range(12):
        ann, bob, cid = (town.person(f"{name}{number}") for name in ("ann", "bob", "cid"))
        want(ann, "post_liked")
        post_id = liked(town, ann, bob)
        town.settle()
        wait(town, HOUR)
        asked = asked_for()

        def comes(cid: Person = cid, post_id: int = post_id) -> None:
            engage(logged_in(cid), "like", post_id)
            town.settle()

        with at_call(number, comes):
            send(*asked)
        wait(town, HOUR)
        send(*asked_for())
        told = [lines(mail) for mail in inbox if mail.to.startswith(f"ann{number}@")]
        assert told[-1] == [f"@cid{number} and @bob{number} liked your post"], (number, told)


@pytest.mark.parametrize("call", range(14))
def test_a_worker_that_dies_sends_it_when_it_is_asked_again_and_not_twice_once_it_has_noted_so(
    town: Town, inbox: list[Received], call: int
) -> None:
    _, asked = due(town)
    try:
        with at_call(call, die):
            send(*asked)
    except Killed:
        wait(town, HOUR)  # a lease lasts a minute
    send(*asked_for())
    assert 1 <= len(inbox) <= 2
    assert asked_for() == []


def test_a_short_period_is_asked_for_at_once_with_a_delay(
    town: Town, inbox: list[Received], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITH_DIGEST_HOURLY_SECONDS", "60")
    deployment.settings.cache_clear()
    wiring.jobs.cache_clear()
    sent, client = list[dict[str, Any]](), aws.client("sqs")
    original = client.send_message_batch

    def noted(**request: Any) -> Any:
        sent.extend(request["Entries"])
        return original(**request)

    monkeypatch.setattr(client, "send_message_batch", noted)
    ann, bob = town.person("ann"), town.person("bob")
    want(ann, "post_liked")
    liked(town, ann, bob)
    town.settle()
    (entry,) = [entry for entry in sent if "digest" in entry["MessageBody"]]
    assert 0 < entry["DelaySeconds"] <= 60
    (asked,) = all_from("digests")
    wait(town, 60 * SECOND)
    send(asked)
    assert [lines(mail) for mail in inbox] == [["@bob liked your post"]]


def test_more_than_a_page_is_asked_for(
    town: Town, inbox: list[Received], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "PAGE", 1)
    bob = town.person("bob")
    readers = [town.person(f"reader{number}") for number in range(10)]
    for reader in readers:
        want(reader, "post_liked")
        liked(town, reader, bob)
    town.settle()
    wait(town, HOUR)
    asked = asked_for()
    assert sorted(each["digest"]["user_id"] for each in asked) == sorted(each.user_id for each in readers)
    send(*asked)
    assert len({mail.to for mail in inbox}) == len(readers)


def test_of_very_many_the_newest_are_named_and_the_rest_counted(
    town: Town, inbox: list[Received], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SHOWN", 2)
    ann, bob = town.person("ann"), town.person("bob")
    want(ann, "post_liked")
    for _ in range(5):
        liked(town, ann, bob)
    town.settle()
    wait(town, HOUR)
    send(*asked_for())
    (mail,) = inbox
    assert lines(mail) == ["@bob liked your post"] * 2 + ["and 3 more"]
    assert mail.subject == "Kith: 5 new notifications"


def test_one_click_stops_them_and_the_token_is_nobody_elses(town: Town, inbox: list[Received]) -> None:
    ann, asked = due(town)
    send(*asked)
    (mail,) = inbox
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(
        r"<https://api\.kith\.example/api/v1/notifications/unsubscribe\?token=([\w-]+)>",
        mail.headers["List-Unsubscribe"],
    )
    assert found
    assert f"https://kith.example/unsubscribe?token={found[1]}" in mail.text
    altered = unsubscribe(found[1][:-1] + ("A" if found[1][-1] != "A" else "B"))
    assert (altered.status, altered.json["code"]) == (422, "invalid_token")
    form = {
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "body": "List-Unsubscribe=One-Click",
    }
    for _ in range(2):
        assert unsubscribe(found[1], **form).status == 204
    chosen = do(logged_in(ann), notification_door, "GET /api/v1/notifications/preferences").json
    assert {choice["email"] for choice in chosen.values()} == {"off"}
    assert chosen["post_liked"]["push"] is True
    delete_account(ann)
    town.settle()
    assert unsubscribe(found[1]).status == 204
    assert VISITOR.send(UNSUBSCRIBE).status == 422


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        (
            {
                "bounce": {
                    "bounceType": "Permanent",
                    "bouncedRecipients": [{"emailAddress": "Ann@kith.example"}],
                }
            },
            "bounce",
        ),
        ({"complaint": {"complainedRecipients": [{"emailAddress": "ann@kith.example"}]}}, "complaint"),
        (
            {
                "bounce": {
                    "bounceType": "Transient",
                    "bouncedRecipients": [{"emailAddress": "ann@kith.example"}],
                }
            },
            None,
        ),
        ({"delivery": {"recipients": ["ann@kith.example"]}}, None),
    ],
)
def test_whose_address_takes_none_or_who_complains_is_sent_none(
    town: Town, inbox: list[Received], detail: dict[str, Any], reason: str | None
) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    want(ann, "post_liked")
    liked(town, ann, bob)
    town.settle()
    send({"source": "aws.ses", "detail-type": "Email Bounced", "detail": detail})
    wait(town, HOUR)
    send(*asked_for())
    assert len(inbox) == (0 if reason else 1)
    suppressed = [item for item in kinds(SuppressedItem) if isinstance(item, SuppressedItem)]
    assert [item.reason for item in suppressed] == ([reason] if reason else [])
    assert "ann@" not in str([item.pk for item in suppressed])
    if reason:
        later = town.clock.now + 366 * DAY
        assert not SuppressionStore(deployment.table()).has("ann@kith.example", now=later)


def test_what_ses_refuses_is_not_tried_again_and_what_it_cannot_take_now_is(
    town: Town, inbox: list[Received]
) -> None:
    _, asked = due(town)
    with refusing("ThrottlingException"):
        assert len(on_message(queue_event(*asked), None)["batchItemFailures"]) == 1
    wait(town, HOUR)
    with refusing("MessageRejected"):
        send(*asked)
    send(*asked)
    assert inbox == []
    assert asked_for() == []


def test_a_mail_that_goes_at_another_time_says_what_it_would_have_said_and_the_rest_is_in_the_next(
    town: Town, inbox: list[Received]
) -> None:
    ann, asked = due(town)
    with refusing("ThrottlingException"):
        assert on_message(queue_event(*asked), None) != NOTHING_FAILED
    liked(town, logged_in(ann), town.person("cid"))
    town.settle()
    wait(town, 2 * MINUTE)  # a lease lasts one
    send(*asked)
    assert [lines(mail) for mail in inbox] == [["@bob liked your post"]]
    wait(town, HOUR)
    send(*asked_for())
    assert [lines(mail) for mail in inbox[1:]] == [["@cid liked your post"]]


def test_what_is_heard_of_when_many_have_been_sent_since_is_in_the_present_one(
    town: Town, inbox: list[Received]
) -> None:
    ann, asked = due(town)
    bob, long_ago = town.person("cid"), ids.first_at(town.clock.now - HOUR)
    for _ in range(4):
        send(*asked)
        liked(town, logged_in(ann), logged_in(bob))
        town.settle()
        wait(town, HOUR)
        asked = asked_for()
    send(*asked)
    told = {"user_id": ann.user_id, "notification_id": long_ago, "type": "post_liked"}
    send({"detail-type": "notification.created", "detail": told})
    (present,) = [item for item in kinds(DigestItem) if isinstance(item, DigestItem) and not item.is_closed]
    assert int(present.first) == long_ago
    assert present.values["due_at"] > town.clock.now


def test_what_is_wanted_is_found_behind_much_that_is_not(
    town: Town, inbox: list[Received], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PAGE", 2)
    ann, bob = town.person("ann"), town.person("bob")
    want(ann, "post_liked")
    liked(town, ann, bob)
    for _ in range(5):
        HAPPENS["post_commented"][0](town, ann, bob)
    town.settle()
    wait(town, HOUR)
    send(*asked_for())
    assert [lines(mail) for mail in inbox] == [["@bob liked your post"]]


def test_an_address_is_known_again_as_ses_spells_it(town: Town, inbox: list[Received]) -> None:
    ann, asked = due(town)
    address = CredentialsItem.email.set("ann@bücher.example")
    write(deployment.table(), Update(CredentialsItem.at(user_id=ann.user_id), [address]))
    recipients = [{"emailAddress": "ann@xn--bcher-kva.example"}]
    bounce = {"bounceType": "Permanent", "bouncedRecipients": recipients}
    send({"source": "aws.ses", "detail-type": "Email Bounced", "detail": {"bounce": bounce}})
    send(*asked)
    assert inbox == []


def test_the_address_that_stops_them_has_no_slash_too_many(
    town: Town, inbox: list[Received], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITH_API_URL", "https://api.kith.example/dev/")
    deployment.settings.cache_clear()
    wiring.jobs.cache_clear()
    _, asked = due(town)
    send(*asked)
    assert inbox[0].headers["List-Unsubscribe"].startswith("<https://api.kith.example/dev/api/v1/")


def test_nothing_is_left_of_an_account_that_goes(town: Town, inbox: list[Received]) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    want(ann, "post_liked", pace="daily")
    liked(town, ann, bob)
    town.settle()
    assert len(kinds(DigestItem, DueDigestItem)) == 2
    delete_account(ann)
    delivered(deleted(ann))
    assert kinds(DigestItem, DueDigestItem) == []
    wait(town, 2 * DAY)
    assert asked_for() == []


def test_who_can_be_told_nothing_begins_no_digest(town: Town, inbox: list[Received]) -> None:
    ann = town.person("ann")
    want(ann, "post_liked")
    publish(ann)
    told = {
        "user_id": ann.user_id,
        "notification_id": 1,
        "type": "post_liked",
        "event_id": "e",
        "timestamp": "x",
    }
    delete_account(ann)
    send({"detail-type": "notification.created", "detail": told})
    assert kinds(DigestItem, DueDigestItem) == []


def test_periods_follow_each_other_and_are_not_everybodys() -> None:
    starts = set()
    for user_id in range(100):
        first = digest_at(user_id, Pace.HOURLY, 10 * DAY, period=HOUR)
        assert 10 * DAY < first.due_at <= 10 * DAY + HOUR
        assert digest_at(user_id, Pace.HOURLY, first.due_at - 1, period=HOUR) == first
        assert digest_at(user_id, Pace.HOURLY, first.due_at, period=HOUR).due_at == first.due_at + HOUR
        starts.add(first.due_at % HOUR)
    assert len(starts) > 90


def test_whatever_a_line_holds_the_html_shows_it_as_text() -> None:
    written = mails.digest("ann", ['<script>"&'], 0, public_url="https://kith.example", unsubscribe_token="t")
    assert "<script>" not in written.html
    assert "&lt;script&gt;&quot;&amp;" in written.html
