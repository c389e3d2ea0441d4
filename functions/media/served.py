"""Files of what is served, and what is told of each."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from functions.media.files import CONTENT_TYPES, Details, told_of
from functions.media.images import Rendition

SUFFIXES: Final = {content_type: suffix for suffix, content_type in CONTENT_TYPES.items()}


def written(renditions: Iterable[Rendition], folder: Path) -> list[Details]:
    """Write renditions into a folder; return what is told of them."""
    told = []
    for each in renditions:
        path = folder / f"{each.name}{SUFFIXES[each.content_type]}"
        path.write_bytes(each.content)
        told.append(told_of(each.name, each.width, each.height, path.name, len(each.content)))
    return told
