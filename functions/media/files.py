"""Where the files of media are: what was uploaded in one bucket, what is served of it in another."""

import re
from pathlib import PurePath
from typing import Any, Final

from kith.domain.media import MediumKind

UPLOADS: Final = "uploads/"
KINDS_OF_FILES: Final = {
    MediumKind.IMAGE: "picture",
    MediumKind.AVATAR: "picture",
    MediumKind.VIDEO: "video",
}
"""How an upload is called, by which whoever reads it is told of it."""
CONTENT_TYPES: Final = {
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
}
"""Of what is served, by how its name ends."""
PLAYLIST: Final = ".m3u8"
Details = dict[str, Any]
_RENDITION = re.compile(r"[a-z0-9]{1,16}([-_][0-9]{1,6})?\.[a-z0-9]{1,5}")
_UPLOAD = re.compile(UPLOADS + r"([1-9][0-9]{0,15})/(?:picture|video)")


def upload_name(media_id: int, kind: MediumKind) -> str:
    """Return where a medium's upload is."""
    return uploads_of(media_id) + KINDS_OF_FILES[kind]


def uploads_of(media_id: int) -> str:
    """Return what the names of all files that were uploaded as a medium begin with."""
    return f"{UPLOADS}{media_id}/"


def counted_name(media_id: int) -> str:
    """Return where a copy of the version of an upload is that counts, for who cannot ask for a version."""
    return uploads_of(media_id) + "counted"


def medium_of_upload(name: str) -> int | None:
    """Return whose medium a file is the upload of, or None if it is none's."""
    found = _UPLOAD.fullmatch(name)
    return None if found is None else int(found[1])


def renditions_of(media_id: int) -> str:
    """Return what the names of all renditions of a medium begin with."""
    return f"media/{media_id}/"


def may_be_rendition(file: str) -> bool:
    """Tell whether a file could be called so."""
    return _RENDITION.fullmatch(file) is not None


def told_of(name: str, width: int, height: int, file: str, size: int) -> Details:
    """Return what is told of a file that is served; its size in bytes."""
    return {
        "name": name,
        "content_type": CONTENT_TYPES[PurePath(file).suffix],
        "width": width,
        "height": height,
        "bytes": size,
        "file": file,
    }
