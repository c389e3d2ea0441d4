"""Browsers that take pushes, what they are pushed, and their push service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from json import loads
from typing import Any

from urllib3.exceptions import TimeoutError as NoAnswerError

from tests.component.pushing import Browser
from tests.simulation.accounts import ACCESS
from tests.simulation.deeds import CREATED, NO_CONTENT, OK, UNAUTHENTICATED
from tests.simulation.people import Town
from tests.simulation.stores import GONE_BROWSER
from tests.simulation.wire import Call, Lost, Wire

GONE = GONE_BROWSER
BROWSERS = ("one", "two", "three", GONE)
SUBSCRIPTIONS = "/api/v1/notifications/push-subscriptions"


@cache
def browser(name: str) -> Browser:
    """Return one of the browsers: several people may log in at each."""
    return Browser(f"https://fcm.googleapis.com/{name}")


@dataclass(frozen=True)
class Answer:
    """What a push service answers."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)

    def close(self) -> None:
        """Read no more of it."""


@dataclass(frozen=True)
class OverWire:
    """The way to push services."""

    wire: Wire

    def request(
        self, method: str, url: str, body: bytes | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        assert (method, bool(headers)) == ("POST", True)
        name = url.rpartition("/")[2]
        told: dict[str, Any] = loads(browser(name).read(body or b""))
        try:
            status, _ = self.wire.ask(Call("push", "Send", told | {"browser": name}, b"", url))
        except Lost:
            raise NoAnswerError from None
        return Answer(status, {"retry-after": "60"} if status == HTTPStatus.TOO_MANY_REQUESTS else {})


def subscribe(town: Town, session: str, name: str) -> None:
    """Let a browser take pushes for somebody, as long as a session of theirs lasts."""
    who, tokens = town.sessions[session]
    key = town.ask(
        "read the push key", who, "GET /api/v1/notifications/push-key", allowed={OK}, is_anonymous=True
    )
    if key is not None:
        town.ask(
            "take pushes",
            who,
            f"POST {SUBSCRIPTIONS}",
            browser(name).to_json(),
            allowed={CREATED, UNAUTHENTICATED},
            headers={"authorization": f"Bearer {tokens[ACCESS]}"},
        )


def unsubscribe(town: Town, who: str, name: str) -> None:
    gone = {"endpoint": browser(name).endpoint}
    town.ask("take no pushes", who, f"DELETE {SUBSCRIPTIONS}", gone, allowed={NO_CONTENT})


def look(town: Town, who: str) -> None:
    town.ask("list browsers", who, f"GET {SUBSCRIPTIONS}", allowed={OK})
