"""Videos: whatever comes becomes what every player takes, or is rejected, and opens nothing else."""

import io
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import av
import pytest
from av.audio.frame import AudioFrame
from av.container import InputContainer
from PIL import Image

from functions.media.images import Rejected
from functions.media.videos import Lengths, Video, video_of
from tests.unit.functions.media.clips import CANARY, PLACE, Clip

MP4 = "video/mp4"
NONE = {"It is damaged, or no video.", "It has no picture."}
RED, BLUE = (255, 0, 0), (0, 0, 255)


def read(content: bytes, folder: Path, content_type: str = MP4, *, seconds_most: int = 180) -> Video:
    return video_of(io.BytesIO(content), content_type, folder, Lengths(seconds_most, seconds_most))


def reason(content: bytes, folder: Path, content_type: str = MP4, *, seconds_most: int = 180) -> str:
    with pytest.raises(Rejected) as rejected:
        read(content, folder, content_type, seconds_most=seconds_most)
    return str(rejected.value)


def is_like(image: Image.Image, place: tuple[float, float], colour: tuple[int, int, int]) -> bool:
    """Tell whether the quarter of a picture around a place, in parts of its width and height, has about that colour."""
    quarters = image.resize((2, 2), Image.Resampling.BOX)
    found = quarters.getpixel((int(place[0] * 2), int(place[1] * 2)))
    assert isinstance(found, tuple)
    return all(abs(one - other) < 40 for one, other in zip(found, colour, strict=True))


def seconds_of(path: Path, kind: str) -> tuple[float, float]:
    """Return when what is seen or heard of a file begins and ends."""
    with av.open(str(path)) as source:
        stream = next(each for each in source.streams if each.type == kind)
        times = [
            float(packet.pts * packet.time_base) for packet in source.demux(stream) if packet.pts is not None
        ]
    return min(times), max(times)


def whole_frames_of(path: Path) -> list[float]:
    with av.open(str(path)) as source:
        return [
            round(float(packet.pts * packet.time_base), 3)
            for packet in source.demux(video=0)
            if packet.is_keyframe and packet.pts is not None
        ]


