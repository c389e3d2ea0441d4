"""What is served of a video: files in a folder, and what is told of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from PIL import Image

from functions.media.files import Details, told_of
from functions.media.images import hashed, sized, stills
from functions.media.ladder import MASTER, ONE_FILE, one_file_of
from functions.media.served import written
from functions.media.videos import Lengths, video_of

SMALLER: Final = {"640", "320"}
"""Renditions of a picture that its first frame has too."""


def served_of(
    upload: BinaryIO, content_type: str, folder: Path, seconds: Sequence[int]
) -> tuple[Details, Details | None]:
    """Write into a folder what is served of a video; return its size and length, and its renditions as of a picture.

    Of one that takes too long only the posters are made, and what has to be known to make the rest is returned beside;
    `seconds` are those of `Lengths`.

    Raises:
        Rejected: it cannot be shown.
    """
    video = video_of(upload, content_type, folder, Lengths(*seconds))
    top, whole = video.rungs[0], one_file_of(video.rungs)
    posters = written(stills(_posters(video.poster)), folder)
    details = {
        "width": top.width,
        "height": top.height,
        "duration": video.duration,
        "blurhash": hashed(video.poster),
        "exif": dict(video.told),
        "renditions": posters,
    }
    if not video.is_whole:
        rate = video.rate.as_integer_ratio()
        return details, {
            "width": top.width,
            "height": top.height,
            "rate": rate,
            "has_sound": video.has_sound,
        }
    details["renditions"] = [
        told_of("hls", top.width, top.height, MASTER, (folder / MASTER).stat().st_size),
        told_of("mp4", whole.width, whole.height, ONE_FILE, (folder / ONE_FILE).stat().st_size),
        *posters,
    ]
    return details, None


def _posters(first: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    yield "poster", first
    yield from ((name, image) for name, image in sized(first) if name in SMALLER)
