"""What is told of uploads, and pictures to upload."""

import base64
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from functions.media.api import door
from functions.media.files import upload_name
from functions.media.on_event import handler
from functions.media.rendering import Rendered
from kith.domain.media import MediumKind
from kith.storage import Storage
from kith.table.connection import Table
from tests.builders import Answer, Client, queue_event
from tests.component.conftest import BUCKET, RENDITIONS, Person, aws, token_for

OPEN, READ = "POST /api/v1/media", "GET /api/v1/media/{media_id}"
DISCARD, SERVE = "DELETE /api/v1/media/{media_id}", "GET /media/{token}/{file}"
CANARY = b"CANARY"


def jpeg(width: int = 1600, height: int = 1200, *, orientation: int = 1) -> bytes:
    """Return a picture that says where and with what it was taken; its upper left corner is red."""
    image = Image.new("RGB", (width, height), "navy")
    image.paste("red", (0, 0, width // 2, height // 2))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = f"{CANARY.decode()} cameras"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place.update({1: "N", 2: (48.0, 8.0, 15.0), 3: "W", 4: (11.0, 34.0, 30.0)})
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, comment=CANARY, quality=90)
    return file.getvalue()


def submit(who: Person, content_type: object = "image/jpeg", size: object = 1_000, **more: Any) -> Answer:
    """Ask for a form."""
    body = {"kind": "image", "content_type": content_type, "bytes": size} | more
    return who.at(door).send(OPEN, json_body=body)


def opened(who: Person, content_type: str = "image/jpeg", size: int = 1_000, **more: Any) -> int:
    """Open an upload."""
    answer = submit(who, content_type, size, **more)
    assert answer.status == 201, answer.text
    return int(answer.json["media_id"])


def medium(who: Person, media_id: int) -> Answer:
    """Read how a medium stands."""
    return who.at(door).send(READ, media_id=media_id)


def put(media_id: int, content: bytes, kind: MediumKind = MediumKind.IMAGE) -> str:
    """Let a file come as what was opened; return its version."""
    answer = aws("s3").put_object(Bucket=BUCKET, Key=upload_name(media_id, kind), Body=content)
    return str(answer["VersionId"])


def come(media_id: int, version: str, kind: MediumKind = MediumKind.IMAGE) -> dict[str, Any]:
    """Return what S3 tells of a file."""
    stored = {"key": upload_name(media_id, kind), "version-id": version, "size": 1, "etag": "any"}
    return {"detail-type": "Object Created", "source": "aws.s3", "detail": {"object": stored}}


def tell(*messages: dict[str, Any]) -> None:
    """Let the media room's worker know."""
    assert handler(queue_event(*messages), None) == {"batchItemFailures": []}


def uploaded(who: Person, content: bytes | None = None, content_type: str = "image/jpeg", **more: Any) -> int:
    """Upload a picture and let it be processed."""
    media_id = opened(who, content_type, **more)
    tell(come(media_id, put(media_id, jpeg(64, 48) if content is None else content)))
    return media_id


def files() -> list[str]:
    """Return all files of media that are there, of any version."""
    return [
        each["Key"]
        for bucket in (BUCKET, RENDITIONS)
        for kind in ("Versions", "DeleteMarkers")
        for each in aws("s3").list_object_versions(Bucket=bucket).get(kind, [])
    ]


def content_of(name: str) -> bytes:
    """Return what is served as a file."""
    return bytes(aws("s3").get_object(Bucket=RENDITIONS, Key=name)["Body"].read())


def conditions(form: dict[str, Any]) -> list[Any]:
    """Return what a form's policy demands."""
    return list(json.loads(base64.b64decode(form["fields"]["policy"]))["conditions"])


def drawing(
    upload: Path, _kind: MediumKind, _content_type: str, folder: Path, *, seconds: tuple[int, int]
) -> Rendered:
    """Stand for what reads uploads: one rendition, which is the upload."""
    assert seconds == (180, 180)
    content = upload.read_bytes()
    if content == b"bad":
        return Rendered("It is damaged, or nothing that can be shown.", {})
    file = {"name": "640", "content_type": "image/webp", "width": 64, "height": 48, "bytes": 1}
    details = {"width": 64, "height": 48, "renditions": [{**file, "file": "640.webp"}]}
    (folder / "640.webp").write_bytes(content)
    return Rendered(None, details)


def served(url: str) -> Any:
    """Follow an address as far as this API leads."""
    _, _, token, file = url.rsplit("/", 3)
    return Client(door).send(SERVE, token=token, file=file)


def with_new_token(who: Person) -> Person:
    return replace(who, token=token_for(who.user_id))


class Died(BaseException):
    """The worker is gone."""


@contextmanager
def dying_at(number: int) -> Iterator[Callable[[], int]]:
    """Let a worker die before its call of that number; yield what tells how many there were."""
    calls = 0

    def counting(original: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **more: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == number:
                raise Died
            return original(*arguments, **more)

        return called

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "call", counting(Table.call))
        for name in ("fetch", "copy", "put_file", "delete_all_under"):
            patch.setattr(Storage, name, counting(getattr(Storage, name)))
        yield lambda: calls
