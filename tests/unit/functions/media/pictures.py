"""Pictures for tests."""

import io
from typing import Any

from PIL import ExifTags, Image

from functions.media.images import UPRIGHT

RED = (220, 20, 20)
UNDOING = {6: 8, 8: 6}
"""What turns back what makes upright; the others undo themselves."""


def quartered(width: int, height: int) -> Image.Image:
    """Return a picture whose upper left quarter is red, on blue."""
    image = Image.new("RGB", (width, height), (20, 20, 160))
    image.paste(RED, (0, 0, max(1, width // 2), max(1, height // 2)))
    return image


def encoded(image: Image.Image, kind: str, *, orientation: int = 1, canaries: bool = False) -> bytes:
    """Return a picture that says how it was held, and is turned so that it is upright if that is heeded."""
    if orientation in UPRIGHT:
        image = image.transpose(UPRIGHT[UNDOING.get(orientation, orientation)])
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    if canaries:
        exif[ExifTags.Base.Make] = "CANARY"
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.FNumber] = 1.8
        place: dict[int, Any] = {1: "S", 2: (48.0, 8.0, 15.0), 3: "E", 4: (11.0, 34.0, 30.0)}
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    told: dict[str, Any] = {} if kind == "GIF" else {"exif": exif}
    if kind == "JPEG":
        told["comment"] = b"CANARY" if canaries else b""
    file = io.BytesIO()
    image.save(file, kind, quality=92, **told)
    return file.getvalue()


def animated(kind: str, width: int, height: int, colours: list[str]) -> bytes:
    """Return a picture that shows one colour after the other, each for 70 milliseconds."""
    first, *more = [Image.new("RGB", (width, height), colour) for colour in colours]
    file = io.BytesIO()
    first.save(file, kind, save_all=True, append_images=more, duration=70, loop=0)
    return file.getvalue()
