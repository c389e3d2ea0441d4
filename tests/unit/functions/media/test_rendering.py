"""A picture is looked at in a process of its own, which ends in time whatever is in it."""

import sys
from pathlib import Path

import pytest

from functions.media import rendering
from functions.media.rendering import rendered
from kith.domain.errors import Unavailable
from tests.unit.functions.media.pictures import encoded, quartered


def test_what_the_process_tells_is_what_became_of_the_picture() -> None:
    found = rendered(encoded(quartered(800, 600), "JPEG", orientation=6, canaries=True), "image/jpeg")
    assert found.reason is None
    assert (found.details["width"], found.details["height"]) == (800, 600)
    assert found.details["exif"]["make"] == "CANARY"
    assert {each["file"]: each["bytes"] for each in found.details["renditions"]} == {
        name: len(content) for name, content in found.files.items()
    }
    assert list(found.files)[:3] == ["original.jpeg", "1080.jpeg", "1080.webp"]
    assert all(content[:2] == b"\xff\xd8" or content[:4] == b"RIFF" for content in found.files.values())


def test_why_it_was_rejected_is_told() -> None:
    found = rendered(encoded(quartered(8, 8), "PNG"), "image/jpeg")
    assert (found.reason, found.files) == ("It is image/png, not image/jpeg.", {})


def test_a_process_that_is_killed_or_takes_too_long_is_a_picture_that_is_rejected(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    picture = encoded(quartered(8, 8), "PNG")
    killed = tmp_path / "killed"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(killed))
    assert rendered(picture, "image/png").reason == "It is damaged, or no picture."
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(slow))
    monkeypatch.setattr(rendering, "SECONDS", 0.2)
    assert rendered(picture, "image/png").reason == "It takes too long to read."


def test_what_is_no_fault_of_the_picture_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the packages that read pictures are not there, which a folder before them stands for."""
    (tmp_path / "PIL.py").write_text("raise ImportError('not there')\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(Unavailable):
        rendered(encoded(quartered(8, 8), "PNG"), "image/png")
