"""Two ports, one process: AWS on the one, the public origin on the other."""

import asyncio

from ministack import app as ministack

from local.emulator import snapshots
from local.emulator.origin import Message, Origin, Receive, Scope, Send
from local.home import Home

_AS_IF_BY_TLS = (b"x-forwarded-proto", b"https")

SAVE_PATH = "/_kith/save"
SAVE_EVERY = 20.0
"""Seconds between snapshots while requests come; longer when a snapshot takes long."""


class Gateway:
    """The ASGI application of both ports, and the one who saves the state.

    Args:
        home: where the state is kept.
        port: the origin's.
        aws_port: the emulated AWS endpoint's.
    """

    def __init__(self, home: Home, port: int, aws_port: int) -> None:
        self._home = home
        self._aws_port = aws_port
        self._origin = Origin(ministack.app, home.route, f"127.0.0.1:{port}")
        self._saving = asyncio.Lock()
        self._requests = 0
        self._requests_saved = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection or request, as ASGI has it."""
        if scope["type"] == "lifespan":
            await ministack.app(scope, receive, _without_its_own_saving(send))
            return
        to_aws = scope["server"][1] == self._aws_port
        if to_aws and scope["path"] == SAVE_PATH:
            await self.save()
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        self._requests += 1
        if to_aws:
            # Buckets refuse what does not come over TLS; here nothing leaves the machine.
            await ministack.app({**scope, "headers": [*scope["headers"], _AS_IF_BY_TLS]}, receive, send)
        else:
            await self._origin(scope, receive, send)

    async def save(self) -> float:
        """Take a snapshot. Returns the seconds it took."""
        async with self._saving:
            self._requests_saved = self._requests
            return await asyncio.to_thread(snapshots.save, self._home.state)

    async def save_regularly(self) -> None:
        """Take snapshots while requests come, at most a tenth of the time: each burns a core."""
        pause = SAVE_EVERY
        while True:
            await asyncio.sleep(pause)
            if self._requests != self._requests_saved:
                pause = max(SAVE_EVERY, 10 * await self.save())


def _without_its_own_saving(send: Send) -> Send:
    """MiniStack restores its state when it starts, and would overwrite the snapshot when it stops."""

    async def observed(message: Message) -> None:
        if message["type"] == "lifespan.startup.complete":
            ministack.PERSIST_STATE = False
        await send(message)

    return observed
