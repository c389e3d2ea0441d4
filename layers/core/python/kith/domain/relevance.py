"""What a post that a search finds is worth to who searches, when the best come first.

`0.4 words + 0.35 engagement + 0.25 recency`. Words as in BM25 (Robertson and Zaragoza 2009), without how rare each is,
which is the same for all that have them: `tf / (tf + 1.2 (0.25 + 0.75 length / 20))`. Engagement is
`log2(1 + likes + 2 comments + 3 reposts)`, of 16 at most. Recency halves every 30 days.
"""

import math
from collections import Counter
from collections.abc import Collection
from typing import Final

from kith.domain.clock import DAY
from kith.domain.posts import Post
from kith.domain.words import all_words

WORDS, ENGAGEMENT, RECENCY = 0.4, 0.35, 0.25
SATURATION, NORMALISATION = 1.2, 0.75
USUAL_LENGTH: Final = 20
"""Words of a post."""
ENGAGEMENT_MOST: Final = 16
HALF_LIFE: Final = 30 * DAY


def relevance(post: Post, asked: Collection[str], now: int) -> float:
    """Return a post's worth between 0 and 1; `now` in milliseconds."""
    counts = post.counts
    engagement = math.log2(1 + counts.likes + 2 * counts.comments + 3 * counts.reposts) / ENGAGEMENT_MOST
    recency = 2 ** (-max(0, now - post.created_at) / HALF_LIFE)
    return WORDS * _said(post.text, asked) + ENGAGEMENT * min(1, engagement) + RECENCY * recency


def _said(text: str, asked: Collection[str]) -> float:
    """Return how much a text says of what was asked for."""
    said = all_words(text)
    often = Counter(said)
    short = SATURATION * (1 - NORMALISATION + NORMALISATION * len(said) / USUAL_LENGTH)
    return sum(often[word] / (often[word] + short) for word in asked) / len(asked)
