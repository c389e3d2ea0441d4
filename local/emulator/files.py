"""What MiniStack's S3 does otherwise than AWS's."""

# ruff: noqa: SLF001, ANN401  # MiniStack has neither a public interface for these nor types

import json
import threading
from typing import Any

from ministack.services import eventbridge, s3


def tell_the_bus_of_versions() -> None:
    """What S3 tells EventBridge of a file in a bucket with versions names its version; MiniStack leaves that out."""
    fire, dispatch, told = s3._fire_s3_event, eventbridge._dispatch_event, threading.local()

    def fire_with_version(*arguments: Any, version_id: str | None = None, **more: Any) -> None:
        told.version = version_id
        try:
            fire(*arguments, version_id=version_id, **more)
        finally:
            told.version = None

    def dispatch_with_version(event: dict[str, Any], *arguments: Any, **more: Any) -> Any:
        version_id = getattr(told, "version", None)
        if event.get("Source") == "aws.s3" and version_id:
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version_id
            event = {**event, "Detail": json.dumps(detail)}
        return dispatch(event, *arguments, **more)

    s3._fire_s3_event, eventbridge._dispatch_event = fire_with_version, dispatch_with_version
