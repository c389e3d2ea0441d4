"""A video that has come, or has been converted -> what is served of it."""

from typing import Any

from functions.media import wiring
from kith.workers import each_message


def _handle(message: dict[str, Any]) -> None:
    match message:
        case {"detail-type": "Object Created", "detail": {"object": {"key": name, "version-id": version}}}:
            wiring.processor().uploaded(name, version)
        case {
            "detail-type": "MediaConvert Job State Change",
            "detail": {"status": status, "userMetadata": {"media_id": media_id, "version": version}},
        }:
            wiring.long_videos().ended(int(media_id), version, status)


handler = each_message("media", _handle)
