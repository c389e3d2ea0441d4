"""What of a list of recommendations is still to come, as its cursors say it.

So the pages of a list neither repeat nor skip, whatever is liked and published meanwhile.
"""

import json
from dataclasses import dataclass

from kith.domain import ids
from kith.domain.recommendations import Reason, Recommendation, Way


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Posts that are still to be shown, the best first, and why each."""

    remaining: tuple[tuple[int, Reason], ...]

    @classmethod
    def of(cls, recommendations: list[Recommendation]) -> "Snapshot":
        """Return the snapshot of a list that begins."""
        return cls(tuple((each.post_id, each.reason) for each in recommendations))

    def written(self) -> str:
        """Return it as a cursor says it: a post takes some ten characters, and each of the few reasons stands once."""
        reasons = list(dict.fromkeys(reason for _, reason in self.remaining))
        # Few enough for one character each: they come of the viewer's newest posts and first hashtags.
        places = "".join(ids.short(reasons.index(reason)) for _, reason in self.remaining)
        told = [[each.way, each.post_id, each.hashtag] for each in reasons]
        return json.dumps([ids.packed([post_id for post_id, _ in self.remaining]), places, told])

    @classmethod
    def read(cls, text: str) -> "Snapshot":
        """Return what a cursor says, which is sealed, so that it is one of ours."""
        packed, places, told = json.loads(text)
        reasons = [Reason(Way(way), post_id, hashtag) for way, post_id, hashtag in told]
        which = [reasons[int(place, 36)] for place in places]
        return cls(tuple(zip(ids.unpacked(packed), which, strict=True)))