def test_a_clip_becomes_a_ladder_that_players_can_change_on_and_one_file(tmp_path: Path) -> None:
    found = read(Clip(640, 360, seconds=8, rate=10).encoded(), tmp_path)
    assert [each.name for each in found.rungs] == ["360", "240", "144"]
    assert found.duration == pytest.approx(8, abs=0.1)
    master = (tmp_path / "hls.m3u8").read_text()
    assert re.findall(r"RESOLUTION=(\S+?),", master) == ["640x360", "426x240", "256x144"]
    bandwidths = [int(each) for each in re.findall(r"[:,]BANDWIDTH=(\d+)", master)]
    assert bandwidths == sorted(bandwidths, reverse=True)
    assert len(set(bandwidths)) == 3
    assert re.findall(r'CODECS="avc1\.\w+,mp4a\.40\.2"', master)
    assert [line for line in master.splitlines() if line and line[0] != "#"] == [
        "360.m3u8",
        "240.m3u8",
        "144.m3u8",
    ]
    for rung in found.rungs:
        playlist = (tmp_path / f"{rung.name}.m3u8").read_text()
        pieces = [line for line in playlist.splitlines() if line[0] != "#"]
        assert pieces == [f"{rung.name}-000.ts", f"{rung.name}-001.ts"]
        assert playlist.rstrip().endswith("#EXT-X-ENDLIST")
        for piece in pieces:  # each by itself
            with av.open(str(tmp_path / piece)) as source:
                first = next(source.decode(video=0))
                assert (first.width, first.height, first.key_frame) == (rung.width, rung.height, True)
                assert [each.codec_context.name for each in source.streams] == ["h264", "aac"]
        for kind in ("video", "audio"):
            begin, end = seconds_of(tmp_path / f"{rung.name}.m3u8", kind)
            assert end - begin == pytest.approx(8, abs=0.15)
    assert len({tuple(whole_frames_of(tmp_path / f"{rung.name}.m3u8")) for rung in found.rungs}) == 1
    with av.open(str(tmp_path / "video.mp4")) as source:
        assert sum(1 for _ in source.decode(video=0)) == 80
    content = (tmp_path / "video.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # it plays before all of it is there


def test_nothing_that_came_along_is_served_and_its_owner_is_told(tmp_path: Path) -> None:
    content = Clip(format="mov").encoded()
    assert CANARY.encode() in content
    assert PLACE.encode() in content
    found = read(content, tmp_path, "video/quicktime")
    assert (found.told["latitude"], found.told["longitude"]) == (48.2082, 16.3738)
    assert found.told["taken_at"].startswith("2026-05-04T03:02:01")
    for path in tmp_path.iterdir():
        served = path.read_bytes()
        assert CANARY.encode() not in served
        assert b"48.2082" not in served
        assert b"2026" not in served


@pytest.mark.parametrize(
    ("turned", "red", "size"),
    [
        (0, (0.25, 0.25), (320, 180)),
        (90, (0.25, 0.75), (180, 320)),
        (180, (0.75, 0.75), (320, 180)),
        (-90, (0.75, 0.25), (180, 320)),
    ],
)
def test_it_is_upright(tmp_path: Path, turned: int, red: tuple[float, float], size: tuple[int, int]) -> None:
    found = read(Clip(turned=turned).encoded(), tmp_path)
    assert found.poster.size == size == (found.rungs[0].width, found.rungs[0].height)
    corners = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
    assert [is_like(found.poster, corner, RED) for corner in corners] == [corner == red for corner in corners]
    assert [is_like(found.poster, corner, BLUE) for corner in corners] == [
        corner != red for corner in corners
    ]


@pytest.mark.parametrize(
    ("clip", "content_type"),
    [
        (Clip(format="mov"), "video/quicktime"),
        (Clip(format="webm", codec="libvpx-vp9", sound_codec="libopus"), "video/webm"),
        (Clip(format="webm", codec="libvpx", sound_codec="libopus"), "video/webm"),
        (Clip(codec="mpeg4"), MP4),
        (Clip(has_sound=False), MP4),
        (Clip(rate=60), MP4),
        (Clip(182, 102), MP4),
    ],
    ids=lambda value: value.codec if isinstance(value, Clip) else "",
)
def test_what_telephones_and_browsers_make_is_taken(tmp_path: Path, clip: Clip, content_type: str) -> None:
    found = read(replace(clip, seconds=0.6).encoded(), tmp_path, content_type)
    assert found.duration == pytest.approx(0.6, abs=0.1)
    with av.open(str(tmp_path / "video.mp4")) as source:
        kinds = [each.type for each in source.streams]
        frames = sum(1 for _ in source.decode(video=0))
    assert kinds == (["video", "audio"] if clip.has_sound else ["video"])
    assert frames == pytest.approx(min(clip.rate, 30) * 0.6, abs=2)


def test_pixels_that_are_no_squares_become_some(tmp_path: Path) -> None:
    found = read(Clip(160, 180, pixel=Fraction(2)).encoded(), tmp_path)
    assert found.poster.size == (320, 180)


def test_what_is_too_long_is_rejected(tmp_path: Path) -> None:
    assert reason(Clip(seconds=3).encoded(), tmp_path, seconds_most=2) == "It is longer than 2 seconds."
    assert list(tmp_path.iterdir()) == []


def test_what_is_too_large_is_rejected(tmp_path: Path) -> None:
    content = Clip(4112, 64, seconds=0.1, has_sound=False).encoded()
    assert reason(content, tmp_path) == "It is larger than 4,096 x 2,304 pixels."


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        output.add_stream("aac", rate=48_000, layout="mono")
        output.start_encoding()
    assert reason(file.getvalue(), tmp_path) in NONE


@pytest.fixture
def visited() -> Iterator[tuple[str, list[object]]]:
    """Yield the address of a server on this machine, and who has connected to it."""
    visitors: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, visitor = server.accept()
                except OSError:
                    return
                visitors.append(visitor)
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", visitors
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("content_type", [MP4, "video/quicktime", "video/webm"])
@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{place}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{place}\n",
        "ffconcat version 1.0\nfile '{place}'\n",
        "<?xml version='1.0'?><MPD><Period><BaseURL>{place}</BaseURL></Period></MPD>",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 1 RTP/AVP 96\na=control:{place}\n",
    ],
    ids=["media playlist", "master playlist", "concat", "dash", "sdp"],
)
def test_a_list_of_other_places_leads_nowhere(
    tmp_path: Path, visited: tuple[str, list[object]], playlist: str, content_type: str
) -> None:
    address, visitors = visited
    secret = tmp_path.with_name(f"{tmp_path.name}-secret.ts")
    secret.write_bytes(Clip(format="mpegts").encoded())
    for place in (f"{address}/a.ts", f"file://{secret}", str(secret), f"concat:{secret}|{secret}"):
        said = reason(playlist.format(place=place).encode(), tmp_path, content_type)
        assert said == "It is damaged, or no video."
    assert visitors == []
    assert list(tmp_path.iterdir()) == []


