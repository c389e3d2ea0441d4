"""Videos to upload: a picture whose upper left corner is red on blue, which moves, and a tone."""

import io
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

CANARY: Final = "CANARY"
PLACE: Final = "+48.2082+016.3738/"
SOUND_RATE: Final = 48_000


@dataclass(frozen=True)
class Clip:
    """What a video is like."""

    width: int = 320
    height: int = 180
    seconds: float = 1
    rate: int = 25
    turned: int = 0
    """Degrees that it has to be turned to be upright, against the clock."""
    has_sound: bool = True
    format: str = "mp4"
    codec: str = "libx264"
    sound_codec: str = "aac"
    sound_seconds: float | None = None
    """How long there is sound; as long as there is a picture unless given."""
    sound_from: float = 0
    """Seconds before there is any."""
    is_hd: bool = False
    """Whether its colours are as in HD (BT.709), which it does not say."""
    pixel: Fraction = Fraction(1)
    """How wide a pixel is beside its height."""

    def encoded(self) -> bytes:
        """Return it as a file, which says where it was taken."""
        file = io.BytesIO()
        with av.open(file, "w", format=self.format) as output:
            output.metadata.update(
                location=PLACE, comment=CANARY, title=CANARY, creation_time="2026-05-04T03:02:01Z"
            )
            picture = output.add_stream(self.codec, rate=self.rate)
            sound = self._sound(output) if self.has_sound else None
            assert isinstance(picture, VideoStream)
            self._write_picture(output, picture)
            if sound is not None:
                self._write_sound(output, sound)
        return file.getvalue()

    @property
    def _sound_seconds(self) -> float:
        return self.seconds - self.sound_from if self.sound_seconds is None else self.sound_seconds

    def _sound(self, output: OutputContainer) -> AudioStream:
        sound = output.add_stream(self.sound_codec, rate=SOUND_RATE)
        assert isinstance(sound, AudioStream)
        sound.layout = "mono"
        return sound

    def _write_picture(self, output: OutputContainer, picture: VideoStream) -> None:
        picture.width, picture.height, picture.pix_fmt = self.width, self.height, "yuv420p"
        picture.codec_context.sample_aspect_ratio = self.pixel
        if self.turned:
            picture.set_display_rotation(self.turned)
        half = f"{self.width // 2}:{self.height // 2}"
        for frame in _made(
            ("color", f"blue:size={self.width}x{self.height}:rate={self.rate}:duration={self.seconds}"),
            ("format", "rgb24"),
            ("drawbox", f"0:0:{half}:red:fill"),
            ("scale", f"out_color_matrix={'bt709' if self.is_hd else 'bt601'}:out_range=tv"),
            ("noise", "alls=20:allf=t"),
            ("format", "yuv420p"),
            ("buffersink", None),
        ):
            assert isinstance(frame, VideoFrame)
            output.mux(picture.encode(frame))
        output.mux(picture.encode(None))

    def _write_sound(self, output: OutputContainer, sound: AudioStream) -> None:
        if not self._sound_seconds:
            return
        for frame in _made(
            ("sine", f"440:sample_rate={SOUND_RATE}:duration={self._sound_seconds}"),
            ("aformat", "sample_fmts=fltp:channel_layouts=mono"),
            ("asetnsamples", "n=960"),
            ("abuffersink", None),
        ):
            assert isinstance(frame, AudioFrame)
            frame.pts = (frame.pts or 0) + round(self.sound_from * SOUND_RATE)
            output.mux(sound.encode(frame))
        output.mux(sound.encode(None))


def _made(*steps: tuple[str, str | None]) -> "list[VideoFrame | AudioFrame]":
    graph, frames = Graph(), []
    graph.link_nodes(*(graph.add(name, arguments) for name, arguments in steps)).configure()
    while True:
        try:
            frames.append(graph.pull())
        except (av.EOFError, av.BlockingIOError):
            return frames
