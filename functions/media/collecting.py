"""What becomes of media after a day: those that no post shows go, and those that have not come by then never will.

A post that shows one of these knows then that it waits in vain.
"""

from dataclasses import dataclass

from kith.domain.clock import Clock
from kith.domain.media import KEPT_UNATTACHED, Medium, MediumInUse, MediumStatus
from kith.table.media import MediaStore
from kith.table.uploads import UploadStore

UNFINISHED = frozenset({MediumStatus.AWAITING_UPLOAD, MediumStatus.PROCESSING})
NEVER_CAME = "It did not come within a day."


@dataclass(frozen=True, slots=True)
class Collector:
    """The use case of the schedule."""

    media: MediaStore
    uploads: UploadStore
    clock: Clock
    budget: int
    """Milliseconds after which the rest is left to the next time."""

    def run(self) -> dict[str, int]:
        """Take away what is due; return how many media were looked at, and how many of them are gone.

        Raises:
            Unavailable: the rest is to be looked at another time.
        """
        begun, looked_at, taken_away = self.clock(), 0, 0
        for media_ids in self.uploads.due(now=begun, kept_for=KEPT_UNATTACHED):
            for medium in self.media.by_ids(media_ids).values():
                if medium.post_id is None and self._discarded(medium):
                    taken_away += 1
                elif medium.status in UNFINISHED:
                    self.uploads.give_up(medium, NEVER_CAME)
            self.uploads.looked_after(media_ids)
            looked_at += len(media_ids)
            if self.clock() - begun > self.budget:
                break
        return {"looked_at": looked_at, "taken_away": taken_away}

    def _discarded(self, medium: Medium) -> bool:
        try:
            self.uploads.discard(medium)
        except MediumInUse:
            return False
        return True
