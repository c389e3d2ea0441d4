"""Erasing an account, a bounded amount per message: cut off anywhere, it goes on from what is there.

How far it is stands in the table, moved by a conditional write. Of several that work on one erasure at the same time
one moves it; what they did twice is as if done once, because every step only takes away. Who was overtaken asks to go on
later: a message may have been delivered twice at once, and is gone when one of the two has ended, whatever becomes of the
other.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from functions.operation.phases import LAST
from functions.operation.steps import Phase
from kith.domain.clock import Clock
from kith.messaging import Queue
from kith.table.erasures import Erasure, ErasureStore, Overtaken


@dataclass(frozen=True, slots=True)
class Eraser:
    """The use case of `user.deleted`."""

    erasures: ErasureStore
    phases: Sequence[Phase]
    queue: Queue
    """Its own: where it asks to go on."""
    clock: Clock
    budget: int
    """Milliseconds after which no further step is begun for one message."""
    steps: int
    """How many there are for one message at most."""

    def erase_user(self, user_id: int) -> None:
        """Erase what a deleted account has left, if there is still something."""
        erasure = self.erasures.of_user(user_id)
        if erasure is not None:
            self._go_on(erasure)

    def go_on(self, operation_id: int) -> None:
        """Go on with an erasure, if it is not done."""
        erasure = self.erasures.by_id(operation_id)
        if erasure is not None:
            self._go_on(erasure)

    def _go_on(self, erasure: Erasure) -> None:
        until = self.clock() + self.budget
        with suppress(Overtaken):
            for _ in range(self.steps):
                if erasure.user_id is None:
                    return
                if erasure.phase == LAST:
                    self.erasures.finish(erasure, erasure.user_id, now=self.clock())
                    return
                erasure = self._one_step(erasure, erasure.user_id)
                if self.clock() >= until:
                    break
        self.queue.send([{"operation_id": erasure.operation_id}])

    def _one_step(self, erasure: Erasure, user_id: int) -> Erasure:
        names = [phase.name for phase in self.phases]
        place = names.index(erasure.phase)
        following = [*names, LAST][place + 1]
        step = self.phases[place].step(user_id, erasure.reached)
        after = erasure.after(step.erased, step.reached, following=following)
        self.erasures.checkpoint(erasure, after)
        return after
