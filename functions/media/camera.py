"""What a camera says of a picture: how it was held, and for its owner when, where and with what it was taken."""

import contextlib
import math
from typing import Any, Final

from PIL import ExifTags, Image

CAMERA: Final = {
    "make": ExifTags.Base.Make,
    "model": ExifTags.Base.Model,
    "lens": ExifTags.Base.LensModel,
    "taken_at": ExifTags.Base.DateTimeOriginal,
    "exposure_seconds": ExifTags.Base.ExposureTime,
    "f_number": ExifTags.Base.FNumber,
    "iso": ExifTags.Base.ISOSpeedRatings,
    "focal_length_mm": ExifTags.Base.FocalLength,
    "software": ExifTags.Base.Software,
}
TEXT_MOST: Final = 200
"""Characters of a text in a picture's description of itself."""


def orientation_of(image: Image.Image) -> int:
    """Return how a camera says it was held: 1 is upright, 2 to 8 are turned or mirrored."""
    return int(image.getexif().get(ExifTags.Base.Orientation, 1))


def told_by_camera(image: Image.Image) -> dict[str, Any]:
    """Return what a camera says of a picture, as far as it can be read: names and numbers only."""
    with contextlib.suppress(Exception):  # it is no part of the picture
        exif = image.getexif()
        found = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
        told = {name: plain(found[tag]) for name, tag in CAMERA.items() if tag in found}
        told |= _place(exif.get_ifd(ExifTags.IFD.GPSInfo))
        return {name: value for name, value in told.items() if value is not None}
    return {}


def plain(value: Any) -> str | float | None:  # noqa: ANN401  # whatever was read
    """Return a text or a number that somebody may be shown, or None if it is neither."""
    if isinstance(value, str):
        return "".join(filter(str.isprintable, value)).strip()[:TEXT_MOST] or None
    try:
        number = float(value[0] if isinstance(value, tuple) else value)
    except (TypeError, ValueError, ArithmeticError, IndexError):
        return None
    return round(number, 6) if math.isfinite(number) else None


def _place(gps: dict[int, Any]) -> dict[str, float]:
    """Return where a picture was taken, in degrees, north and east."""
    tags = ExifTags.GPS
    try:
        north = _degrees(gps[tags.GPSLatitude]) * (-1 if gps.get(tags.GPSLatitudeRef) == "S" else 1)
        east = _degrees(gps[tags.GPSLongitude]) * (-1 if gps.get(tags.GPSLongitudeRef) == "W" else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return {}
    is_one = abs(north) <= 90 and abs(east) <= 180  # noqa: PLR2004  # degrees
    return {"latitude": round(north, 6), "longitude": round(east, 6)} if is_one else {}


def _degrees(parts: Any) -> float:  # noqa: ANN401  # whatever Pillow read
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
