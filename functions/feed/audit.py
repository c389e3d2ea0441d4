"""Whether a feed is what it should be: computed a second way, compared, and mended.

What a reader should see is computed from the lists of all whom they follow, without looking at what was delivered; both
go through the same rules. A post of the last minute may still be on its way, and does not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from functions.feed.skeleton import Candidate, Sources, merged
from functions.feed.timeline import Shown, Timeline
from kith.domain import ids
from kith.domain.clock import MINUTE, Clock
from kith.domain.feeds import Arrival, FeedEntry
from kith.table.feeds import FeedStore

AUDITED_MOST = 300
"""Posts: the newest."""
ON_ITS_WAY = MINUTE


@dataclass(frozen=True, slots=True)
class Finding:
    """A post that a feed lacks, or has and should not."""

    post_id: int
    by_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found of a feed."""

    checked: int
    missing: list[Finding]
    extra: list[Finding]
    duplicates: list[Finding]
    stale: int
    """Entries that the rules keep out of sight, and that are still to be taken away."""

    @property
    def drift(self) -> int:
        """How much the feed is not what it should be."""
        return len(self.missing) + len(self.extra) + len(self.duplicates)


@dataclass(frozen=True, slots=True)
class Auditor:
    """The use case of looking after a feed."""

    timeline: Timeline
    sources: Sources
    feeds: FeedStore
    clock: Clock
    feed_retention: int
    """Milliseconds."""

    def audit(self, reader_id: int) -> Report:
        """Compare a feed with what it should be, mend it, and tell what was wrong."""
        settled = ids.first_at(self.clock() - ON_ITS_WAY)
        view = self.timeline.view(reader_id, None, AUDITED_MOST, by_reader=False)
        kept = view.fetch(None, AUDITED_MOST)
        due = merged(self.sources.everything(reader_id, ids.LIMIT, AUDITED_MOST), AUDITED_MOST)
        floor = max(_reach(kept), _reach(due))
        is_now = self.timeline.shown(reader_id, _between(kept, floor, settled), view.hidden)
        should_be = self.timeline.shown(reader_id, _between(due, floor, settled), view.hidden)
        missing = [should_be[post_id] for post_id in sorted(should_be.keys() - is_now.keys())]
        extra = [is_now[post_id] for post_id in sorted(is_now.keys() - should_be.keys())]
        self._mend(reader_id, missing, extra)
        delivered = self.sources.delivered(reader_id, ids.LIMIT, AUDITED_MOST)
        stored = {entry.post_id for entry in delivered if floor <= entry.post_id < settled}
        return Report(
            checked=len(should_be),
            missing=[_finding(each, "not delivered") for each in missing],
            extra=[_finding(each, "of nobody who is followed") for each in extra],
            duplicates=_twice(delivered),
            stale=len(stored - is_now.keys() - should_be.keys()),
        )

    def _mend(self, reader_id: int, missing: Sequence[Shown], extra: Sequence[Shown]) -> None:
        now = self.clock()
        entries = [replace(each.entry, arrival=Arrival.REBUILT, arrived_at=now) for each in missing]
        self.feeds.deliver(entries, retention=self.feed_retention)
        for each in extra:
            self.feeds.withdraw([each.entry.post_id], [reader_id], by_id=each.entry.by_id)


def _reach(candidates: Sequence[Candidate]) -> int:
    """Return down to which post some candidates are all there are."""
    return candidates[-1].post_id if len(candidates) == AUDITED_MOST else 0


def _between(candidates: Sequence[Candidate], floor: int, settled: int) -> list[Candidate]:
    return [each for each in candidates if floor <= each.post_id < settled]


def _finding(shown: Shown, cause: str) -> Finding:
    return Finding(shown.entry.post_id, shown.entry.by_id, cause)


def _twice(entries: Sequence[FeedEntry]) -> list[Finding]:
    found: list[Finding] = []
    seen: set[tuple[int, int]] = set()
    for entry in entries:
        if (entry.post_id, entry.by_id) in seen:
            found.append(Finding(entry.post_id, entry.by_id, "stored twice"))
        seen.add((entry.post_id, entry.by_id))
    return found
