from collections.abc import Callable
from typing import Any

import pytest

from kith.domain.errors import Unauthenticated, Unavailable
from kith.domain.single_use import InvalidToken
from kith.domain.users import AccountSuspended
from kith.websocket_events import Event, websocket_event

EVENT = {"requestContext": {"connectionId": "a=", "routeKey": "$connect"}, "body": "x"}


def failing(error: Exception) -> Callable[[str, Event], None]:
    def handle(_connection_id: str, _event: Event) -> None:
        raise error

    return handle


def test_a_connection_is_given_by_its_name_with_the_event() -> None:
    given: list[Any] = []
    handler = websocket_event("realtime", lambda connection_id, event: given.append((connection_id, event)))
    assert handler(EVENT, None) == {"statusCode": 200}
    assert given == [("a=", EVENT)]


@pytest.mark.parametrize(
    ("error", "status"),
    [(InvalidToken(), 401), (Unauthenticated(), 401), (AccountSuspended(), 401), (Unavailable(), 503)],
    ids=lambda each: type(each).__name__,
)
def test_what_cannot_be_done_is_a_refusal(error: Exception, status: int) -> None:
    assert websocket_event("realtime", failing(error))(EVENT, None) == {"statusCode": status}


def test_a_bug_is_told_as_one() -> None:
    with pytest.raises(ZeroDivisionError):
        websocket_event("realtime", failing(ZeroDivisionError()))(EVENT, None)
