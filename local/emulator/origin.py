"""The public origin: takes what comes as API Gateway's own endpoints would, and hands it to the emulated APIs."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_LIMIT = 6 * 1024 * 1024
"""Bytes of the largest body: AWS Lambda takes 6 MB, which is less than API Gateway's own 10 MB."""

DRAIN_LIMIT = 64 * 1024 * 1024
"""Bytes of a refused body that are still read, since a client that is cut off never sees the refusal."""

CONCURRENCY = 8
"""Requests served at a time; others wait. Each takes a process, and starting more than that takes longer than waiting."""

refusal: ContextVar[int] = ContextVar("refusal", default=403)
"""With what status the handshake under way is refused, where a function has said so."""

# The proxy's to say, not the client's.
_PROXY_HEADERS = {b"host", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-port"}


class Origin:
    """An ASGI application that serves the deployed HTTP API at the root of one port, and websockets anywhere on it.

    Args:
        emulator: the application that emulates AWS.
        route_file: holds the id of the API, and in a second line id and stage of that of websockets; absent until
            there is one.
        authority: the `host:port` that clients use; functions see it as their host.
    """

    def __init__(self, emulator: App, route_file: Path, authority: str) -> None:
        self._emulator = emulator
        self._route_file = route_file
        self._authority = authority
        self._turns = asyncio.Semaphore(CONCURRENCY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection or request, as ASGI has it."""
        apis = self._apis()
        if scope["type"] == "websocket":
            if len(apis) > 1:
                to_websockets = self._addressed_to(apis[1], scope, "")
                await self._emulator(to_websockets, receive, _refusing(scope, send))
            else:
                await send({"type": "websocket.close", "code": 1013})
            return
        api = apis[0] if apis else None
        if api is None:
            detail = "The stack is still being deployed; `make up` says when it is ready."
            await _refuse(send, 503, "unavailable", "Service Unavailable", detail)
            return
        body = await _body(receive)
        if body is None:
            detail = f"A request body has at most {BODY_LIMIT:,} bytes."
            await _refuse(send, 413, "too_large", "Content Too Large", detail)
            return
        async with self._turns:
            # Naming the stage keeps the emulator from taking the path's first segment for one.
            asked = self._addressed_to(f"{api}/$default", scope, scope["path"])
            await self._emulator(asked, _replay(body, receive), send)

    def _apis(self) -> list[str]:
        try:
            return self._route_file.read_text().split()
        except FileNotFoundError:
            return []

    def _addressed_to(self, stage: str, scope: Scope, path: str) -> Scope:
        prefix = f"/_aws/execute-api/{stage}"
        raw_path = (scope.get("raw_path") or path.encode()) if path else b""
        client, port = (scope.get("client") or ("127.0.0.1", 0))[0], self._authority.rpartition(":")[2]
        headers = [(name, value) for name, value in scope["headers"] if name.lower() not in _PROXY_HEADERS]
        headers += [
            (b"host", self._authority.encode()),
            (b"x-forwarded-for", client.encode()),
            (b"x-forwarded-proto", b"http"),
            (b"x-forwarded-port", port.encode()),
        ]
        return {
            **scope,
            "path": prefix + path,
            "raw_path": prefix.encode() + raw_path,
            "headers": headers,
        }


def _refusing(scope: Scope, send: Send) -> Send:
    """Refuse a handshake with the status that its function has answered: ASGI's own refusal is always 403."""
    is_open = False

    async def sent(message: Message) -> None:
        nonlocal is_open
        is_open = is_open or message["type"] != "websocket.close"
        if is_open or "websocket.http.response" not in (scope.get("extensions") or {}):
            await send(message)
            return
        await send({"type": "websocket.http.response.start", "status": refusal.get(), "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})

    return sent


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body, or nothing if it is too large."""
    chunks: list[bytes] = []
    size = 0
    more = True
    while more and size <= DRAIN_LIMIT:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= BODY_LIMIT:
            chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks) if size <= BODY_LIMIT else None


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return pending.pop() if pending else await receive()

    return replayed


async def _refuse(send: Send, status: int, code: str, title: str, detail: str) -> None:
    problem = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": str(uuid.uuid4()),
    }
    body = json.dumps(problem).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
