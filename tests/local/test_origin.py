import asyncio
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from local.emulator.origin import BODY_LIMIT, CONCURRENCY, Message, Origin, Receive, Scope, Send, refusal


class Emulator:
    """Answers 200, and remembers what it was asked."""

    def __init__(self) -> None:
        self.scope: Scope = {}
        self.body = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


class Client:
    """Asks an origin in front of an emulator."""

    def __init__(self, folder: Path) -> None:
        self.emulator = Emulator()
        self.route = folder / "route"
        self.route.write_text("abc123\n")
        self._origin = Origin(self.emulator, self.route, "127.0.0.1:8080")

    def ask(
        self, path: str, headers: Iterable[tuple[bytes, bytes]] = (), body: Iterable[bytes] = (b"",)
    ) -> list[Message]:
        chunks = list(body)
        pending: list[Message] = [
            {"type": "http.request", "body": chunk, "more_body": at + 1 < len(chunks)}
            for at, chunk in enumerate(chunks)
        ]
        answers: list[Message] = []

        async def receive() -> Message:
            return pending.pop(0)

        async def send(message: Message) -> None:
            answers.append(message)

        scope = {
            "type": "http",
            "path": path,
            "raw_path": path.encode(),
            "headers": list(headers),
            "client": ("127.0.0.1", 50000),
        }
        asyncio.run(self._origin(scope, receive, send))
        return answers


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return Client(tmp_path)


def test_a_path_reaches_the_api_below_its_default_stage(client: Client) -> None:
    answers = client.ask("/api/v1/posts/")

    assert answers[0]["status"] == 200
    assert client.emulator.scope["path"] == "/_aws/execute-api/abc123/$default/api/v1/posts/"
    assert client.emulator.scope["raw_path"] == b"/_aws/execute-api/abc123/$default/api/v1/posts/"


def test_functions_see_the_origin_and_the_caller_whatever_the_client_claims(client: Client) -> None:
    claims = [(b"host", b"evil.s3.localhost"), (b"X-Forwarded-For", b"9.9.9.9"), (b"accept", b"*/*")]

    client.ask("/health", headers=claims)

    assert dict(client.emulator.scope["headers"]) == {
        b"accept": b"*/*",
        b"host": b"127.0.0.1:8080",
        b"x-forwarded-for": b"127.0.0.1",
        b"x-forwarded-proto": b"http",
        b"x-forwarded-port": b"8080",
    }
    assert len(client.emulator.scope["headers"]) == 5


def test_a_body_of_the_largest_size_arrives_whole(client: Client) -> None:
    half = b"x" * (BODY_LIMIT // 2)

    answers = client.ask("/api/v1/posts", body=[half, half])

    assert answers[0]["status"] == 200
    assert len(client.emulator.body) == BODY_LIMIT


def test_a_body_that_is_one_byte_too_large_is_a_413_problem(client: Client) -> None:
    answers = client.ask("/api/v1/posts", body=[b"x" * BODY_LIMIT, b"x"])

    problem = json.loads(answers[1]["body"])
    assert answers[0]["status"] == problem["status"] == 413
    assert (b"content-type", b"application/problem+json") in answers[0]["headers"]
    assert problem.keys() == {"type", "title", "status", "detail", "code", "request_id"}
    assert client.emulator.scope == {}


def test_before_there_is_an_api_the_answer_is_a_503_problem(client: Client) -> None:
    client.route.unlink()

    answers = client.ask("/health")

    assert answers[0]["status"] == json.loads(answers[1]["body"])["status"] == 503
    assert client.emulator.scope == {}


def test_requests_beyond_what_is_served_at_a_time_wait_for_their_turn(tmp_path: Path) -> None:
    (tmp_path / "route").write_text("abc123")
    serving = most = 0

    async def emulator(_scope: Scope, _receive: Receive, send: Send) -> None:
        nonlocal serving, most
        serving += 1
        most = max(most, serving)
        await asyncio.sleep(0)
        serving -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def everybody() -> int:
        origin = Origin(emulator, tmp_path / "route", "127.0.0.1:8080")
        answers: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            answers.append(message)

        scope = {"type": "http", "path": "/", "headers": []}
        await asyncio.gather(*(origin(dict(scope), receive, send) for _ in range(5 * CONCURRENCY)))
        return len(answers)

    assert asyncio.run(everybody()) == 5 * CONCURRENCY
    assert most == CONCURRENCY


class Websockets:
    """Opens what it is asked to, or refuses it as ASGI does."""

    def __init__(self, status: int | None = None) -> None:
        self.scope: Scope = {}
        self._status = status

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        if self._status is None:
            await send({"type": "websocket.accept"})
        else:
            refusal.set(self._status)
        await send({"type": "websocket.close", "code": 1008})


def shake_hands(emulator: Websockets, route: Path, **more: object) -> list[Message]:
    answers: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        answers.append(message)

    scope = {
        "type": "websocket",
        "path": "/any/path",
        "raw_path": b"/any/path",
        "query_string": b"ticket=x",
        "headers": [(b"host", b"evil"), (b"sec-websocket-version", b"13")],
        "client": ("127.0.0.1", 50000),
        "extensions": {"websocket.http.response": {}},
    }
    asyncio.run(Origin(emulator, route, "127.0.0.1:8080")(scope | more, receive, send))
    return answers


@pytest.fixture
def both(tmp_path: Path) -> Path:
    route = tmp_path / "route"
    route.write_text("abc123\ndef456/local\n")
    return route


def test_a_websocket_on_any_path_reaches_the_api_of_websockets(both: Path) -> None:
    emulator = Websockets()
    answers = shake_hands(emulator, both)
    assert [answer["type"] for answer in answers] == ["websocket.accept", "websocket.close"]
    assert emulator.scope["path"] == "/_aws/execute-api/def456/local"
    assert emulator.scope["raw_path"] == b"/_aws/execute-api/def456/local"
    assert emulator.scope["query_string"] == b"ticket=x"
    assert (b"host", b"127.0.0.1:8080") in emulator.scope["headers"]


def test_a_refused_handshake_has_the_status_that_the_function_gave(both: Path) -> None:
    answers = shake_hands(Websockets(401), both)
    assert [answer.get("status") for answer in answers] == [401, None]
    assert [answer["type"].rpartition(".")[2] for answer in answers] == ["start", "body"]


def test_a_server_that_cannot_say_why_refuses_all_the_same(both: Path) -> None:
    assert shake_hands(Websockets(401), both, extensions={}) == [{"type": "websocket.close", "code": 1008}]


def test_before_there_are_websockets_they_are_refused(client: Client) -> None:
    emulator = Websockets()
    assert shake_hands(emulator, client.route) == [{"type": "websocket.close", "code": 1013}]
    assert emulator.scope == {}
