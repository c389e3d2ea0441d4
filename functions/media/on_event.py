"""A picture that has come, or a medium that is gone or rejected -> what is served of it."""

from typing import Any

from functions.media import wiring
from kith import events
from kith.workers import each_message


def _handle(message: dict[str, Any]) -> None:
    match message:
        case {"detail-type": "Object Created", "detail": {"object": {"key": name, "version-id": version}}}:
            wiring.processor().uploaded(name, version)
        case {
            "detail-type": events.MEDIA_DELETED | events.MEDIA_REJECTED,
            "detail": {"media_id": media_id},
        }:
            wiring.processor().gone(media_id)


handler = each_message("media", _handle)
