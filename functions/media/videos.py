"""Videos: from a file that somebody uploaded to what everybody may see, in a folder. Nothing else happens here.

What is served is encoded anew from frames and sound alone, so nothing that came along with them is in it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from functions.media.filters import Shape, for_frames, for_sound, through, ticks
from functions.media.images import Rejected
from functions.media.ladder import RATE_MOST, Rung, rungs_for
from functions.media.recorder import told_by_recorder
from functions.media.streaming import Streaming

FORMATS: Final = {"video/mp4": "mov", "video/quicktime": "mov", "video/webm": "matroska"}
"""What each type is read as: nothing is guessed, so no playlist or other format passes for one."""
PICTURES: Final = frozenset({"h264", "hevc", "libdav1d", "av1", "vp8", "vp9", "libvpx-vp9", "mpeg4"})
SOUNDS: Final = frozenset(
    {"aac", "alac", "mp3", "mp3float", "opus", "libopus", "vorbis", "pcm_s16le", "pcm_s16be", "pcm_s24le"}
)
STREAMS_MOST: Final = 16
SIDE_MOST: Final = 4096
PIXELS_MOST: Final = 4096 * 2304
STRETCHED_MOST: Final = 2 * SIDE_MOST
"""The longer side, in square pixels, of what is stored in others."""
RATE_USUAL, RATE_LEAST = Fraction(25), Fraction(1)
"""Frames a second where nothing is said, and of a slide show."""


@dataclass(frozen=True, slots=True)
class Video:
    """What became of an upload."""

    rungs: tuple[Rung, ...]
    """The sizes in which it is served, largest first."""
    rate: Fraction
    """Frames a second."""
    duration: float
    """Seconds."""
    poster: Image.Image
    """Its first frame."""
    told: Mapping[str, Any]
    """What the device wrote: its owner's alone."""
    has_sound: bool
    is_whole: bool
    """Whether all that is served of it was made; else it was only looked at."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long videos may be, in seconds."""

    here: int
    """To be encoded here; longer ones are only looked at."""
    most: int


def video_of(file: BinaryIO, content_type: str, folder: Path, lengths: Lengths) -> Video:
    """Write what is served of a video into a folder, as `Streaming` says, unless it takes too long for that.

    Raises:
        Rejected: it is no video, not of that type, or larger or longer than what is taken.
    """
    try:
        return _video_of(file, FORMATS[content_type], folder, lengths)
    except Rejected:
        raise
    except MemoryError:
        raise Rejected("It takes too much memory.") from None
    except Exception as error:  # of broken files FFmpeg raises a dozen kinds
        raise Rejected("It is damaged, or no video.") from error


def _video_of(file: BinaryIO, kind: str, folder: Path, lengths: Lengths) -> Video:
    seconds, has_sound = _surveyed(file, kind, lengths.most)
    with _opened(file, kind) as source:
        pictures, _ = _streams(source, lengths.most)
        first = next(source.decode(pictures))
        shape, rate = Shape.of(first, pictures.sample_aspect_ratio), _rate_of(pictures)
        if max(shape.upright) > STRETCHED_MOST:
            raise Rejected("Its pixels are too wide.")
        rungs, told = rungs_for(*shape.upright), told_by_recorder(source.metadata)
        if seconds > lengths.here:
            (poster,) = through(for_frames(pictures, "", shape, rungs[0]), first)
            return Video(rungs, rate, seconds, _as_picture(poster), told, has_sound, is_whole=False)
    streaming = Streaming(folder, rungs, rate, has_sound=has_sound)
    with _opened(file, kind) as source:
        _encode(source, streaming, shape, rate, lengths.here)
    if streaming.first is None:
        raise Rejected("It has no picture.")
    streaming.finish()
    poster = _as_picture(streaming.first)
    return Video(rungs, rate, float(streaming.shown / rate), poster, told, has_sound, is_whole=True)


def _surveyed(file: BinaryIO, kind: str, seconds_most: int) -> tuple[float, bool]:
    """Return how many seconds a video has, also where it does not say so, and whether there is anything to be heard."""
    with _opened(file, kind) as source:
        pictures, sounds = _streams(source, seconds_most)
        has_sound = sounds is not None and next(source.decode(sounds), None) is not None
        seconds = (source.duration or 0) / av.time_base
    if not seconds:
        with _opened(file, kind) as source:
            pictures, _ = _streams(source, seconds_most)
            times = (
                packet.pts * packet.time_base for packet in source.demux(pictures) if packet.pts is not None
            )
            seconds = float(max(times, default=0))
    if seconds > seconds_most:
        raise Rejected(f"It is longer than {seconds_most} seconds.")
    return seconds, has_sound


