"""What is served of a video: files in a folder, and what is told of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from PIL import Image

from functions.media import streaming
from functions.media.images import hashed, sized, stills
from functions.media.served import Details, told_of, written
from functions.media.streaming import one_file_of
from functions.media.videos import video_of

SMALLER: Final = {"640", "320"}
"""Renditions of a picture that its first frame has too."""


def served_of(upload: BinaryIO, content_type: str, folder: Path, *, seconds_most: int) -> Details:
    """Write into a folder what is served of a video; return its size and length, and its renditions as of a picture.

    Raises:
        Rejected: it cannot be shown.
    """
    video = video_of(upload, content_type, folder, seconds_most=seconds_most)
    top, whole = video.rungs[0], one_file_of(video.rungs)
    return {
        "width": top.width,
        "height": top.height,
        "duration": video.duration,
        "blurhash": hashed(video.poster),
        "exif": dict(video.told),
        "renditions": [
            told_of("hls", top.width, top.height, folder / streaming.MASTER),
            told_of("mp4", whole.width, whole.height, folder / streaming.ONE_FILE),
            *written(stills(_posters(video.poster)), folder),
        ],
    }


def _posters(first: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    yield "poster", first
    yield from ((name, image) for name, image in sized(first) if name in SMALLER)