def test_a_track_that_lies_in_another_file_is_not_followed(tmp_path: Path) -> None:
    """QuickTime lets a track name a file by an alias; what it names is not opened."""
    content = Clip(has_sound=False).encoded()
    secret = tmp_path.with_name(f"{tmp_path.name}-secret.mp4")
    secret.write_bytes(content)
    own, alias = b"\x00\x00\x00\x0curl \x00\x00\x00\x01", f"file://{secret}".encode() + b"\x00"
    elsewhere = (len(alias) + 12).to_bytes(4, "big") + b"url \x00\x00\x00\x00" + alias
    assert content.count(own) == 1
    _is_rejected_or_made_of_itself(_grown(content, own, elsewhere), tmp_path)


def _grown(content: bytes, old: bytes, new: bytes) -> bytes:
    """Return a file with another box, the boxes around it as much larger."""
    place, more = content.index(old), len(new) - len(old)
    grown = bytearray(content)
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        at = content.rindex(kind, 0, place) - 4
        size = int.from_bytes(content[at : at + 4], "big")
        grown[at : at + 4] = (size + more).to_bytes(4, "big")
    return bytes(grown[:place]) + new + bytes(grown[place + len(old) :])


def _is_rejected_or_made_of_itself(content: bytes, folder: Path) -> None:
    try:
        found = read(content, folder)
    except Rejected:
        return
    assert found.duration <= 1.1
    assert is_like(found.poster, (0.75, 0.75), BLUE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 4096,
        b"<html><script>alert(1)</script></html>",
        b"MZ" + b"\x90" * 4096,
        b"%PDF-1.7\n",
        b"RIFF\x00\x00\x00\x00AVI LIST",
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\xff\xff\xff\xffmoov" + b"\xff" * 99,
        b"\x1a\x45\xdf\xa3" + b"\xff" * 99,
    ],
    ids=["empty", "zeros", "html", "exe", "pdf", "avi", "no boxes", "a box without end", "no clusters"],
)
def test_what_is_no_video_is_rejected(tmp_path: Path, content: bytes) -> None:
    for content_type in (MP4, "video/webm"):
        assert reason(content, tmp_path, content_type) in NONE


def test_a_frame_that_lasts_for_days_is_too_long(tmp_path: Path) -> None:
    content = bytearray(Clip(64, 48, seconds=0.4, has_sound=False).encoded())
    lasts = content.index(b"stts") + 16  # after how many frames so long are
    content[lasts : lasts + 4] = b"\x7f\xff\xff\xff"
    assert reason(bytes(content), tmp_path, seconds_most=2) == "It is longer than 2 seconds."


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def _found(content: bytes, kind: bytes) -> bytes:
    at = content.index(kind) - 4
    return content[at : at + int.from_bytes(content[at : at + 4], "big")]


def _nested(kind: bytes, times: int) -> bytes:
    content = b""
    for _ in range(times):
        content = _box(kind, content)
    return content


def _said(content: bytes, kind: bytes, offset: int, value: bytes) -> bytes:
    """Return a file in which a box says something else."""
    at = content.index(kind) + 4 + offset
    return content[:at] + value + content[at + len(value) :]


