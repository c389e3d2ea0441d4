"""Virtual time: every call takes a tick, and calls that are under way at the same time take it together.

What is put under way is carried out at once, in the thread that submits it; only its time is that of a worker. So
nothing overlaps, and the result is the same on every machine.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from heapq import heappop, heappush
from typing import Any

from kith.table.connection import PARALLEL_CALLS


class Timeline:
    """How many ticks have gone by for whoever is being carried out, and when each worker is free again."""

    def __init__(self, workers: int = PARALLEL_CALLS) -> None:
        """Begin at 0 with all workers free."""
        self.now = 0
        self._free = [0] * workers

    def tick(self) -> None:
        """Let a call take its time."""
        self.now += 1

    def begin(self) -> int:
        """Go to where a worker begins what is submitted now; return when that was."""
        submitted = self.now
        self.now = max(submitted, heappop(self._free))
        return submitted

    def end(self, submitted: int) -> int:
        """Go back to who has submitted it; return when the worker has ended."""
        ended, self.now = self.now, submitted
        heappush(self._free, ended)
        return ended

    def wait_until(self, ended: int) -> None:
        """Let whoever is being carried out wait for something."""
        self.now = max(self.now, ended)


class VirtualExecutor(Executor):
    """Carries out at once what is put under way, and keeps time on some timelines."""

    def __init__(self, *timelines: Timeline) -> None:
        """Keep time on these."""
        self._timelines = timelines

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401  # as the base class has it
        """Carry out a function and return its result as something to wait for."""
        submitted = [timeline.begin() for timeline in self._timelines]
        try:
            outcome, error = fn(*args, **kwargs), None
        except Exception as raised:  # noqa: BLE001  # it is the future's to tell
            outcome, error = None, raised
        ends = [timeline.end(since) for timeline, since in zip(self._timelines, submitted, strict=True)]
        future = _Ending(self._timelines, ends)
        if error is None:
            future.set_result(outcome)
        else:
            future.set_exception(error)
        return future


class _Ending(Future[Any]):
    """What is known already, and told to whoever waits for its end."""

    def __init__(self, timelines: Sequence[Timeline], ends: Sequence[int]) -> None:
        super().__init__()
        self._arrivals = list(zip(timelines, ends, strict=True))

    def _arrive(self) -> None:
        for timeline, ended in self._arrivals:
            timeline.wait_until(ended)

    def result(self, timeout: float | None = None) -> Any:  # noqa: ANN401  # as the base class has it
        self._arrive()
        return super().result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self._arrive()
        return super().exception(timeout)
