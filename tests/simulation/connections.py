"""API Gateway's websockets: which are open, and what was sent to them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.simulation.scheduler import Process
from tests.simulation.wire import Answered, Call

Raw = dict[str, Any]


@dataclass(frozen=True)
class Heard:
    """A frame, by whom and in which session, and between which commits the function ran that sent it."""

    name: str
    session: str
    frame: Raw
    begun: int
    sent: int


@dataclass(eq=False)
class Websockets:
    """API Gateway: which connections are open, and whose. Until a handshake is answered it says that they are gone."""

    process: Callable[[], Process]
    commits: Callable[[], int]
    open: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Of each connection, who is there and in which session."""
    heard: list[Heard] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    """Of which nothing has been told yet."""
    named: int = 0

    def __call__(self, call: Call) -> Raw:
        connection_id = unquote(urlsplit(call.url).path).rpartition("/")[2]
        if connection_id not in self.open:
            raise Answered(410, {"__type": "GoneException", "message": "gone"})
        if call.operation == "DeleteConnection":
            self.close(connection_id)
        else:
            assert call.operation == "PostToConnection"
            name, session = self.open[connection_id]
            self.heard.append(Heard(name, session, call.body, self.process().begun, self.commits()))
        return {}

    def close(self, connection_id: str) -> None:
        """Let a connection be over, of which API Gateway tells."""
        if self.open.pop(connection_id, None):
            self.closed.append(connection_id)

    def new_name(self) -> str:
        self.named += 1
        return f"websocket{self.named}="


def told_of(connection_id: str, **more: Any) -> Raw:
    """Return what API Gateway tells of a connection."""
    return {"requestContext": {"connectionId": connection_id, "routeKey": "any"}, **more}
