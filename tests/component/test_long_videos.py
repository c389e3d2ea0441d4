"""Videos that take longer than a function has: looked at here, and made elsewhere."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.media import wiring
from functions.media.api import door
from functions.media.converting import LongVideos
from functions.media.files import renditions_of, upload_name, uploads_of
from functions.media.on_schedule import handler as collect
from functions.media.on_video import handler
from functions.media.rendering import Rendered
from kith import deployment
from kith.domain.clock import DAY, MINUTE
from kith.domain.media import MediumKind
from kith.mediaconvert import Converter
from kith.storage import Storage
from kith.table.uploads import UploadStore
from tests.builders import LambdaContext, queue_event
from tests.component import publishing
from tests.component.conftest import RENDITIONS, Join, Later, Person, aws
from tests.component.uploading import (
    DISCARD,
    Died,
    come,
    content_of,
    dying_at,
    files,
    medium,
    opened,
    put,
    tell,
    with_new_token,
)

POSTER = {
    "name": "poster",
    "content_type": "image/jpeg",
    "width": 640,
    "height": 360,
    "bytes": 6,
    "file": "poster.jpeg",
}
KIND = MediumKind.VIDEO


class Converting:
    """MediaConvert: what it was given to do, each once; it remembers tokens as long as nobody waits."""

    refuses = False

    def __init__(self) -> None:
        self.jobs: dict[str, dict[str, Any]] = {}
        self.begun = 0

    def create_job(self, *, ClientRequestToken: str, **job: Any) -> dict[str, Any]:  # noqa: N803  # AWS's name
        if self.refuses:
            raise ClientError({"Error": {"Code": "BadRequestException"}}, "CreateJob")
        self.begun += 1
        self.jobs.setdefault(ClientRequestToken, job)
        return {}

    def make(self) -> None:
        """Write what is asked for, as far as anybody looks at it."""
        for job in self.jobs.values():
            for group, name in zip(job["Settings"]["OutputGroups"], ("hls.m3u8", "video.mp4"), strict=True):
                (settings,) = (value for key, value in group["OutputGroupSettings"].items() if key != "Type")
                folder = settings["Destination"].removeprefix(f"s3://{RENDITIONS}/").rpartition("/")[0]
                aws("s3").put_object(Bucket=RENDITIONS, Key=f"{folder}/{name}", Body=b"made")

    def ends(self, status: str = "COMPLETE") -> list[dict[str, Any]]:
        """Return what the account's bus tells of the end."""
        return [
            {
                "detail-type": "MediaConvert Job State Change",
                "source": "aws.mediaconvert",
                "detail": {"status": status, "userMetadata": job["UserMetadata"]},
            }
            for job in self.jobs.values()
        ]


@pytest.fixture
def converting(monkeypatch: pytest.MonkeyPatch) -> Converting:
    """Let every video be a long one, and stand for what converts them."""
    client = Converting()

    def looked_at(
        _upload: Path, _kind: MediumKind, _type: str, folder: Path, *, seconds: tuple[int, int]
    ) -> Rendered:
        assert seconds == (180, 3_600)
        (folder / "poster.jpeg").write_bytes(b"poster")
        details = {"width": 640, "height": 360, "duration": 900.0, "renditions": [POSTER]}
        return Rendered(None, details, {"width": 640, "height": 360, "rate": (25, 1), "has_sound": True})

    def long_videos() -> LongVideos:
        store = UploadStore(deployment.table())
        return LongVideos(store, wiring.uploads(), wiring.renditions(), Converter(client, "a role"))

    monkeypatch.setenv("KITH_CONVERT_ROLE_ARN", "a role")
    monkeypatch.setenv("KITH_MAX_LONG_VIDEO_SECONDS", "3600")
    monkeypatch.setattr(wiring, "rendered", looked_at)
    monkeypatch.setattr(wiring, "long_videos", long_videos)
    deployment.settings.cache_clear()
    return client


def told(*messages: dict[str, Any]) -> None:
    assert handler(queue_event(*messages), None) == {"batchItemFailures": []}


def uploaded(who: Person) -> tuple[int, dict[str, Any]]:
    """Upload a long video; return it, and what S3 tells of it."""
    media_id = opened(who, "video/mp4", kind="video")
    return media_id, come(media_id, put(media_id, b"a long video", KIND), KIND)


def test_it_is_converted_and_then_ready_however_often_that_is_told(
    join: Join, converting: Converting
) -> None:
    ann = join("ann")
    media_id, message = uploaded(ann)
    told(*[message] * 3)
    (job,) = converting.jobs.values()
    source = job["Settings"]["Inputs"][0]["FileInput"].partition("/uploads/")[2]
    assert source == f"{media_id}/counted"
    found = medium(ann, media_id).json
    assert (found["status"], found["duration"]) == ("processing", 900.0)
    put(media_id, b"another", KIND)
    converting.make()
    told(*converting.ends() * 3)
    found = medium(ann, media_id).json
    assert found["status"] == "ready"
    assert [(each["name"], each["width"], each["bytes"]) for each in found["renditions"]] == [
        ("hls", 640, 4),
        ("mp4", 640, 4),
        ("poster", 640, 6),
    ]
    assert not [name for name in files() if name.startswith(uploads_of(media_id))]
    told(message, *converting.ends("ERROR"))
    assert medium(ann, media_id).json["status"] == "ready"
    assert content_of(f"{renditions_of(media_id)}poster.jpeg") == b"poster"


