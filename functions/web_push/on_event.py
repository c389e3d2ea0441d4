"""`notification.created` -> pushes to browsers."""

from typing import Any

from functions.web_push import wiring
from kith.workers import each_message


def _handle(message: dict[str, Any]) -> None:
    sender = wiring.sender()
    if sender is not None:
        sender.handle(message)


handler = each_message("web_push", _handle)
