"""Files of what is served, and what is told of each."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from functions.media.files import CONTENT_TYPES
from functions.media.images import Rendition

SUFFIXES: Final = {content_type: suffix for suffix, content_type in CONTENT_TYPES.items()}
Details = dict[str, Any]


def written(renditions: Iterable[Rendition], folder: Path) -> list[Details]:
    """Write renditions into a folder; return what is told of them."""
    told = []
    for each in renditions:
        path = folder / f"{each.name}{SUFFIXES[each.content_type]}"
        path.write_bytes(each.content)
        told.append(told_of(each.name, each.width, each.height, path))
    return told


def told_of(name: str, width: int, height: int, path: Path) -> Details:
    """Return what is told of a file that is served."""
    return {
        "name": name,
        "content_type": CONTENT_TYPES[path.suffix],
        "width": width,
        "height": height,
        "bytes": path.stat().st_size,
        "file": path.name,
    }
