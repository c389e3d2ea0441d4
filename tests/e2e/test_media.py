"""Pictures and videos from a form to a feed."""

from collections.abc import Callable
from typing import Any

import av
import httpx
import pytest
from av.audio.frame import AudioFrame

from tests.component.uploading import CANARY, jpeg
from tests.e2e.conftest import Newcomer
from tests.e2e.people import Person
from tests.e2e.stack import eventually
from tests.unit.functions.media.clips import Clip


def opened(
    who: Person, content: bytes, content_type: str = "image/jpeg", kind: str = "image"
) -> dict[str, Any]:
    body = {"kind": kind, "content_type": content_type, "bytes": len(content), "alt_text": "a tram"}
    answer = who.http.post("/api/v1/media", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def send(form: dict[str, Any], content: bytes, **changes: str) -> int:
    """Fill in a form; return what it is answered."""
    fields = form["fields"] | changes
    return httpx.post(form["url"], data=fields, files={"file": content}, trust_env=False).status_code


def ready(who: Person, media_id: int) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def is_known() -> bool:
        found.update(who.http.get(f"/api/v1/media/{media_id}").json())
        return found["status"] in {"ready", "rejected"}

    eventually(is_known)
    return found


def test_a_picture_is_uploaded_processed_posted_and_seen(newcomer: Newcomer) -> None:
    ann, bob = newcomer(), newcomer()
    content = jpeg(1_600, 1_200, orientation=6)
    medium = opened(ann, content)
    post = ann.http.post("/api/v1/posts", json={"text": "", "media_ids": [medium["media_id"]]}).json()
    assert post["status"] == "processing"
    assert bob.http.get(f"/api/v1/posts/{post['post_id']}").status_code == 404
    assert send(medium["upload"], content) == 204
    found = ready(ann, medium["media_id"])
    assert (found["status"], found["width"], found["height"]) == ("ready", 1_200, 1_600)
    assert found["exif"]["make"].startswith(CANARY.decode())
    eventually(lambda: bob.http.get(f"/api/v1/posts/{post['post_id']}").status_code == 200)
    shown = bob.http.get(f"/api/v1/posts/{post['post_id']}").json()["media"][0]
    assert "exif" not in shown
    assert len(shown["renditions"]) == 9
    for each in shown["renditions"]:
        answer = httpx.get(each["url"], follow_redirects=True, trust_env=False)
        assert answer.status_code == 200
        assert (len(answer.content), answer.headers["content-type"]) == (each["bytes"], each["content_type"])
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert CANARY not in answer.content


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: (content + b"x", {}),
        lambda content: (content[:-1], {}),
        lambda content: (content, {"Content-Type": "text/html"}),
        lambda content: (content, {"key": "uploads/1/picture"}),
        lambda content: (content, {"key": "media/1/640.jpeg"}),
        lambda content: (content, {"x-amz-date": "20200101T000000Z"}),
    ],
    ids=["longer", "shorter", "another type", "another's name", "a rendition's name", "another time"],
)
def test_a_form_takes_nothing_else(
    newcomer: Newcomer, spoil: Callable[[bytes], tuple[bytes, dict[str, str]]]
) -> None:
    ann = newcomer()
    content = jpeg(64, 48)
    medium = opened(ann, content)
    other, changes = spoil(content)
    assert send(medium["upload"], other, **changes) in {400, 403}
    assert ann.http.get(f"/api/v1/media/{medium['media_id']}").json()["status"] == "awaiting_upload"


def test_a_second_upload_by_the_same_form_changes_nothing(newcomer: Newcomer) -> None:
    ann = newcomer()
    content = jpeg(640, 480)
    medium = opened(ann, content)
    assert send(medium["upload"], content) == 204
    before = ready(ann, medium["media_id"])
    other = bytes(len(content))
    assert send(medium["upload"], other) == 204
    marker = opened(ann, b"<html>")  # what comes after it has been seen to
    assert send(marker["upload"], b"<html>") == 204
    assert ready(ann, marker["media_id"])["status"] == "rejected"
    after = ann.http.get(f"/api/v1/media/{medium['media_id']}").json()
    assert [each["bytes"] for each in after["renditions"]] == [each["bytes"] for each in before["renditions"]]
    assert after["status"] == "ready"


