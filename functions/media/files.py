"""Where the files of media are: what was uploaded in one bucket, what is served of it in another."""

import re

UPLOADS = "uploads/"
_RENDITION = re.compile(r"[a-z0-9]{1,16}\.[a-z0-9]{1,5}")
_UPLOAD = re.compile(UPLOADS + r"([1-9][0-9]{0,15})/original")


def upload_name(media_id: int) -> str:
    """Return where a medium's upload is."""
    return f"{uploads_of(media_id)}original"


def uploads_of(media_id: int) -> str:
    """Return what the names of all files that were uploaded as a medium begin with."""
    return f"{UPLOADS}{media_id}/"


def medium_of_upload(name: str) -> int | None:
    """Return whose medium a file is the upload of, or None if it is none's."""
    found = _UPLOAD.fullmatch(name)
    return None if found is None else int(found[1])


def renditions_of(media_id: int) -> str:
    """Return what the names of all renditions of a medium begin with."""
    return f"media/{media_id}/"


def rendition_name(name: str, content_type: str) -> str:
    """Return how the file of a rendition is called, as in `640.webp`."""
    return f"{name}.{content_type.partition('/')[2]}"


def may_be_rendition(file: str) -> bool:
    """Tell whether a file could be called so."""
    return _RENDITION.fullmatch(file) is not None
