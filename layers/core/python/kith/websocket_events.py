"""Doors that websockets wake: API Gateway tells of a connection, and takes a status for its answer."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kith.domain.errors import DomainError, Unavailable
from kith.telemetry import finished, logger
from kith.tracing import span

OK: Final = 200
UNAUTHORIZED: Final = 401
UNAVAILABLE: Final = 503

Event = Mapping[str, Any]


def websocket_event(
    room: str, handle: Callable[[str, Event], object]
) -> Callable[[Event, object], dict[str, int]]:
    """Return a handler that gives a connection's name and the event to `handle`.

    The answer to a handshake is what the client gets for it: only OK opens the websocket.
    """

    def handler(event: Event, _context: object) -> dict[str, int]:
        context = event["requestContext"]
        with span(context.get("requestId") or context["connectionId"]):
            status = _status(room, handle, event)
            finished(room, "websocket event", route=context.get("routeKey"), status=status)
        return {"statusCode": status}

    return handler


def _status(room: str, handle: Callable[[str, Event], object], event: Event) -> int:
    try:
        handle(event["requestContext"]["connectionId"], event)
    except Unavailable:
        logger(room).warning("not this time", exc_info=True)
        return UNAVAILABLE
    except DomainError:
        return UNAUTHORIZED
    return OK
