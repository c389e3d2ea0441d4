"""Recommendations: what somebody may take to, how much, and why: from facts that were read, and nothing else.

What is similar is found in the graph of who has engaged with what, as Pinterest's Pixie does it (Eksombatchai et al.,
2018): from one's own posts over who has liked them too to what these have engaged with. Pixie walks that graph at random;
here all paths of a bounded part of it are walked. That two have liked a post says the more, the fewer have liked it
(Adamic and Adar, 2003), and what an account has engaged with says the less, the more that is.
"""

import hashlib
import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kith.domain import ids
from kith.domain.clock import DAY
from kith.domain.posts import Post


class Way(StrEnum):
    """How a post was found."""

    SIMILAR = "similar"
    HASHTAG = "hashtag"
    TRENDING = "trending"


class Tie(StrEnum):
    """How an account was found."""

    FRIENDS_OF_FRIENDS = "friends_of_friends"
    SIMILAR_TASTE = "similar_taste"
    TRENDING = "trending"


WEIGHTS: Final[Mapping[Way, float]] = {Way.SIMILAR: 0.8, Way.HASHTAG: 0.15, Way.TRENDING: 0.05}
"""What people do says more than what they write about: `benchmarks/recommendations.py` tells how much more."""
TIES: Final[Mapping[Tie, float]] = {Tie.FRIENDS_OF_FRIENDS: 0.5, Tie.SIMILAR_TASTE: 0.4, Tie.TRENDING: 0.1}
HALF_LIFE: Final = 3 * DAY
"""After which time it says half as much that a post has a hashtag."""
KEPT: Final = 200
"""Shown posts that are remembered of a viewer."""
MARK: Final = 4
"""Bytes that stand for one: a post has a mark of so many by chance once in twenty million."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a post is recommended: what of the viewer's own has led to it, never who else."""

    way: Way
    post_id: int | None = None
    """A post that the viewer has engaged with, to which it is similar."""
    hashtag: str | None = None
    """One that the viewer writes, or engages with."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A post, why, and how much: from 0 to 1 among all that were found in one way, or mixed of several."""

    post_id: int
    reason: Reason
    score: float


@dataclass(frozen=True, slots=True)
class Introduction:
    """An account that one may want to follow, and why."""

    user_id: int
    tie: Tie
    score: float
    through: tuple[int, ...] = ()
    """Whom the viewer follows that follow it."""
    origin: Reason | None = None
    """Why the best post of those that make the tie is recommended; None where it is made by friends."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a viewer was shown of late, by marks that stand for posts and do not tell which; the newest last."""

    viewer_id: int
    marks: tuple[bytes, ...] = ()

    def has(self, post_id: int) -> bool:
        """Tell whether a post was shown."""
        return self._mark(post_id) in self.marks

    def having(self, post_ids: Iterable[int]) -> "Shown":
        """Return it with posts that are being shown; what was shown long before is forgotten."""
        return Shown(self.viewer_id, (*self.marks, *map(self._mark, post_ids))[-KEPT:])

    def _mark(self, post_id: int) -> bytes:
        return hashlib.blake2b(f"{self.viewer_id} {post_id}".encode(), digest_size=MARK).digest()


Neighbours = Mapping[int, Mapping[int, float]]
"""Accounts, and which of the viewer's posts each has liked too, with how much that says; the most alike first."""


def neighbours(
    likers: Mapping[int, Collection[int]], likes: Mapping[int, int], *, viewer_id: int, most: int
) -> Neighbours:
    """Return up to `most` of who is alike, of who likes the viewer's posts, and how many like each."""
    shared: defaultdict[int, dict[int, float]] = defaultdict(dict)
    for post_id, account_ids in likers.items():
        for account_id in account_ids:
            shared[account_id][post_id] = 1 / math.log(2 + max(0, likes[post_id]))
    shared.pop(viewer_id, None)
    alike = heapq.nlargest(most, shared, key=lambda each: (sum(shared[each].values()), each))
    return {account_id: shared[account_id] for account_id in alike}


