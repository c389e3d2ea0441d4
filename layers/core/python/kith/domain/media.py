"""Media: what people upload, and what posts show of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from kith.domain import ids, text
from kith.domain.clock import DAY, MINUTE
from kith.domain.errors import Conflict, Invalid, NotFound

ALT_TEXT_MOST: Final = 1_000
IMAGE_BYTES_MOST: Final = 20 * 1024 * 1024
IMAGE_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif")
FORM_LIFETIME: Final = 15 * MINUTE
"""For how long a form takes files; S3 finishes what has begun by then."""
KEPT_UNATTACHED: Final = DAY
"""For how long what no post shows is kept."""


class MediumKind(StrEnum):
    """What a medium is."""

    IMAGE = "image"
    VIDEO = "video"
    AVATAR = "avatar"


class MediumStatus(StrEnum):
    """How far a medium is."""

    AWAITING_UPLOAD = "awaiting_upload"
    PROCESSING = "processing"
    READY = "ready"
    REJECTED = "rejected"


class MediumNotFound(NotFound):
    """There is no such medium, or the caller may not see it."""

    code = "medium_not_found"
    message = "There is no such medium, or you cannot see it."


class MediumInUse(Conflict):
    """A post shows the medium."""

    code = "medium_in_use"
    message = "A post shows this medium: delete the post instead."


@dataclass(frozen=True, slots=True)
class Medium:
    """A medium: whose it is, how far it is, and which post shows it."""

    media_id: int
    owner_id: int
    kind: MediumKind
    status: MediumStatus
    content_type: str = ""
    """What it was said to be when its upload was opened."""
    alt_text: str = ""
    reason: str | None = None
    """Why it was rejected."""
    post_id: int | None = None
    """The post that shows it; another one cannot."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What there is to say of it once it is ready: its sizes and renditions, and for its owner what a camera told."""

    @property
    def opened_at(self) -> int:
        """When its upload was opened, in milliseconds since the Unix epoch."""
        return ids.created_at(self.media_id)


def accepted_image(content_type: str, size: int, alt_text: str) -> str:
    """Return the alternative text of a picture that may be uploaded, as it is kept.

    Raises:
        Invalid: it is of another type or too large, or the text is not acceptable.
    """
    if content_type not in IMAGE_TYPES:
        raise Invalid.because("content_type", f"must be one of {', '.join(IMAGE_TYPES)}")
    if not 0 < size <= IMAGE_BYTES_MOST:
        raise Invalid.because("bytes", f"must be 1 to {IMAGE_BYTES_MOST:,}")
    return text.written("alt_text", alt_text, most=ALT_TEXT_MOST)
