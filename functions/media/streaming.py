"""A video as players take it: in pieces of several sizes, which they change as the connection allows, and as one file.

It is HLS, RFC 8216. The master playlist `hls.m3u8` names one playlist for each rung, as `720.m3u8`, which names the pieces,
as `720-000.ts`; the one file is `video.mp4`.
"""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from functions.media.ladder import (
    MASTER,
    ONE_FILE,
    SEGMENT_SECONDS,
    SOUND_RATE,
    WHOLE_FRAME_SECONDS,
    Rung,
    one_file_of,
)

BT709, LIMITED = 1, 1
"""How colours are meant, as FFmpeg numbers it."""


class Streaming:
    """Writes one video into a folder; complete once it is finished."""

    first: VideoFrame | None = None
    """The first frame that was shown."""
    shown: int = 0
    """How many frames there were."""
    _last: VideoFrame | None = None
    _heard: int = 0
    """Of how many samples there was sound."""

    def __init__(self, folder: Path, rungs: tuple[Rung, ...], rate: Fraction, *, has_sound: bool) -> None:
        """Begin; `rate` is of frames a second."""
        self._folder, self.rungs, self._rate, self.has_sound = folder, rungs, rate, has_sound
        variants = [
            f"v:{number}{f',a:{number}' if has_sound else ''},name:{rung.name}"
            for number, rung in enumerate(rungs)
        ]
        self._output = av.open(
            str(folder / "%v.m3u8"),
            "w",
            format="hls",
            options={
                "var_stream_map": " ".join(variants),
                "master_pl_name": MASTER,
                "hls_segment_filename": str(folder / "%v-%03d.ts"),
                "hls_time": str(SEGMENT_SECONDS),
                "hls_playlist_type": "vod",
                "max_interleave_delta": "0",  # pieces hold what belongs together, however late some of it begins
            },
        )
        self._pictures = [self._picture(rung, rate) for rung in rungs]
        self._sounds = [self._sound(rung) for rung in rungs] if has_sound else []

    def show(self, frames: Iterable[VideoFrame]) -> None:
        """Add frames of the largest rung's size."""
        for frame in frames:
            self.first, self._last = self.first or frame, frame
            self.shown += 1
            for stream, rung in zip(self._pictures, self.rungs, strict=True):
                sized = frame.reformat(rung.width, rung.height, "yuv420p")
                sized.pict_type = PictureType.NONE
                self._output.mux(stream.encode(sized))

    def hear(self, frames: Iterable[AudioFrame]) -> None:
        """Add sound: stereo, of `SOUND_RATE`, in pieces of 1,024."""
        for frame in frames:
            self._heard += frame.samples
            for stream in self._sounds:
                self._output.mux(stream.encode(frame))

    def finish(self) -> None:
        """Complete all files; the last frame stays as long as there is sound."""
        if self._last is not None:
            for number in range(self.shown, round(self._rate * self._heard / SOUND_RATE)):
                self._last.pts = number
                self.show([self._last])
        for picture in self._pictures:
            self._output.mux(picture.encode(None))
        for sound in self._sounds:
            self._output.mux(sound.encode(None))
        self._output.close()
        with (
            av.open(str(self._folder / f"{one_file_of(self.rungs).name}.m3u8")) as pieces,
            av.open(
                str(self._folder / ONE_FILE), "w", format="mp4", options={"movflags": "+faststart"}
            ) as output,
        ):
            copies = {stream.index: output.add_stream_from_template(stream) for stream in pieces.streams}
            for packet in pieces.demux():
                if packet.dts is not None:  # the last of each stream is empty
                    packet.stream = copies[packet.stream.index]
                    output.mux(packet)

    def _picture(self, rung: Rung, rate: Fraction) -> VideoStream:
        most = rung.bits_most(float(rate))
        stream = self._output.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = rung.width, rung.height, "yuv420p"
        stream.codec_context.time_base = 1 / rate
        stream.codec_context.gop_size = max(1, round(rate * WHOLE_FRAME_SECONDS))
        stream.codec_context.color_primaries = stream.codec_context.color_trc = BT709
        stream.codec_context.colorspace, stream.codec_context.color_range = BT709, LIMITED
        stream.options = {
            "preset": "veryfast",
            "crf": "23",
            "maxrate": str(most),
            "bufsize": str(2 * most),
            "sc_threshold": "0",  # whole frames are where they are in all other rungs
        }
        return stream

    def _sound(self, rung: Rung) -> AudioStream:
        stream = self._output.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        stream.bit_rate = rung.sound_bits
        return stream
