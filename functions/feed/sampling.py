"""Auditing a few feeds now and then, wherever in the table they are, and telling how much they have drifted."""

import secrets
from dataclasses import dataclass

from functions.feed.audit import Auditor
from kith.metrics import FEED_DRIFT, FEEDS_AUDITED
from kith.table.feed_states import FeedStateStore
from kith.tracing import measure

SAMPLE = 20
"""Feeds at a time."""


@dataclass(frozen=True, slots=True)
class Sampler:
    """The use case of the schedule."""

    states: FeedStateStore
    auditor: Auditor

    def run(self) -> dict[str, int]:
        """Audit some feeds that have been read, mend them, and tell the sum of what was wrong, which should be 0."""
        readers = self.states.sample(secrets.randbits(32), limit=SAMPLE)
        reports = [self.auditor.audit(reader_id) for reader_id in readers]
        drift = sum(report.drift for report in reports)
        measure(FEED_DRIFT, drift)
        measure(FEEDS_AUDITED, len(reports))
        return {"audited": len(reports), "drift": drift}
