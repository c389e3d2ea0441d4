"""What is served of a picture: files in a folder, and what is told of them."""

from pathlib import Path
from typing import BinaryIO

from functions.media.files import Details
from functions.media.images import avatar_of, picture_of
from functions.media.served import written
from kith.domain.media import MediumKind


def served_of(upload: BinaryIO, kind: MediumKind, content_type: str, folder: Path) -> Details:
    """Write into a folder what is served of a picture; return its size, and its renditions by name, type, size and file.

    Raises:
        Rejected: it cannot be shown.
    """
    read = avatar_of if kind is MediumKind.AVATAR else picture_of
    picture = read(upload.read(), content_type)
    return {
        "width": picture.width,
        "height": picture.height,
        "blurhash": picture.blurhash,
        "exif": picture.exif,
        "renditions": written(picture.renditions, folder),
    }
