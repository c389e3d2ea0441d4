"""How a push is written: what the browser's service worker reads, and what its push service is told."""

import base64
import hashlib
import json
import unicodedata
from typing import Final

from functions.web_push.notices import Told

TITLE_MOST: Final = 100
BODY_MOST: Final = 200
"""Code points. With all of them of four bytes a payload is below the size that each is padded to."""
TOPIC_BYTES: Final = 24
"""As many as the 32 characters stand for that a topic may have (RFC 8030, 5.4)."""


def payload(notification_id: int, told: Told) -> bytes:
    """Return what a browser is told: `{type, notification_id, title, body}` as JSON."""
    words: dict[str, str | int] = {
        "type": told.type,
        "notification_id": notification_id,
        "title": _shortened(told.title, TITLE_MOST),
        "body": _shortened(told.body, BODY_MOST),
    }
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()


def topic(user_id: int, told: Told) -> str:
    """Return the name of a notification's group for push services, who must not learn whose or what it is."""
    digest = hashlib.sha256(f"{user_id} {told.topic}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:TOPIC_BYTES]).decode()


def _shortened(words: str, most: int) -> str:
    """Return words on one line; JSON would write a control character as six."""
    line = "".join(" " if unicodedata.category(each) == "Cc" else each for each in words)
    return line if len(line) <= most else line[: most - 1] + "…"