def _encode(
    source: InputContainer, streaming: Streaming, shape: Shape, rate: Fraction, seconds_most: int
) -> None:
    pictures, sounds = _streams(source, seconds_most)
    start = Fraction(source.start_time or 0, av.time_base)
    evenly = f"setpts=PTS-{ticks(start, pictures)},{shape.lines}fps={rate}:start_time=0,"
    seen = for_frames(pictures, evenly, shape, streaming.rungs[0])
    heard = for_sound(sounds, start) if sounds is not None and streaming.has_sound else None
    most = round(rate * (seconds_most + 1))

    def show(frame: VideoFrame | None) -> None:
        streaming.show(islice(through(seen, frame), most + 1 - streaming.shown))
        if streaming.shown > most:  # as a frame may last for days
            raise Rejected(f"It is longer than {seconds_most} seconds.")

    wanted: list[VideoStream | AudioStream] = [pictures]
    wanted += [] if sounds is None or heard is None else [sounds]
    for frame in _frames(source, wanted, seconds_most):
        if isinstance(frame, VideoFrame):
            show(frame)
        elif heard is not None:
            streaming.hear(through(heard, frame))
    show(None)
    if heard is not None:
        streaming.hear(through(heard, None))


@contextmanager
def _opened(file: BinaryIO, kind: str) -> Iterator[InputContainer]:
    """Open a video, and nothing that it names."""
    file.seek(0)
    codecs = ",".join(sorted(PICTURES | SOUNDS))
    with av.open(
        file,
        "r",
        format=kind,
        options={"max_pixels": str(PIXELS_MOST)},
        container_options={"protocol_whitelist": "none", "codec_whitelist": codecs},
        io_open=_refuse,
        metadata_errors="replace",
    ) as source:
        yield source


def _refuse(*_whatever: object) -> NoReturn:
    raise Rejected("It refers to another file.")


def _streams(source: InputContainer, seconds_most: int) -> tuple[VideoStream, AudioStream | None]:
    """Return what is seen and what is heard of a video, if it is no more than what is taken."""
    if len(source.streams) > STREAMS_MOST:
        raise Rejected(f"It has more than {STREAMS_MOST} tracks.")
    if (source.duration or 0) > seconds_most * av.time_base:
        raise Rejected(f"It is longer than {seconds_most} seconds.")
    cover = av.stream.Disposition.attached_pic
    pictures = [each for each in source.streams.video if not each.disposition & cover]
    if not pictures:
        raise Rejected("It has no picture.")
    seen = next((each for each in pictures if _codec(each) in PICTURES), None)
    if seen is None:
        raise Rejected("It is encoded in a way that is not taken: H.264, HEVC, VP8, VP9, AV1 and MPEG-4 are.")
    width, height = seen.codec_context.width, seen.codec_context.height
    if max(width, height) > SIDE_MOST or width * height > PIXELS_MOST:
        raise Rejected(f"It is larger than {SIDE_MOST:,} x {PIXELS_MOST // SIDE_MOST:,} pixels.")
    return seen, next((each for each in source.streams.audio if _codec(each) in SOUNDS), None)


def _codec(stream: VideoStream | AudioStream) -> str | None:
    return None if stream.codec_context is None else stream.codec_context.name


def _rate_of(pictures: VideoStream) -> Fraction:
    """Return how many frames a second are served."""
    said = pictures.guessed_rate or pictures.average_rate or RATE_USUAL
    return min(Fraction(RATE_MOST), max(RATE_LEAST, Fraction(said))).limit_denominator(1001)


def _frames(
    source: InputContainer, streams: list[VideoStream | AudioStream], seconds_most: int
) -> Iterator[VideoFrame | AudioFrame]:
    """Yield what is in a video, as long as it is said to be at most."""
    latest = (source.start_time or 0) / av.time_base + seconds_most + 1
    for packet in source.demux(streams):
        for frame in packet.decode():
            if not isinstance(frame, VideoFrame | AudioFrame) or frame.time is None:
                continue
            if frame.time > latest:
                raise Rejected(f"It is longer than {seconds_most} seconds.")
            yield frame


def _as_picture(frame: VideoFrame) -> Image.Image:
    picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # its types are Pillow's, which it only may have
    return picture