MANY = b"\x7f\xff\xff\xff"
EXAGGERATED: dict[str, Callable[[bytes], bytes]] = {
    "frames without number": lambda file: _said(file, b"stts", 4, MANY),
    "sizes without number": lambda file: _said(file, b"stsz", 8, MANY),
    "a long time": lambda file: _said(file, b"mvhd", 16, MANY),
    "seconds that are long": lambda file: _said(file, b"mdhd", 12, b"\x00\x00\x00\x01"),
    "pictures that are large": lambda file: _said(file, b"avc1", 24, b"\x40\x00\x40\x00"),
    "boxes in boxes": lambda file: _nested(b"udta", 2_000) + file,
    "tracks without number": lambda file: file.replace(
        _found(file, b"moov"), _box(b"moov", _found(file, b"moov")[8:] + _found(file, b"trak") * 1_000)
    ),
}


@pytest.mark.parametrize("exaggerated", EXAGGERATED)
def test_one_that_says_more_than_there_is_ends(tmp_path: Path, exaggerated: str) -> None:
    content = EXAGGERATED[exaggerated](Clip(64, 48, seconds=0.4, has_sound=False).encoded())
    with suppress(Rejected):
        assert read(content, tmp_path).duration <= 1


@pytest.mark.parametrize("format_and_type", [("mp4", MP4), ("webm", "video/webm")], ids=["mp4", "webm"])
def test_one_that_is_cut_off_anywhere_or_has_wrong_bytes_ends(
    tmp_path: Path, format_and_type: tuple[str, str]
) -> None:
    kind, content_type = format_and_type
    codecs = {"mp4": ("libx264", "aac"), "webm": ("libvpx", "libopus")}[kind]
    content = Clip(64, 48, seconds=0.4, format=kind, codec=codecs[0], sound_codec=codecs[1]).encoded()
    chance = Random(7)  # noqa: S311  # the same damage each time
    for number in range(40):
        damaged = bytearray(content)
        if number % 2:
            del damaged[chance.randrange(len(content)) :]
        else:
            for _ in range(20):
                damaged[chance.randrange(len(content))] = chance.randrange(256)
        folder = tmp_path / str(number)
        folder.mkdir()
        with suppress(Rejected):
            assert read(bytes(damaged), folder, content_type).duration <= 180


def test_a_long_one_is_only_looked_at(tmp_path: Path) -> None:
    content = Clip(turned=90, seconds=3).encoded()
    found = video_of(io.BytesIO(content), MP4, tmp_path, Lengths(2, 4))
    assert (found.is_whole, found.has_sound, found.duration) == (False, True, 3)
    assert (found.rungs[0].width, found.rungs[0].height) == found.poster.size == (180, 320)
    assert is_like(found.poster, (0.25, 0.75), RED)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Rejected, match="longer than 2 seconds"):
        video_of(io.BytesIO(content), MP4, tmp_path, Lengths(1, 2))


def pieces_of(folder: Path) -> list[tuple[float, float]]:
    """Return of each piece of the smallest size how many seconds of picture and of sound are in it."""
    playlist = min(folder.glob("*-000.ts")).name.partition("-")[0]
    found = []
    for piece in sorted(folder.glob(f"{playlist}-*.ts")):
        with av.open(str(piece)) as source:
            seconds = {"video": 0.0, "audio": 0.0}
            for packet in source.demux():
                for frame in packet.decode():
                    if isinstance(frame, AudioFrame):
                        seconds["audio"] += frame.samples / frame.sample_rate
                    else:
                        seconds["video"] += 1 / 5
            found.append((seconds["video"], seconds["audio"]))
    return found


def test_sound_that_begins_late_is_in_the_pieces_where_it_belongs(tmp_path: Path) -> None:
    """Longer after the picture than FFmpeg waits by itself."""
    clip = Clip(64, 48, seconds=20, rate=5, sound_from=14)
    found = read(clip.encoded(), tmp_path)
    assert found.duration == pytest.approx(20, abs=0.3)
    for picture, sound in pieces_of(tmp_path):
        assert sound == pytest.approx(picture, abs=0.5)  # frames are there two before they are shown
    assert seconds_of(tmp_path / "video.mp4", "audio")[1] == pytest.approx(20, abs=0.6)


