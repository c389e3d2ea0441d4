"""Media in the table, as far as posts show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kith.domain.media import Medium, MediumKind, MediumStatus
from kith.domain.posts import PostChanged
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import Item, MediumItem
from kith.table.transactions import Update
from kith.tracing import id_from


def trace_of(media_id: int) -> str:
    """Return the trace in which an upload goes on: what S3 and MediaConvert tell of its files names none."""
    return id_from("medium", media_id)


@dataclass(frozen=True, slots=True)
class MediaStore:
    """Media: a verb per access pattern."""

    table: Table

    def by_id(self, media_id: int) -> Medium | None:
        """Return a medium, or None."""
        item = self.table.get(MediumItem, media_id=media_id)
        return None if item is None else medium_of(item)

    def by_ids(self, media_ids: Iterable[int]) -> dict[int, Medium]:
        """Return the media that exist among some."""
        keys = [MediumItem.pattern.key(media_id=media_id) for media_id in media_ids]
        return media_among(batches.get_all(self.table, keys).values()) if keys else {}


def media_among(items: Iterable[Item]) -> dict[int, Medium]:
    """Return the media among some items, by identifier."""
    media = (medium_of(item) for item in items if isinstance(item, MediumItem))
    return {medium.media_id: medium for medium in media}


def medium_of(item: MediumItem) -> Medium:
    """Return the medium that an item holds."""
    return Medium(
        media_id=item.values["media_id"],
        owner_id=int(item.owner_id),
        kind=MediumKind(item.media_kind),
        status=MediumStatus(item.status),
        content_type=item.content_type,
        alt_text=item.alt_text,
        reason=item.reason,
        post_id=None if item.post_id is None else int(item.post_id),
        is_worn=bool(item.is_worn),
        is_converted_elsewhere=bool(item.is_converted_elsewhere),
        details=item.details,
    )


def showing(medium: Medium, post_id: int) -> Update:
    """Return the write that lets a post show a medium, if it is as it was read and no other post shows it."""
    as_read = (
        (MediumItem.owner_id == medium.owner_id)
        & (MediumItem.status == medium.status)
        & MediumItem.post_id.does_not_exist()
    )
    item = MediumItem.at(media_id=medium.media_id)
    return Update(item, [MediumItem.post_id.set(post_id)], as_read, PostChanged())


def written(medium: Medium) -> dict[str, Any]:
    """Return a medium as the post that shows it keeps it: without what is its owner's alone."""
    return {
        "media_id": medium.media_id,
        "kind": medium.kind,
        "status": medium.status,
        "alt_text": medium.alt_text,
        "reason": medium.reason,
        "details": {name: value for name, value in medium.details.items() if name != "exif"},
    }


def read_back(kept: dict[str, Any], *, owner_id: int, post_id: int) -> Medium:
    """Return a medium that the post which shows it keeps."""
    return Medium(
        media_id=int(kept["media_id"]),
        owner_id=owner_id,
        kind=MediumKind(kept["kind"]),
        status=MediumStatus(kept["status"]),
        alt_text=kept["alt_text"],
        reason=kept["reason"],
        post_id=post_id,
        details=kept["details"],
    )
