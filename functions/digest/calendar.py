"""When which digest is due: what happens is entered in that of its time, and what is due soon is asked for.

A queue keeps a message back for a quarter of an hour at most. What is due later is in a list, over which a
schedule lets it go more often than that; so a digest is sent when it is due, and one whose message was lost by the next time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from kith.domain import ids
from kith.domain.clock import MINUTE, SECOND, Clock
from kith.domain.digests import SHARDS, Digest, digest_at
from kith.domain.errors import Unavailable
from kith.domain.notifications import NotificationType, Pace
from kith.messaging import DELAY_MOST, Queue
from kith.table.digests import Closed, DigestStore, NobodyToTell
from kith.table.notification_choices import ChoiceStore
from kith.tracing import continue_as, id_from

PAGE: Final = 100
ATTEMPTS: Final = 3
LOOKS_AHEAD: Final = 12 * MINUTE
"""Somewhat more than is between two times of the schedule, and less than a queue keeps a message back."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The use cases of what happens and of the time."""

    digests: DigestStore
    choices: ChoiceStore
    queue: Queue
    """Its own: where it asks for digests."""
    periods: Mapping[Pace, int]
    """How long each pace's are, in milliseconds."""
    clock: Clock

    def created(self, user_id: int, notification_id: int, about: NotificationType) -> None:
        """Let a notification be in the digest of when it was made, or a later one, if its owner wants any.

        Raises:
            Unavailable: it has to be tried another time.
        """
        pace = self.choices.of(user_id)[about].email
        if pace is Pace.OFF:
            return
        moment = ids.created_at(notification_id)
        for _ in range(ATTEMPTS):
            digest = digest_at(user_id, pace, moment, period=self.periods[pace])
            try:
                is_first = self.digests.enter(digest, notification_id)
            except Closed:
                moment = max(digest.due_at, self.clock())
                continue
            except NobodyToTell:
                return
            continue_as(trace_of(digest))
            if is_first and digest.due_at <= self.clock() + DELAY_MOST * SECOND:
                self._ask_for([digest])
            return
        raise Unavailable

    def look_ahead(self) -> None:
        """Ask for all digests that are due soon or have been.

        Raises:
            Unavailable: the rest has to be asked for another time.
        """
        for shard in range(SHARDS):
            for page in self._due(shard):
                self._ask_for(page)

    def _due(self, shard: int) -> Iterator[list[Digest]]:
        until, last = self.clock() + LOOKS_AHEAD, None
        while page := self.digests.due(shard, until, after=last, limit=PAGE):
            yield page
            last = page[-1]

    def _ask_for(self, digests: Sequence[Digest]) -> None:
        now = self.clock()
        delays = [max(0, -((now - digest.due_at) // SECOND)) for digest in digests]
        messages = [{"digest": asdict(digest), "trace_id": trace_of(digest)} for digest in digests]
        self.queue.send(messages, delays=delays)


def trace_of(digest: Digest) -> str:
    """Return the trace of a digest: it goes on with what any number of others have begun."""
    return id_from("digest", digest.message_id)


def digest_in(told: dict[str, Any]) -> Digest:
    """Return the digest that a message tells of."""
    return Digest(told["user_id"], Pace(told["pace"]), told["due_at"])
