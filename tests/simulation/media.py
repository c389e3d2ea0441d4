"""Uploads: somebody opens one, and sends the file then, later, twice or never."""

from pathlib import Path
from typing import Any

from functions.media.rendering import Rendered
from kith.domain.media import MediumKind
from tests.simulation.deeds import CONFLICT, CREATED, NO_CONTENT, NOT_FOUND, OK
from tests.simulation.functions import COLLECTION, DEPLOYMENT
from tests.simulation.people import Town

GOOD, BAD = "a picture", "no picture"
FILE: dict[str, Any] = {
    "name": "640",
    "content_type": "image/webp",
    "width": 64,
    "height": 48,
    "bytes": 9,
    "file": "640.webp",
}


TYPES = {"image": "image/png", "avatar": "image/png", "video": "video/mp4"}


def rendered(
    upload: Path, _kind: MediumKind, _content_type: str, folder: Path, *, seconds: tuple[int, int]
) -> Rendered:
    """Return what becomes of a file: drawing takes long, and has no part in what can go wrong here."""
    assert all(seconds)
    content = upload.read_bytes()
    if not content.startswith(GOOD.encode()):
        return Rendered("It is damaged, or no picture.", {})
    (folder / FILE["file"]).write_bytes(content)
    return Rendered(None, {"width": 64, "height": 48, "renditions": [FILE]})


def open_upload(town: Town, name: str, kind: str = "image") -> int | None:
    """Let somebody open an upload; return its identifier, if that was told."""
    answer = town.ask(
        "open an upload",
        name,
        "POST /api/v1/media",
        {"kind": kind, "content_type": TYPES[kind], "bytes": len(GOOD)},
        headers={"idempotency-key": f"upload {town.cloud.chance.getrandbits(40)}"},
        allowed={CREATED},
    )
    if answer is None or answer.status != CREATED:
        return None
    media_id = int(answer.json["media_id"])
    town.media[media_id] = name
    town.forms[media_id] = answer.json["upload"]["fields"]["key"]
    return media_id


def upload(town: Town, media_id: int, content: str = GOOD) -> None:
    """Let a file come by the form of a medium, also again; each is another one."""
    name = town.forms[media_id]
    content = f"{content} {town.cloud.bucket.written}"
    town.cloud.scheduler.note(lambda: f"{town.media[media_id]}: upload {name} {content}")
    version = town.cloud.bucket.put(name, content)
    town.cloud.bus.tell_of_file(name, version)


def read(town: Town, name: str, media_id: int) -> None:
    town.ask(
        "read a medium", name, "GET /api/v1/media/{media_id}", media_id=media_id, allowed={OK, NOT_FOUND}
    )


def discard(town: Town, media_id: int) -> None:
    town.ask(
        "discard a medium",
        town.media[media_id],
        "DELETE /api/v1/media/{media_id}",
        media_id=media_id,
        allowed={NO_CONTENT, NOT_FOUND, CONFLICT},
    )


def collect(town: Town) -> None:
    town.client.command(COLLECTION, {})


def deploy(town: Town) -> None:
    """Let CloudFormation ask for the key of the CDN, twice."""
    known = dict.fromkeys(("StackId", "RequestId", "LogicalResourceId"), "any")
    order = {"RequestType": "Create", "ResponseURL": "https://any", **known}
    for _ in range(2):
        town.client.command(DEPLOYMENT, order)
