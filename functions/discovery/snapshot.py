"""What of a list of recommendations is still to come, as its cursors say it.

So the pages of a list neither repeat nor skip, whatever is liked and published meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kith.domain import ids
from kith.domain.recommendations import Reason, Recommendation, Way
from kith.web.seals import CAPACITY


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Posts that are still to be shown, the best first, and why each."""

    remaining: tuple[tuple[int, Reason], ...]

    @classmethod
    def of(cls, recommendations: list[Recommendation]) -> "Snapshot":
        """Return the snapshot of a list that begins."""
        return cls(tuple((each.post_id, each.reason) for each in recommendations))

    def written(self) -> str:
        """Return it as a cursor says it: with as many of the best posts as one has room for.

        These are all, unless hashtags are very long: a post takes some ten characters, and each of the few reasons stands once.
        """
        texts = (_written(self.remaining[:count]) for count in range(len(self.remaining), -1, -1))
        return next(text for text in texts if len(text.encode()) <= CAPACITY)

    @classmethod
    def read(cls, text: str) -> "Snapshot":
        """Return what a cursor says, which is sealed, so that it is one of ours."""
        posts, places, origins, *hashtags = text.split("\n")
        reasons = _reasons(ids.unpacked(origins), hashtags)
        which = [reasons[int(place, 36)] for place in places]
        return cls(tuple(zip(ids.unpacked(posts), which, strict=True)))


def _written(posts: Sequence[tuple[int, Reason]]) -> str:
    """Return posts, the places of their reasons, and what these stand on, in lines: no hashtag breaks one."""
    told = list(dict.fromkeys(reason for _, reason in posts))
    origins = [each.post_id for each in told if each.post_id is not None]
    hashtags = [each.hashtag for each in told if each.hashtag is not None]
    # Few enough for one character each: they come of the viewer's newest posts and first hashtags.
    places = {reason: ids.short(place) for place, reason in enumerate(_reasons(origins, hashtags))}
    which = "".join(places[reason] for _, reason in posts)
    return "\n".join([ids.packed([post_id for post_id, _ in posts]), which, ids.packed(origins), *hashtags])


def _reasons(origins: Sequence[int], hashtags: Sequence[str]) -> list[Reason]:
    return [
        Reason(Way.TRENDING),
        *(Reason(Way.SIMILAR, post_id=post_id) for post_id in origins),
        *(Reason(Way.HASHTAG, hashtag=hashtag) for hashtag in hashtags),
    ]
