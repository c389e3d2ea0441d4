"""Websockets without API Gateway: the doors that it wakes, and what is sent to it."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from functions.realtime.api import door
from functions.realtime.on_connect import handler as on_connect
from functions.realtime.on_disconnect import handler as on_disconnect
from functions.realtime.on_event import handler as on_event
from functions.realtime.on_frame import handler as on_frame
from kith import aws, deployment
from kith.domain.clock import DAY, system_clock
from kith.domain.sessions import Session, new_session_id
from kith.table.sessions import SessionStore
from kith.table.transactions import write
from kith.tokens import Caller
from tests.builders import queue_event
from tests.component.conftest import KEY, Person, token_for

TICKET = "POST /api/v1/realtime/ticket"
ENDPOINT = "https://websocket.kith.example/test"
PING = {"type": "ping"}
NOTHING_FAILED: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}
_numbers = itertools.count(1)


@dataclass
class Gateway:
    """API Gateway as far as it reaches websockets."""

    got: dict[str, list[Any]] = field(default_factory=dict)
    """What each open websocket got."""
    closed: list[str] = field(default_factory=list)
    failing: Callable[[str], bool] = lambda _connection_id: False
    """Which it does not answer for."""
    losing: Callable[[str], bool] = lambda _connection_id: False
    """For which it does what it is asked to, but the answer is lost."""

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> dict[str, Any]:  # noqa: N803  # AWS's names
        self._answer(ConnectionId, "PostToConnection")
        self.got[ConnectionId].append(json.loads(Data))
        self._lose(ConnectionId)
        return {}

    def delete_connection(self, *, ConnectionId: str) -> dict[str, Any]:  # noqa: N803  # the same
        self._answer(ConnectionId, "DeleteConnection")
        del self.got[ConnectionId]
        self.closed.append(ConnectionId)
        self._lose(ConnectionId)
        return {}

    def _answer(self, connection_id: str, operation: str) -> None:
        if self.failing(connection_id):
            raise refusal("LimitExceededException", operation)
        if connection_id not in self.got:
            raise refusal("GoneException", operation)

    def _lose(self, connection_id: str) -> None:
        if self.losing(connection_id):
            raise ReadTimeoutError(endpoint_url=ENDPOINT)

    def vanish(self, connection_id: str) -> None:
        """Let a client be gone without a goodbye."""
        del self.got[connection_id]

    def everything(self) -> list[Any]:
        return [frame for frames in self.got.values() for frame in frames]


def refusal(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


@pytest.fixture
def gateway(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    client, stand_in = aws.websocket_client(ENDPOINT), Gateway()
    monkeypatch.setattr(client, "post_to_connection", stand_in.post_to_connection)
    monkeypatch.setattr(client, "delete_connection", stand_in.delete_connection)
    return stand_in


@dataclass(frozen=True)
class Login:
    """Somebody with a session that is stored."""

    person: Person
    session_id: str

    def ticket(self) -> str:
        answer = self.person.at(door).send(TICKET)
        assert answer.status == 200, answer.text
        return str(answer.json["ticket"])


def log_in(person: Person, epoch: int = 0) -> Login:
    """Open a session for somebody, and let them speak from it."""
    now, session_id = system_clock(), new_session_id(person.user_id)
    token_for(person.user_id)  # whose key it is, is known from then on
    session = Session(person.user_id, session_id, epoch, 1, now, now, now + DAY)
    write(deployment.table(), SessionStore.opening(session))
    caller = Caller(person.user_id, session_id, epoch, now // 1_000 + 600)
    token = KEY.sign(caller, token_id="token", now=now)
    return Login(Person(person.user_id, person.username, token), session_id)


def told_by_gateway(connection_id: str, kind: str, **more: Any) -> dict[str, Any]:
    route = {"CONNECT": "$connect", "DISCONNECT": "$disconnect", "MESSAGE": "$default"}[kind]
    context = {"connectionId": connection_id, "eventType": kind, "routeKey": route, "stage": "test"}
    return {"requestContext": context, "isBase64Encoded": False, **more}


def shake_hands(ticket: str | None, gateway: Gateway, connection_id: str | None = None) -> tuple[int, str]:
    """Try to open a websocket; return what the client is answered, and what API Gateway calls it."""
    name = connection_id or f"L0SM9cOFv{next(_numbers)}w="
    query = None if ticket is None else {"ticket": ticket}
    status = on_connect(told_by_gateway(name, "CONNECT", queryStringParameters=query), None)["statusCode"]
    if status == 200:
        gateway.got[name] = []
    return status, name


def connect(login: Login, gateway: Gateway) -> str:
    status, name = shake_hands(login.ticket(), gateway)
    assert status == 200
    return name


def say(connection_id: str, text: str) -> int:
    return on_frame(told_by_gateway(connection_id, "MESSAGE", body=text), None)["statusCode"]


def ping(connection_id: str) -> int:
    return say(connection_id, json.dumps(PING))


def hang_up(connection_id: str, gateway: Gateway) -> None:
    gateway.got.pop(connection_id, None)
    assert on_disconnect(told_by_gateway(connection_id, "DISCONNECT"), None) == {"statusCode": 200}


def event(name: str, **detail: Any) -> dict[str, Any]:
    """Return an event as EventBridge leaves it in the queue, with fields that nobody here knows."""
    known = {"v": 1, "event_id": "event-1", "colour": "red"} | detail
    return {"version": "0", "source": "kith", "detail-type": name, "detail": known}


def deliver(*messages: dict[str, Any]) -> dict[str, Any]:
    return dict(on_event(queue_event(*messages), None))
