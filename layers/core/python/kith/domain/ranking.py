"""Ranking: how much a post is worth to a reader, from facts alone.

Another way to score is another function of the same facts: see `Scorer`.
"""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from kith.domain.media import MediumKind
from kith.domain.posts import Post

HOUR_MS = 3_600_000


class ContentKind(StrEnum):
    """What a post mostly is."""

    PHOTO = "photo"
    VIDEO = "video"
    TEXT = "text"

    @classmethod
    def of(cls, post: Post) -> "ContentKind":
        """Return what a post mostly is: a video if it shows one, else a photo if it shows one, else text."""
        kinds = {medium.kind for medium in post.media}
        if MediumKind.VIDEO in kinds:
            return cls.VIDEO
        return cls.PHOTO if kinds else cls.TEXT


@dataclass(frozen=True, slots=True)
class Taste:
    """What a reader has taken to so far: interactions in all, with each author, and with each kind of content."""

    interactions: int = 0
    by_author: dict[int, int] = field(default_factory=dict)
    by_kind: dict[ContentKind, int] = field(default_factory=dict)

    def affinity(self, author_id: int) -> float:
        """Return the share of the reader's interactions that went to an author."""
        return self._share(self.by_author.get(author_id, 0)) if self.interactions > 0 else 0.0

    def liking(self, kind: ContentKind) -> float:
        """Return the share of the reader's interactions that went to content of a kind; of nothing, an equal share."""
        if self.interactions <= 0:
            return 1 / len(ContentKind)
        return self._share(self.by_kind.get(kind, 0))

    def _share(self, part: int) -> float:
        # What is taken back may be counted where the deed was not: its maker was suspended then, say.
        return min(1.0, max(0, part) / self.interactions)


@dataclass(frozen=True, slots=True)
class Score:
    """The parts of a score, each from 0 to 1, and the weighted sum of them."""

    recency: float
    engagement: float
    affinity: float
    content: float
    total: float

    def parts(self) -> dict[str, float]:
        """Return the parts and the total, rounded as they are told."""
        return {name: round(value, 6) for name, value in asdict(self).items()}


Scorer = Callable[[Post, Taste, int], Score]
"""Returns what a post is worth to a reader of a taste at a time, in milliseconds since the Unix epoch."""


@dataclass(frozen=True, slots=True)
class WeightedSum:
    """0.5 recency + 0.3 engagement + 0.1 affinity + 0.1 content.

    Recency is `exp(-decay * hours)`. Engagement is `log(1 + likes + 2 comments + 3 reposts)` as a share of what
    `engagement_full` of them would give, and never more than 1. Affinity and content are shares of the reader's taste.
    """

    recency: float = 0.5
    engagement: float = 0.3
    affinity: float = 0.1
    content: float = 0.1
    decay: float = 0.05
    """Per hour: after 14 hours a post is half as recent."""
    engagement_full: int = 10_000

    def __call__(self, post: Post, taste: Taste, now: int) -> Score:
        """Return what a post is worth to a reader of a taste at a time, in milliseconds since the Unix epoch."""
        hours = max(0, now - post.created_at) / HOUR_MS
        weight = post.counts.likes + 2 * post.counts.comments + 3 * post.counts.reposts
        recency = math.exp(-self.decay * hours)
        engagement = min(1.0, math.log1p(max(0, weight)) / math.log1p(self.engagement_full))
        affinity, content = taste.affinity(post.author_id), taste.liking(ContentKind.of(post))
        total = (
            self.recency * recency
            + self.engagement * engagement
            + self.affinity * affinity
            + self.content * content
        )
        return Score(recency, engagement, affinity, content, total)
