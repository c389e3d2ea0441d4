"""A video that has come -> what is served of it."""

from typing import Any

from functions.media import wiring
from kith.workers import each_message


def _handle(message: dict[str, Any]) -> None:
    match message:
        case {"detail-type": "Object Created", "detail": {"object": {"key": name, "version-id": version}}}:
            wiring.processor().uploaded(name, version)


handler = each_message("media", _handle)