def test_the_last_frame_stays_as_long_as_there_is_sound(tmp_path: Path) -> None:
    found = read(Clip(64, 48, seconds=1, rate=5, sound_seconds=8).encoded(), tmp_path)
    assert found.duration == pytest.approx(8, abs=0.3)
    assert [round(picture) for picture, _ in pieces_of(tmp_path)] == [6, 2]


def test_a_track_of_sound_without_any_is_none(tmp_path: Path) -> None:
    found = read(Clip(64, 48, rate=5, sound_seconds=0).encoded(), tmp_path)
    assert not found.has_sound
    with av.open(str(tmp_path / "video.mp4")) as source:
        assert [each.type for each in source.streams] == ["video"]


def test_one_that_does_not_say_how_long_it_is_is_measured(tmp_path: Path) -> None:
    """As browsers record them."""
    file = io.BytesIO()
    clip = Clip(64, 48, seconds=3, rate=5, format="webm", codec="libvpx", sound_codec="libopus")
    with (
        av.open(io.BytesIO(clip.encoded())) as source,
        av.open(file, "w", format="webm", options={"live": "1"}) as output,
    ):
        copies = {each.index: output.add_stream_from_template(each) for each in source.streams}
        assert isinstance(source, InputContainer)
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = copies[packet.stream.index]
                output.mux(packet)
    with av.open(io.BytesIO(file.getvalue()), "r") as source:
        assert source.duration is None
    found = video_of(io.BytesIO(file.getvalue()), "video/webm", tmp_path, Lengths(2, 10))
    assert (found.is_whole, round(found.duration)) == (False, 3)
    assert reason(file.getvalue(), tmp_path, "video/webm", seconds_most=2) == "It is longer than 2 seconds."
    found = video_of(io.BytesIO(file.getvalue()), "video/webm", tmp_path, Lengths(4, 4))
    assert (found.is_whole, round(found.duration)) == (True, 3)


@pytest.mark.parametrize("size", ["1280x720", "320x240"])
def test_colours_are_what_they_were_and_said_to_be_what_they_are(tmp_path: Path, size: str) -> None:
    """In HD they are meant otherwise than below where nothing is said."""
    width, height = map(int, size.split("x"))
    found = read(
        Clip(width, height, seconds=0.4, rate=5, has_sound=False, is_hd=height >= 720).encoded(), tmp_path
    )
    assert is_like(found.poster, (0.25, 0.25), RED)
    for rung in found.rungs:
        with av.open(str(tmp_path / f"{rung.name}.m3u8")) as source:
            frame = next(source.decode(video=0))
        assert (frame.colorspace, frame.color_range) == (1, 1)
        plane, corner = bytes(frame.planes[0]), range(rung.height // 3)
        lumas = [
            each for row in corner for each in plane[row * frame.planes[0].line_size :][: rung.width // 3]
        ]
        assert sum(lumas) / len(lumas) == pytest.approx(63, abs=3)


def test_a_size_that_changes_is_brought_to_the_first_one(tmp_path: Path) -> None:
    """As in what is recorded of a window."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as output:
        stream = output.add_stream("libvpx", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number, (width, height) in enumerate([(64, 48)] * 5):
            frame = av.VideoFrame(width, height, "yuv420p")
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        other = av.CodecContext.create("libvpx", "w")
        other.width, other.height, other.pix_fmt, other.time_base = 32, 48, "yuv420p", Fraction(1, 5)
        for number in range(5, 10):
            frame = av.VideoFrame(32, 48, "yuv420p")
            frame.pts = number
            for packet in [*other.encode(frame), *(other.encode(None) if number == 9 else [])]:
                packet.stream = stream
                output.mux(packet)
    found = read(file.getvalue(), tmp_path, "video/webm")
    assert (found.rungs[0].width, found.rungs[0].height) == (64, 48)
    assert found.duration == pytest.approx(2, abs=0.3)
