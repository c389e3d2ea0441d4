"""What a device says of a video, for its owner: when, where and with what it was taken."""

import re
from collections.abc import Mapping
from typing import Any, Final

from functions.media.camera import plain

SAID: Final = {
    "make": ("com.apple.quicktime.make", "com.android.manufacturer", "make"),
    "model": ("com.apple.quicktime.model", "com.android.model", "model"),
    "taken_at": ("com.apple.quicktime.creationdate", "creation_time"),
    "software": ("com.apple.quicktime.software", "encoder"),
}
"""Where each of it may stand, the best first."""
PLACES: Final = ("com.apple.quicktime.location.iso6709", "location", "location-eng")
_PLACE = re.compile(
    r"(?P<north>[+-]\d{2}(?:\.\d+)?)(?P<east>[+-]\d{3}(?:\.\d+)?)(?:[+-][\d.]+)?(?:CRS\w+)?/?"
)
"""Degrees with decimals, in the form of ISO 6709."""


def told_by_recorder(metadata: Mapping[str, str]) -> dict[str, Any]:
    """Return what a device says of a video, as far as it can be read: names and numbers only."""
    metadata = {name.lower(): said for name, said in metadata.items()}
    told = {}
    for name, tags in SAID.items():
        said = next((metadata[tag] for tag in tags if tag in metadata), None)
        if said is not None and (value := plain(said)) is not None:
            told[name] = value
    place = next((metadata[tag] for tag in PLACES if tag in metadata), "")
    if found := _PLACE.fullmatch(place.strip()):
        north, east = float(found["north"]), float(found["east"])
        if abs(north) <= 90 and abs(east) <= 180:  # noqa: PLR2004  # degrees
            told |= {"latitude": round(north, 6), "longitude": round(east, 6)}
    return told
