"""Digests: their time comes, people stop them, and what they say is looked at."""

import json
import re

from kith.domain.clock import SECOND
from tests.component.feed_oracle import Oracle
from tests.simulation.deeds import NO_CONTENT
from tests.simulation.people import Town
from tests.simulation.stores import SentMail

TOKEN = re.compile(r"/unsubscribe\?token=(\S+)")
NAMED = re.compile(r"@([a-z0-9_.]+)")
PERIODS = {"digest_hourly_seconds": 300, "digest_daily_seconds": 2_000}
"""One that a queue keeps back itself, and one that waits for the schedule."""


def unsubscribe(town: Town, name: str, token: str) -> None:
    """Stop them by what stands in one."""
    route = "POST /api/v1/notifications/unsubscribe"
    town.ask("stop digests", name, route, query={"token": token}, allowed={NO_CONTENT}, is_anonymous=True)


def ask_for(town: Town) -> None:
    """Let the schedule come."""
    town.cloud.queues["digests"].send(json.dumps({"look_ahead": True}))


def bounce(town: Town, name: str) -> None:
    """Let a mail to somebody come back for good."""
    address = {"emailAddress": f"{name}@kith.example"}
    detail = {"bounce": {"bounceType": "Permanent", "bouncedRecipients": [address]}}
    message = {"source": "aws.ses", "detail-type": "Email Bounced", "detail": detail}
    town.cloud.queues["digests"].send(json.dumps(message))


def let_time_come(town: Town) -> None:
    """Let so much time pass that all of them are due."""
    town.cloud.scheduler.now += PERIODS["digest_daily_seconds"] * SECOND


def look_at_mails(town: Town) -> None:
    """See that digests name only whom those who get them might be told of while they were written.

    Raises:
        AssertionError: one names somebody else.
    """
    for mail in town.cloud.mailbox.sent:
        owner = mail.address.partition("@")[0]
        if TOKEN.search(mail.text) is None or owner not in town.people:
            continue
        for actor in _named(mail):
            if actor in town.people:
                moments = range(mail.begun, mail.sent + 1)
                assert any(_may_be_named(town.truth(commit), owner, actor) for commit in moments), (
                    f"{owner} is sent a mail that names {actor}: {mail.text}"
                )


def _named(mail: SentMail) -> set[str]:
    lines = [line for line in mail.text.splitlines() if line.startswith("- @")]
    return {name for line in lines for name in NAMED.findall(line)}


def _may_be_named(truth: Oracle, owner: str, actor: str) -> bool:
    return not truth.severed(owner, actor) and (owner, actor) not in truth.mutes
