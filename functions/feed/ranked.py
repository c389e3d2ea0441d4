"""A feed in the order of what its posts are worth to its reader.

The newest candidates are scored and put in order once, when a page without a cursor is read; the cursor then carries
the order of those that are still to come. So pages neither repeat nor skip, whatever is liked or published meanwhile.
When they have all been shown, the candidates before them are put in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from functions.feed.skeleton import Candidate
from functions.feed.timeline import Fetch, Shown, Timeline
from kith.domain import ids
from kith.domain.clock import Clock
from kith.domain.ranking import Score, Scorer
from kith.table.tastes import TasteStore

POOL = 100
"""Candidates that are put in order at once."""


@dataclass(frozen=True, slots=True)
class Order:
    """What of a pool is still to be shown, best first, and where the next pool begins."""

    below: int
    """The next pool are posts older than this; 0 when there is none."""
    remaining: tuple[int, ...] = ()

    def written(self) -> str:
        """Return it as a cursor says it."""
        return f"{ids.short(self.below)} {ids.packed(self.remaining)}"

    @classmethod
    def read(cls, text: str) -> "Order":
        """Return what a cursor says, which is sealed, so that it is one of ours."""
        below, _, remaining = text.partition(" ")
        return cls(int(below, 36), ids.unpacked(remaining))


@dataclass(frozen=True, slots=True)
class RankedItem:
    """A post that is shown, with what it is worth to its reader."""

    shown: Shown
    score: Score


@dataclass(frozen=True, slots=True)
class RankedPage:
    """Part of a ranked feed, and where the next page begins; None at the end."""

    items: list[RankedItem]
    following: Order | None
    is_rebuilding: bool


@dataclass(frozen=True, slots=True)
class RankedTimeline:
    """The use case of reading a feed in ranked order."""

    timeline: Timeline
    tastes: TasteStore
    score: Scorer
    clock: Clock

    def page(self, reader_id: int, order: Order | None, limit: int) -> RankedPage:
        """Return up to `limit` posts, best first, from where an order goes on; a short page does not end the feed."""
        if order is None or not order.remaining:
            return self._begun(reader_id, ids.LIMIT if order is None else order.below, limit)
        wanted, later = order.remaining[:limit], order.remaining[limit:]
        view = self.timeline.view(reader_id, max(wanted) + 1, POOL)
        candidates = _those_of(wanted, view.fetch)
        found = self.timeline.shown(reader_id, candidates, view.hidden)
        items = self._scored(reader_id, [found[post_id] for post_id in wanted if post_id in found])
        following = Order(order.below, later) if later or order.below else None
        return RankedPage(items, following, view.is_rebuilding)

    def _begun(self, reader_id: int, above: int, limit: int) -> RankedPage:
        view = self.timeline.view(reader_id, above, POOL + 1)
        candidates = view.fetch(above, POOL + 1)
        pool, below = candidates[:POOL], 0
        if len(candidates) > POOL:
            below = pool[-1].post_id
        found = self.timeline.shown(reader_id, pool, view.hidden)
        scored = self._scored(reader_id, list(found.values()))
        best = sorted(scored, key=lambda item: (-item.score.total, -item.shown.entry.post_id))
        remaining = tuple(item.shown.entry.post_id for item in best[limit:])
        following = Order(below, remaining) if remaining or below else None
        return RankedPage(best[:limit], following, view.is_rebuilding)

    def _scored(self, reader_id: int, shown: Sequence[Shown]) -> list[RankedItem]:
        taste = self.tastes.of(reader_id, {each.seen.post.author_id for each in shown})
        now = self.clock()
        return [RankedItem(each, self.score(each.seen.post, taste, now)) for each in shown]


def _those_of(post_ids: Sequence[int], fetch: Fetch) -> list[Candidate]:
    """Return the candidates of some posts, between which others may have come to stand."""
    found: list[Candidate] = []
    start = max(post_ids) + 1
    while start > min(post_ids):
        candidates = fetch(start, POOL)
        found += [each for each in candidates if each.post_id in post_ids]
        if len(candidates) < POOL:
            break
        start = candidates[-1].post_id
    return found
