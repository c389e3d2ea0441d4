"""What is done to frames and sound between their decoding and their encoding: FFmpeg's filters, as chains of them."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any, Final

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from functions.media.ladder import SOUND_RATE, Rung

UNSPECIFIED: Final = 2
"""How FFmpeg numbers colours of which nothing is said."""
HD: Final = 720
"""The shorter side from which colours are meant as BT.709 has them where nothing is said, and below as BT.601 has."""
TURNS: Final = {90: "transpose=cclock,", 180: "hflip,vflip,", -180: "hflip,vflip,", -90: "transpose=clock,"}
"""What makes a frame upright, by how far it has to be turned against the clock, in degrees."""
BT709: Final = "out_color_matrix=bt709:out_range=tv:out_primaries=bt709:out_transfer=bt709"
"""What all that is served is in."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How the frames of a video lie in it."""

    width: int
    """Of what is stored, in square pixels."""
    height: int
    turn: str
    """What makes it upright."""
    lines: str
    """What makes whole frames of half ones, where it has these."""
    colours: str
    """How its colours are meant, where it does not say so."""

    @classmethod
    def of(cls, frame: VideoFrame, pixel: Fraction | None) -> "Shape":
        """Return it by the first frame, and how wide a pixel is beside its height."""
        width = round(frame.width * (pixel or 1))
        is_hd = min(frame.width, frame.height) >= HD
        return cls(
            max(1, width),
            frame.height,
            TURNS.get(frame.rotation, ""),
            "yadif," if frame.interlaced_frame else "",
            ":in_color_matrix=bt709" if is_hd and frame.colorspace == UNSPECIFIED else "",
        )

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height, as a person sees it."""
        return (self.height, self.width) if "transpose" in self.turn else (self.width, self.height)


def ticks(start: Fraction, stream: VideoStream | AudioStream) -> int:
    """Return a time as a stream counts it, of two the earlier one, so that what begins then is not before it."""
    return 0 if stream.time_base is None else floor(start / stream.time_base)


def for_frames(pictures: VideoStream, evenly: str, shape: Shape, top: Rung) -> Graph:
    """Return what makes of frames as they are stored those of the largest rung, upright, and spaced as is said."""
    graph = Graph()
    steps = (
        f"{evenly}{shape.turn}scale={top.width}:{top.height}{shape.colours}:{BT709},format=yuv420p,setsar=1"
    )
    return _chained(graph, graph.add_buffer(template=pictures), steps, "buffersink")


def for_sound(sounds: AudioStream, start: Fraction) -> Graph:
    """Return what makes of sound as it is stored one without gaps, in the pieces that its encoder takes."""
    graph = Graph()
    steps = (
        f"asetpts=PTS-{ticks(start, sounds)},aresample={SOUND_RATE}:async=1:first_pts=0,"
        "aformat=sample_fmts=fltp:channel_layouts=stereo,asetnsamples=n=1024:p=0"
    )
    return _chained(graph, graph.add_abuffer(template=sounds), steps, "abuffersink")


def _chained(graph: Graph, source: FilterContext, steps: str, sink: str) -> Graph:
    links = [source]
    for step in steps.split(","):
        name, _, arguments = step.partition("=")
        links.append(graph.add(name, arguments or None))
    graph.link_nodes(*links, graph.add(sink)).configure()
    return graph


def through(graph: Graph, frame: VideoFrame | AudioFrame | None) -> Iterator[Any]:
    """Yield what comes out when a frame is put in; None is the end."""
    graph.push(frame)
    with suppress(av.BlockingIOError, av.EOFError):
        while True:
            yield graph.pull()