def test_what_is_converted_is_the_version_that_counts(join: Join, converting: Converting) -> None:
    ann = join("ann")
    media_id, message = uploaded(ann)
    put(media_id, b"put over it", KIND)
    told(message)
    bucket = wiring.uploads().bucket
    copied = aws("s3").get_object(Bucket=bucket, Key=f"{uploads_of(media_id)}counted")["Body"].read()
    assert copied == b"a long video"
    assert upload_name(media_id, KIND) in files()


@pytest.mark.parametrize("status", ["ERROR", "CANCELED", "COMPLETE"])
def test_what_could_not_be_converted_is_rejected(join: Join, converting: Converting, status: str) -> None:
    """Also where it is said to be complete, and nothing is there."""
    ann = join("ann")
    media_id, message = uploaded(ann)
    told(message)
    told(*converting.ends(status))
    found = medium(ann, media_id).json
    assert (found["status"], found["reason"]) == ("rejected", "It could not be converted.")
    assert files() == []


def test_a_post_waits_for_it(join: Join, converting: Converting) -> None:
    ann = join("ann")
    media_id, message = uploaded(ann)
    post_id = publishing.publish(ann, "", media_ids=[media_id])
    told(message)
    assert publishing.read(ann, post_id).json["status"] == "processing"


@pytest.mark.parametrize("moment", ["before it is begun", "before it ends"])
def test_of_one_that_is_discarded_meanwhile_nothing_is_left(
    join: Join, converting: Converting, moment: str
) -> None:
    ann = join("ann")
    media_id, message = uploaded(ann)
    if moment == "before it ends":
        told(message)
    assert ann.at(door).send(DISCARD, media_id=media_id).status == 204
    told(message)
    converting.make()
    told(*converting.ends())
    assert medium(ann, media_id).status == 404
    assert files() == []


def test_one_whose_upload_is_gone_by_then_is_left_to_who_has_seen_to_it(
    join: Join, converting: Converting
) -> None:
    ann = join("ann")
    media_id, message = uploaded(ann)
    original = Storage.copy

    def copy(storage: Storage, *arguments: str) -> bool:
        storage.delete_all_under(uploads_of(media_id))
        return original(storage, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Storage, "copy", copy)
        told(message)
    assert converting.jobs == {}
    assert medium(ann, media_id).json["status"] == "processing"


def test_a_worker_that_dies_at_any_call_leaves_one_job_and_a_video_that_is_ready(
    join: Join, converting: Converting
) -> None:
    number, calls = 0, 1
    while number <= calls:
        number += 1
        ann = join(f"ann{number}")
        media_id, message = uploaded(ann)
        converting.jobs.clear()
        with dying_at(number) as counted:
            with suppress(Died):
                told(message)
                converting.make()
                told(*converting.ends())
            calls = counted()
        told(message)
        assert len(converting.jobs) == 1
        converting.make()
        told(*converting.ends(), message)
        assert medium(ann, media_id).json["status"] == "ready"
        assert not [name for name in files() if name.startswith(uploads_of(media_id))]
    assert number > 10


def test_one_that_is_being_converted_is_not_begun_again(join: Join, converting: Converting) -> None:
    ann = join("ann")
    _, message = uploaded(ann)
    for _ in range(3):
        told(message)
    assert converting.begun == 1


def test_what_mediaconvert_never_takes_is_rejected(join: Join, converting: Converting) -> None:
    ann = join("ann")
    media_id, message = uploaded(ann)
    converting.refuses = True
    told(message)
    found = medium(ann, media_id).json
    assert (found["status"], found["reason"]) == ("rejected", "It could not be converted.")
    assert files() == []


def test_of_one_that_is_discarded_while_it_is_looked_at_nothing_is_left(
    join: Join, converting: Converting, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    media_id, message = uploaded(ann)
    looked_at: Any = vars(wiring)["rendered"]

    def discarded(*arguments: Any, **more: Any) -> Rendered:
        assert ann.at(door).send(DISCARD, media_id=media_id).status == 204
        tell({"detail-type": "media.deleted", "detail": {"media_id": media_id}})
        found: Rendered = looked_at(*arguments, **more)
        return found

    monkeypatch.setattr(wiring, "rendered", discarded)
    told(message)
    assert converting.jobs == {}
    assert files() == []


def test_of_one_that_was_given_up_while_it_was_converted_nothing_is_left(
    join: Join, converting: Converting, later: Later
) -> None:
    ann = join("ann")
    media_id, message = uploaded(ann)
    publishing.publish(ann, "", media_ids=[media_id])
    told(message)
    later(DAY + MINUTE)
    assert collect({}, LambdaContext())["looked_at"] == 1
    converting.make()
    told(*converting.ends())
    found = medium(with_new_token(ann), media_id).json
    assert (found["status"], found["renditions"]) == ("rejected", [])
    assert files() == []


def test_one_that_is_ready_before_a_slow_worker_has_looked_at_it_stays_ready(
    join: Join, converting: Converting, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    media_id, message = uploaded(ann)
    looked_at: Any = vars(wiring)["rendered"]

    def overtaken(*arguments: Any, **more: Any) -> Rendered:
        monkeypatch.setattr(wiring, "rendered", looked_at)
        wiring.processor.cache_clear()
        told(message)
        converting.make()
        told(*converting.ends())
        found: Rendered = looked_at(*arguments, **more)
        return found

    monkeypatch.setattr(wiring, "rendered", overtaken)
    told(message)
    assert medium(ann, media_id).json["status"] == "ready"
    served_files = {name.rpartition("/")[2] for name in files()}
    assert served_files == {"hls.m3u8", "video.mp4", "poster.jpeg"}
    assert converting.begun == 1
