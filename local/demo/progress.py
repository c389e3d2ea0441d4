"""How far something is, as lines of text: one that keeps changing on a terminal, one now and then elsewhere."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TextIO

EVERY_ON_TERMINAL, EVERY_ELSEWHERE = 0.2, 10.0
"""Seconds between two lines."""

Timer = Callable[[], float]
"""Returns seconds since whenever."""


@dataclass
class Progress:
    """Counts towards a total and shows it; use it as a context, from one thread."""

    what: str
    total: int
    timer: Timer = time.monotonic
    output: TextIO = field(default_factory=lambda: sys.stdout)
    done: int = field(default=0, init=False)
    _started: float = field(default=0.0, init=False)
    _shown: float = field(default=0.0, init=False)

    def __enter__(self) -> Self:
        self._started = self._shown = self.timer()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._show(end="\n")

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return self.timer() - self._started

    def advance(self, count: int = 1) -> None:
        """Count more of it as done."""
        self.done += count
        on_terminal = self.output.isatty()
        due = self._shown + (EVERY_ON_TERMINAL if on_terminal else EVERY_ELSEWHERE)
        if self.done < self.total and self.timer() >= due:
            self._shown = self.timer()
            self._show(end="" if on_terminal else "\n")

    def _show(self, end: str) -> None:
        seconds = self.seconds
        share = self.done / self.total if self.total else 1.0
        # Rounded down: it is not all done before it is.
        figures = (
            f"{int(100 * share):>3}%  {self.done:>7,} of {self.total:,}  {rate(self.done, seconds):>6,.0f}/s"
        )
        again = "\r" if self.output.isatty() else ""
        print(f"{again}  {self.what:<22} {figures}  {seconds:>6.1f} s", end=end, file=self.output, flush=True)


def rate(count: int, seconds: float) -> float:
    """Return how many per second, also for what took no time."""
    return count / max(seconds, 0.001)
