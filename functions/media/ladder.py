"""How a video is served: in several sizes, so that a player takes the one that its connection carries, and as one file."""

from dataclasses import dataclass
from typing import Final

MASTER, ONE_FILE = "hls.m3u8", "video.mp4"
SEGMENT_SECONDS, WHOLE_FRAME_SECONDS = 6, 2
"""How long a piece is, and how often a frame needs no other: as Apple asks of who offers HLS."""
SOUND_RATE: Final = 48_000
RATE_MOST: Final = 30
"""Frames a second."""
ONE_FILE_SIDE_MOST: Final = 720
SIDES: Final = (1080, 720, 480, 360, 240, 144)
"""The usual lengths of a video's shorter side, in pixels."""
RUNGS_MOST: Final = 4
STEP_LEAST: Final = 0.8
"""A rung is at most so large beside the one above: one that is nearly as large helps nobody."""
BITS_PER_PIXEL: Final = 0.08
"""Of a frame; what is quiet takes far less."""
SOUND_BITS: Final = 128_000
SOUND_SIDE: Final = 360
"""From which length of its shorter side a video's sound has that many."""
BITS_LEAST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Rung:
    """One size of a video."""

    name: str
    """Its shorter side, as players show it: `720`."""
    width: int
    height: int

    def bits_most(self, frames_per_second: float) -> int:
        """Return how many bits a second it may take for longer than a moment."""
        return max(BITS_LEAST, round(self.width * self.height * frames_per_second * BITS_PER_PIXEL))

    @property
    def sound_bits(self) -> int:
        """How many bits a second its sound takes: less where it would be most of all."""
        return SOUND_BITS if min(self.width, self.height) >= SOUND_SIDE else SOUND_BITS // 2


def rungs_for(width: int, height: int) -> tuple[Rung, ...]:
    """Return the rungs for a video of some size, largest first: never larger than that, so fewer for a small one."""
    shorter = min(width, height)
    sides = [min(shorter, SIDES[0])]
    for side in SIDES:
        if side <= STEP_LEAST * sides[-1] and len(sides) < RUNGS_MOST:
            sides.append(side)
    return tuple(_rung(width, height, side) for side in sides)


def one_file_of(rungs: tuple[Rung, ...]) -> Rung:
    """Return the size of the one file: large enough for most screens, and quickly there."""
    return next((rung for rung in rungs if min(rung.width, rung.height) <= ONE_FILE_SIDE_MOST), rungs[-1])


def _rung(width: int, height: int, side: int) -> Rung:
    shorter, longer = sorted((width, height))
    short, long = _even(side), _even(1 + longer * side / shorter)
    return Rung(str(side), *((short, long) if width < height else (long, short)))


def _even(length: float) -> int:
    """Return the length below, of two pixels at least, that colours of half the resolution divide."""
    return max(2, 2 * int(length // 2))