def similar(alike: Neighbours, engaged: Mapping[int, Collection[int]]) -> list[Recommendation]:
    """Return what those who are alike have engaged with.

    What is reached from several of the viewer's posts is worth more than what is reached as often from one: as in Pixie,
    the square of the sum of the roots.
    """
    reached: defaultdict[int, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
    for account_id, post_ids in engaged.items():
        for post_id in post_ids:
            for origin_id, weight in alike[account_id].items():
                reached[post_id][origin_id] += weight / math.sqrt(len(post_ids))

    def reason(post_id: int) -> Reason:
        origins = reached[post_id]
        return Reason(Way.SIMILAR, post_id=max(origins, key=lambda each: (origins[each], each)))

    scores = {post_id: sum(map(math.sqrt, origins.values())) ** 2 for post_id, origins in reached.items()}
    return _relative(scores, reason)


def interests(posts: Iterable[Post], *, most: int) -> dict[str, float]:
    """Return the hashtags that somebody's posts have most often, and how often each, the first of them being 1."""
    counted = Counter(hashtag for post in posts for hashtag in post.hashtags)
    best = heapq.nlargest(most, counted, key=lambda each: (counted[each], each))
    return {hashtag: counted[hashtag] / counted[best[0]] for hashtag in best}


def about(
    hashtags: Mapping[str, float], tagged: Mapping[str, Sequence[int]], *, now: int
) -> list[Recommendation]:
    """Return what has some of the hashtags, each of which says so much; `now` in milliseconds."""
    having: defaultdict[int, list[str]] = defaultdict(list)
    for hashtag in sorted(hashtags, key=lambda each: -hashtags[each]):
        for post_id in tagged.get(hashtag, ()):
            having[post_id].append(hashtag)

    def freshness(post_id: int) -> float:
        return math.exp2(-max(0, now - ids.created_at(post_id)) / HALF_LIFE)

    scores = {
        post_id: freshness(post_id) * sum(hashtags[each] for each in found)
        for post_id, found in having.items()
    }
    return _relative(scores, lambda post_id: Reason(Way.HASHTAG, hashtag=having[post_id][0]))


def trending(post_ids: Sequence[int]) -> list[Recommendation]:
    """Return what is used the most, in that order."""
    scores = {post_id: 1 - place / len(post_ids) for place, post_id in enumerate(post_ids)}
    return _relative(scores, lambda _: Reason(Way.TRENDING))


def mixed(*found: Iterable[Recommendation]) -> list[Recommendation]:
    """Return what was found in several ways, the best first: the ways' scores add up, and the greatest part says why."""
    parts: defaultdict[int, list[Recommendation]] = defaultdict(list)
    for each in (each for way in found for each in way):
        parts[each.post_id].append(
            Recommendation(each.post_id, each.reason, WEIGHTS[each.reason.way] * each.score)
        )
    together = [
        Recommendation(
            post_id, max(some, key=lambda each: each.score).reason, sum(each.score for each in some)
        )
        for post_id, some in parts.items()
    ]
    return sorted(together, key=lambda each: (-each.score, -each.post_id))


def introduced(
    through: Mapping[int, Sequence[int]], authored: Iterable[tuple[int, Recommendation]]
) -> list[Introduction]:
    """Return accounts to follow, the best first: as with posts, what speaks for one adds up, and the most of it says why.

    Args:
        through: accounts, and whom the viewer follows that follow each.
        authored: authors of what is recommended to the viewer, with each of the posts, the best of them first.
    """
    found: dict[Tie, defaultdict[int, float]] = {tie: defaultdict(float) for tie in Tie}
    origins: dict[tuple[int, Tie], Reason] = {}
    for user_id, friend_ids in through.items():
        found[Tie.FRIENDS_OF_FRIENDS][user_id] = len(friend_ids)
    for author_id, post in authored:
        tie = Tie.TRENDING if post.reason.way is Way.TRENDING else Tie.SIMILAR_TASTE
        origins.setdefault((author_id, tie), post.reason)
        found[tie][author_id] += post.score
    parts: defaultdict[int, dict[Tie, float]] = defaultdict(dict)
    for tie, scores in found.items():
        greatest = max(scores.values(), default=1)
        for user_id, score in scores.items():
            parts[user_id][tie] = TIES[tie] * score / greatest
    ties = {user_id: max(some, key=lambda tie: some[tie]) for user_id, some in parts.items()}
    together = [
        Introduction(
            user_id,
            tie,
            score=sum(parts[user_id].values()),
            through=tuple(through.get(user_id, ())),
            origin=origins.get((user_id, tie)),
        )
        for user_id, tie in ties.items()
    ]
    return sorted(together, key=lambda each: (-each.score, -each.user_id))


def _relative(scores: Mapping[int, float], reason: Callable[[int], Reason]) -> list[Recommendation]:
    """Return posts with their scores as shares of the greatest."""
    greatest = max(scores.values(), default=1)
    return [Recommendation(post_id, reason(post_id), score / greatest) for post_id, score in scores.items()]