def test_nobody_reaches_the_files_but_by_an_address(newcomer: Newcomer) -> None:
    ann = newcomer()
    content = jpeg(64, 48)
    medium = opened(ann, content)
    assert send(medium["upload"], content) == 204
    url = httpx.URL(ready(ann, medium["media_id"])["renditions"][0]["url"])
    led = httpx.get(url, trust_env=False)
    assert led.status_code == 302
    bare = httpx.URL(led.headers["location"]).copy_with(query=None)
    assert httpx.get(bare, trust_env=False).status_code == 403
    token = url.path.split("/")[2]
    forged = url.copy_with(path=url.path.replace(token, token[::-1]))
    assert httpx.get(forged, trust_env=False).status_code == 404


def shape_of(url: str) -> tuple[int, int, int, float]:
    """Return the size of what a player shows, how many frames there are, and for how many seconds there is sound."""
    with av.open(url) as source:
        picture, sound = source.streams.video[0], source.streams.audio[0]
        frames, heard = 0, 0
        for packet in source.demux(picture, sound):
            for frame in packet.decode():
                if isinstance(frame, AudioFrame):
                    heard += frame.samples
                else:
                    frames += 1
        return picture.width, picture.height, frames, heard / sound.rate


@pytest.mark.parametrize("turned", [0, -90], ids=["landscape", "portrait"])
def test_a_video_is_uploaded_transcoded_posted_and_played(newcomer: Newcomer, turned: int) -> None:
    ann, bob = newcomer(is_private=True), newcomer()
    assert bob.http.post(f"/api/v1/graph/follow/{ann.user_id}").json()["status"] == "pending"
    accepted = ann.http.post(f"/api/v1/graph/requests/{bob.user_id}", json={"action": "accept"})
    assert accepted.status_code == 200
    content = Clip(480, 360, seconds=1, rate=10, turned=turned).encoded()
    medium = opened(ann, content, "video/mp4", "video")
    post = ann.http.post("/api/v1/posts", json={"text": "", "media_ids": [medium["media_id"]]}).json()
    assert send(medium["upload"], content) == 204
    eventually(lambda: bob.http.get(f"/api/v1/posts/{post['post_id']}").status_code == 200, within=60)
    shown = bob.http.get(f"/api/v1/posts/{post['post_id']}").json()["media"][0]
    size = (480, 360) if turned == 0 else (360, 480)
    assert (shown["kind"], shown["width"], shown["height"]) == ("video", *size)
    assert shown["duration"] == pytest.approx(1, abs=0.1)
    urls = {each["name"]: each["url"] for each in shown["renditions"]}
    assert set(urls) == {"hls", "mp4", "poster", "640", "320"}
    master = httpx.get(urls["hls"], trust_env=False)
    assert master.headers["content-type"] == "application/vnd.apple.mpegurl"
    playlists = [line for line in master.text.splitlines() if line and line[0] != "#"]
    assert len(playlists) == 3
    for url in (urls["mp4"], *(urls["hls"].replace("hls.m3u8", name) for name in playlists)):
        width, height, frames, heard = shape_of(url)
        assert (width > height) == (turned == 0)
        assert frames == 10
        assert heard == pytest.approx(1, abs=0.1)
    mp4 = httpx.get(urls["mp4"], follow_redirects=True, headers={"range": "bytes=0-99"}, trust_env=False)
    assert (mp4.status_code, len(mp4.content)) == (206, 100)
    assert mp4.headers["cache-control"] == "private, max-age=240"
    assert ann.http.delete(f"/api/v1/graph/followers/{bob.user_id}").status_code == 200
    assert httpx.get(urls["hls"], trust_env=False).status_code == 404


def test_an_avatar_stands_for_its_owner(newcomer: Newcomer) -> None:
    ann, bob = newcomer(), newcomer()
    content = jpeg(400, 300)
    medium = opened(ann, content, kind="avatar")
    assert send(medium["upload"], content) == 204
    assert ready(ann, medium["media_id"])["status"] == "ready"
    avatar = bob.http.get(f"/api/v1/users/{ann.user_id}").json()["avatar"]
    answer = httpx.get(avatar["150"], follow_redirects=True, trust_env=False)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert CANARY not in answer.content
