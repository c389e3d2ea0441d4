"""Trends: how much something is used of late, and what is used the most.

What counts is worth half as much after each half-life of a window. All of it decays alike, so one number and the time
that it is true at stand for everything that was ever counted, in whichever order (Cormode, Shkapenyuk, Srivastava and
Xu, "Forward Decay", ICDE 2009), and of two scores the greater stays the greater.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kith.domain.clock import DAY, HOUR, MINUTE
from kith.domain.engagements import Deed, Engagement
from kith.domain.posts import Counts


class Window(StrEnum):
    """Over how long it is looked at what is used."""

    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"


HALF_LIVES: Final[Mapping[Window, int]] = {
    Window.HOUR: 30 * MINUTE,
    Window.DAY: 12 * HOUR,
    Window.WEEK: 84 * HOUR,
}
"""Milliseconds: half of the window each."""
KEPT: Final = 35 * DAY
"""How long what has counted is remembered: ten of the longest half-lives, after which a thousandth of it is left."""
LEAST: Final = 1e-9
"""What is smaller is nothing: rounding, or more half-lives ago than the table's numbers reach down to."""
PLACES: Final = 100
"""How many are listed of each window."""
FLOOR: Final = 0.05
"""The least score that is listed: one account's single use, for a little more than four half-lives."""
TAGS_OF_A_POST: Final = 5
"""A post is a use of so many hashtags, its first ones: so nobody fills a list with a few posts."""
TOP: Final = 10
"""An author is told that a post is among so many of the first of a day."""
TOLD_FROM: Final = 5.0
"""The least score at which an author is told so."""
WORTH: Final[Mapping[Deed, int]] = {Deed.LIKE: 1, Deed.REPOST: 2}
"""What counts for a post. Who comments or quotes can do so any number of times, so that does not."""


class BoardKind(StrEnum):
    """What is listed."""

    HASHTAGS = "hashtags"
    POSTS = "posts"


def weight(age: int, window: Window) -> float:
    """Return what of 1 is left in a window of what is so old, in milliseconds."""
    return math.exp2(-max(0, age) / HALF_LIVES[window])


@dataclass(frozen=True, slots=True)
class Trend:
    """How much something is used: a score per window, as of a time in milliseconds since the Unix epoch.

    Less than nothing is kept as such, where something is taken back of which there is less left: so whoever does it
    anew has done it once. Whoever asks for a score is told of nothing then.
    """

    scores: Mapping[Window, float] = field(default_factory=dict)
    scored_at: int = 0

    def at(self, window: Window, now: int) -> float:
        """Return the score at a time."""
        return max(0.0, self._left(window, now))

    def counting(self, by: float, at: int) -> "Trend":
        """Return it with something counted that happened at a time, before or after what it has."""
        as_of = max(self.scored_at, at)
        scores = {each: self._left(each, as_of) + by * weight(as_of - at, each) for each in Window}
        return Trend({each: score if abs(score) > LEAST else 0.0 for each, score in scores.items()}, as_of)

    def _left(self, window: Window, now: int) -> float:
        return self.scores.get(window, 0.0) * weight(now - self.scored_at, window)


@dataclass(frozen=True, slots=True)
class Contender:
    """Something that may be listed among what is used the most: its score in one window, as of a time."""

    subject: str
    """A hashtag, or the identifier of a post."""
    score: float
    scored_at: int

    def at(self, window: Window, now: int) -> float:
        """Return the score at a time."""
        return self.score * weight(now - self.scored_at, window)

    def order(self, window: Window) -> tuple[float, str]:
        """Return what lists are in order of: the greatest score first, whatever the time."""
        return -(math.log2(self.score) + self.scored_at / HALF_LIVES[window]), self.subject

    def place(self, window: Window) -> str:
        """Return its place in lists, as cursors hold it: others that come or go meanwhile do not move it."""
        height, subject = self.order(window)
        return f"{height!r} {subject}"


def ranked(contenders: Iterable[Contender], window: Window, now: int) -> list[Contender]:
    """Return what is listed at a time, the most used first."""
    listed = (each for each in contenders if each.at(window, now) >= FLOOR)
    return sorted(listed, key=lambda each: each.order(window))[:PLACES]


def after(place: str | None, contenders: Sequence[Contender], window: Window) -> list[Contender]:
    """Return what stands after a place in a list, or all of it."""
    if place is None:
        return list(contenders)
    height, _, subject = place.partition(" ")
    return [each for each in contenders if each.order(window) > (float(height), subject)]


def worth(counts: Counts, own: Engagement) -> int:
    """Return what was done to a post, as far as it counts; `own` is what its author has done to it, which does not."""
    done = {Deed.LIKE: counts.likes, Deed.REPOST: counts.reposts}
    # What is counted in many places may for a moment be less than nothing.
    return max(0, sum(WORTH[deed] * (done[deed] - (own.deed_id(deed) is not None)) for deed in WORTH))
