"""An upload is read in a process of its own, which ends in time whatever is in it."""

import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from functions.media import rendering
from functions.media.rendering import LIMITS, Rendered
from kith.domain.errors import Unavailable
from kith.domain.media import MediumKind
from tests.unit.functions.media.clips import Clip
from tests.unit.functions.media.pictures import encoded, quartered

SMALL = encoded(quartered(8, 8), "PNG")
DAMAGED = "It is damaged, or nothing that can be shown."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where what is served is written."""
    found = tmp_path / "served"
    found.mkdir()
    return found


def rendered(
    content: bytes, content_type: str, folder: Path, kind: MediumKind = MediumKind.IMAGE
) -> Rendered:
    """Return what became of an upload."""
    upload = folder.with_name("upload")
    upload.write_bytes(content)
    return rendering.rendered(upload, kind, content_type, folder, seconds=(180, 180))


def sizes(folder: Path) -> dict[str, int]:
    """Return how large each file is."""
    return {path.name: path.stat().st_size for path in folder.iterdir()}


def test_what_the_process_tells_is_what_became_of_the_picture(folder: Path) -> None:
    found = rendered(encoded(quartered(800, 600), "JPEG", orientation=6, canaries=True), "image/jpeg", folder)
    assert found.reason is None
    assert (found.details["width"], found.details["height"]) == (800, 600)
    assert found.details["exif"]["make"] == "CANARY"
    told = {each["file"]: each["bytes"] for each in found.details["renditions"]}
    assert told == sizes(folder)
    assert list(told)[:3] == ["original.jpeg", "1080.jpeg", "1080.webp"]
    for path in folder.iterdir():
        assert path.read_bytes()[:4] in {b"\xff\xd8\xff\xe0", b"RIFF"}


def test_an_avatar_is_squares_alone(folder: Path) -> None:
    found = rendered(encoded(quartered(800, 600), "JPEG"), "image/jpeg", folder, MediumKind.AVATAR)
    told = {each["file"]: (each["width"], each["height"]) for each in found.details["renditions"]}
    assert told == {f"{side}.{end}": (side, side) for side in (320, 150) for end in ("jpeg", "webp")}
    assert set(sizes(folder)) == set(told)


def test_why_it_was_rejected_is_told(folder: Path) -> None:
    found = rendered(SMALL, "image/jpeg", folder)
    assert (found.reason, sizes(folder)) == ("It is image/png, not image/jpeg.", {})


@pytest.mark.parametrize("kind", ["killed", "slow"])
def test_a_process_that_is_killed_or_takes_too_long_is_an_upload_that_is_rejected(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path, kind: str
) -> None:
    """And whatever it has begun ends with it."""
    mark = tmp_path / "mark"
    bodies = {"killed": "kill -9 $$", "slow": f"(sleep 1; touch {mark}) & sleep 60"}
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{bodies[kind]}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setitem(LIMITS, MediumKind.IMAGE, replace(LIMITS[MediumKind.IMAGE], seconds=0.2))
    reasons = {"killed": DAMAGED, "slow": "It takes too long to read."}
    assert rendered(SMALL, "image/png", folder).reason == reasons[kind]
    time.sleep(1.2 if kind == "slow" else 0)
    assert not mark.exists()


@pytest.mark.parametrize(("missing", "kind"), [("PIL", MediumKind.IMAGE), ("av", MediumKind.VIDEO)])
def test_what_is_no_fault_of_the_upload_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path, missing: str, kind: MediumKind
) -> None:
    """Where the packages that read it are not there, which a folder before them stands for."""
    (tmp_path / f"{missing}.py").write_text("raise ImportError('not there')\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(Unavailable):
        rendered(SMALL, "image/png", folder, kind)


def test_a_picture_is_read_without_what_reads_videos(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path
) -> None:
    """Its function does not have that."""
    (tmp_path / "av.py").write_text("raise ImportError('not there')\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert rendered(SMALL, "image/png", folder).reason is None


def test_a_video_is_read_in_such_a_process_too(folder: Path) -> None:
    found = rendered(Clip(64, 48, seconds=0.4).encoded(), "video/mp4", folder, MediumKind.VIDEO)
    assert found.reason is None
    assert (found.details["width"], found.details["height"], found.details["duration"]) == (64, 48, 0.4)
    told = {each["name"]: each["file"] for each in found.details["renditions"]}
    assert (told["hls"], told["mp4"]) == ("hls.m3u8", "video.mp4")
    assert {each["file"]: each["bytes"] for each in found.details["renditions"]}.items() <= sizes(
        folder
    ).items()
    assert {"48.m3u8", "48-000.ts", "poster.jpeg", "640.webp", "320.jpeg"} < set(sizes(folder))
