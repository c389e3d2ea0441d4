"""What clients do: they send a request, send it again where no answer comes, and sometimes twice at once."""

import json
from dataclasses import dataclass, field
from typing import Any

from kith.domain.clock import MINUTE, SECOND
from kith.domain.errors import DomainError, Unavailable
from kith.table import schema
from kith.tokens import Caller
from tests.builders import Answer, answer_of, http_event
from tests.component.conftest import KEY
from tests.component.routes import ROUTES
from tests.simulation.cloud import Cloud
from tests.simulation.scheduler import Killed, Promise
from tests.simulation.truth import number

ROOM_OF = {str(route): str(route.operation["tags"][0]) for route in ROUTES}
ATTEMPTS = 18
"""That is a minute and a half: longer than any outage."""
SERVER_ERROR = 500
PAUSE = 0.5
"""Seconds between two attempts."""


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    user_id: int
    name: str


@dataclass(eq=False)
class Client:
    """Sends requests through whichever function answers them."""

    cloud: Cloud
    asked: int = 0
    answered: int = 0
    """At once, or when it was sent again."""
    _tokens: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    _numbers: int = 0

    def ask(
        self,
        who: Person,
        route: str,
        body: Any = None,
        *,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        is_anonymous: bool = False,
        **path: Any,
    ) -> Answer | None:
        """Return what a request is answered, or None if it never is; all that was sent is over then."""
        self.asked += 1
        sent: list[Promise] = []
        given = headers or {}

        def send() -> Promise:
            mine = {} if is_anonymous else {"authorization": f"Bearer {self._token(who)}"}
            return self._sent(route, body, query, mine | given, path)

        answer = None
        for _ in range(ATTEMPTS):
            sent.append(send())
            if self.cloud.faults.comes(self.cloud.faults.sent_twice, "request sent twice"):
                sent.append(send())
            answer = _answer(sent[-1])
            if answer is not None and answer.status < SERVER_ERROR:
                self.answered += 1
                break
            answer = None
            self.cloud.scheduler.sleep(PAUSE * len(sent))
        for each in sent:
            _answer(each)  # whatever it does has been done
        return answer

    def command(self, path: str, order: dict[str, str]) -> Any:
        """Return what a function answers to an order, given until it does; None if it never does, or refuses."""
        for attempt in range(ATTEMPTS):
            try:
                return self.cloud.invoke(path, order).result()
            except (Killed, Unavailable):
                self.cloud.scheduler.sleep(PAUSE * (attempt + 1))
            except DomainError:
                break
        return None

    def _sent(
        self,
        route: str,
        body: Any,
        query: dict[str, str] | None,
        headers: dict[str, str],
        path: dict[str, Any],
    ) -> Promise:
        event = http_event(
            route,
            route.partition(" ")[2].format(**path),
            body=None if body is None else json.dumps(body),
            headers=headers if body is None else headers | {"content-type": "application/json"},
            query=query,
        )
        self._numbers += 1
        event["requestContext"]["requestId"] = f"request-{self._numbers}"
        return self.cloud.invoke(f"{ROOM_OF[route]}/api", event)

    def _token(self, who: Person) -> str:
        """Return a token as one that has just logged in would have."""
        now = self.cloud.scheduler.now
        epoch = number(self.cloud.engine.get(schema.GATE.key(user_id=who.user_id)) or {}, "epoch")
        token, until = self._tokens.get((who.name, epoch), ("", 0))
        if now >= until:
            until = now + 5 * MINUTE
            caller = Caller(who.user_id, "session", epoch, (until + MINUTE) // SECOND)
            token = KEY.sign(caller, token_id="token", now=now)
            self._tokens[who.name, epoch] = token, until
        return token


def _answer(promise: Promise) -> Answer | None:
    """Return what a function answered; None where it is gone."""
    try:
        return answer_of(promise.result())
    except Killed:
        return None
