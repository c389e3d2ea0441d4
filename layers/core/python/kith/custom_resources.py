"""What CloudFormation asks a function for while it deploys: attributes of a resource of our own."""

import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final

from kith.domain.errors import Unavailable
from kith.retrying import Pause, attempts
from kith.telemetry import logger
from kith.tracing import span

SECONDS: Final = 10
"""For the answer to be taken."""
ATTEMPTS: Final = 5
"""A deployment that fails is undone as a whole: what may pass by itself is not why."""


def custom_resource(
    room: str, provide: Callable[[], Mapping[str, str]], pause: Pause = time.sleep
) -> Callable[[Mapping[str, Any], object], None]:
    """Return a handler that answers CloudFormation with what is provided, or why it could not be.

    The resource is always the same one, so nothing is taken away when it is updated or goes.
    """

    def handler(event: Mapping[str, Any], _context: object) -> None:
        going = event["RequestType"] == "Delete"
        with span(event["RequestId"]):
            answer = {"Status": "SUCCESS"} if going else _answer(room, provide, pause)
        known = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
        send(event["ResponseURL"], {**answer, **known, "PhysicalResourceId": room})

    return handler


def _answer(room: str, provide: Callable[[], Mapping[str, str]], pause: Pause) -> dict[str, Any]:
    for _ in attempts(ATTEMPTS, pause):
        try:
            return {"Status": "SUCCESS", "Data": dict(provide())}
        except Unavailable:
            logger(room).warning("cannot be provided now")
        except Exception as error:  # noqa: BLE001  # CloudFormation waits for an answer, whatever happens
            logger(room).exception("cannot be provided")
            return {"Status": "FAILED", "Reason": f"{type(error).__name__}: see the log of {room}"}
    return {"Status": "FAILED", "Reason": "AWS did not answer in time: deploy once more"}


def send(url: str, answer: Mapping[str, Any]) -> None:
    """Tell CloudFormation, at the address that it gave for that."""
    no_type = {"content-type": ""}  # which the address may be signed for
    request = urllib.request.Request(url, json.dumps(answer).encode(), no_type, method="PUT")  # noqa: S310  # CloudFormation's
    with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310  # the same
        pass
