"""Media: pictures and videos that posts show, as far as posts know them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


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


@dataclass(frozen=True, slots=True)
class Medium:
    """A medium: whose it is, how far it is, and which post shows it."""

    media_id: int
    owner_id: int
    kind: MediumKind
    status: MediumStatus
    alt_text: str = ""
    reason: str | None = None
    """Why it was rejected."""
    post_id: int | None = None
    """The post that shows it; another one cannot."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What there is to say of it once it is ready: its sizes and renditions."""
