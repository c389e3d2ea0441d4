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
VIDEO_TYPES: Final = ("video/mp4", "video/quicktime", "video/webm")
AVATAR_FILES: Final = {"150": "150.jpeg", "320": "320.jpeg"}
"""The files of an avatar, by the length of its sides in pixels."""
FORM_LIFETIME: Final = 15 * MINUTE
"""For how long a form takes files; S3 finishes what has begun by then."""
KEPT_UNATTACHED: Final = DAY
"""For how long what no post shows is kept."""


class MediumKind(StrEnum):
    """What a medium is: what posts show, or what stands for its owner."""

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
class UploadQuota:
    """What one account may upload on one day (UTC)."""

    uploads: int
    size: int
    """Bytes of all together."""


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
    is_worn: bool = False
    """Whether it stands for its owner."""
    is_converted_elsewhere: bool = False
    """Whether it takes too long to be made here."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What there is to say of it once it is ready: its sizes and renditions, and for its owner what a camera told."""

    @property
    def opened_at(self) -> int:
        """When its upload was opened, in milliseconds since the Unix epoch."""
        return ids.created_at(self.media_id)


def accepted_upload(kind: MediumKind, content_type: str, size: int, alt_text: str, *, video_most: int) -> str:
    """Return the alternative text of what may be uploaded, as it is kept.

    Args:
        kind: what it is.
        content_type: its type.
        size: how large it is, in bytes.
        alt_text: what it shows, for who cannot see it.
        video_most: how large a video may be, in bytes.

    Raises:
        Invalid: it is of another type or too large, or the text is not acceptable.
    """
    is_video = kind is MediumKind.VIDEO
    types, most = (VIDEO_TYPES, video_most) if is_video else (IMAGE_TYPES, IMAGE_BYTES_MOST)
    if content_type not in types:
        raise Invalid.because("content_type", f"must be one of {', '.join(types)}")
    if not 0 < size <= most:
        raise Invalid.because("bytes", f"must be 1 to {most:,}")
    return text.written("alt_text", alt_text, most=ALT_TEXT_MOST)
