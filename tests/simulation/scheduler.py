"""Everything that is under way at the same time, in one thread: which of it goes on next is chance's, and a seed's.

Whatever runs gives way at each call of AWS and wherever it waits. Time passes when somebody looks at the clock, and is
put forward when all wait for it. After FoundationDB's simulation (Zhou et al., 2021), with greenlets for its actors.
"""

import random
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

import greenlet
from aws_lambda_powertools.event_handler.api_gateway import BaseRouter

from kith.domain.clock import DAY, SECOND
from kith.domain.ids import EPOCH

Outcome = TypeVar("Outcome")

BEGINNING = EPOCH + 500 * DAY
STEPS_MOST = 100_000
"""Some ten times as many as a history takes."""


class Killed(BaseException):
    """The process is gone: no `except Exception` sees it."""


@dataclass(eq=False)
class Process:
    """What dies together: all that is under way in one invocation of a function."""

    name: str
    instance: Any = None
    """What outlives the invocation: the memory of a warm function."""
    is_dead: bool = False
    begun: int = 0
    """After how many commits."""
    chance: random.Random | None = None
    """What is drawn from by somebody who does something in it; None for everybody's."""


@dataclass(eq=False)
class Task:
    """One thread of a process."""

    name: str
    process: Process
    greenlet: greenlet.greenlet
    wakes_at: int = 0
    """Milliseconds; it waits for the time."""
    waits_for: "Promise | None" = None
    router: tuple[Any, Any] = (None, None)
    """The request that Powertools answers in this thread, which it keeps for one thread only."""

    def is_ready(self, now: int) -> bool:
        if self.process.is_dead:
            return True
        return self.wakes_at <= now and (self.waits_for is None or self.waits_for.done())


class Promise(Future[Any]):
    """The outcome of a task: who asks for it waits until it is there."""

    def __init__(self, scheduler: "Scheduler") -> None:
        super().__init__()
        self._scheduler = scheduler

    def result(self, timeout: float | None = None) -> Any:
        self._scheduler.wait_for(self)
        return super().result(0)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self._scheduler.wait_for(self)
        return super().exception(0)


@dataclass(eq=False)
class Scheduler:
    """Decides what goes on next."""

    chance: random.Random
    now: int = BEGINNING
    """Milliseconds since the Unix epoch."""
    tasks: list[Task] = field(default_factory=list)
    steps: int = 0
    story: list[str] | None = None
    """What has happened, for people to read; None where nobody will."""

    def __post_init__(self) -> None:
        self._main = greenlet.getcurrent()
        self._nowhere = Process("nowhere")
        self._running: Task | None = None

    @property
    def process(self) -> Process:
        """The process that is running."""
        return self._nowhere if self._running is None else self._running.process

    def time_ns(self) -> int:
        """Return the time, as `time.time_ns` does; a millisecond passes whenever somebody looks."""
        self.now += 1
        return self.now * 1_000_000

    def note(self, tell: Callable[[], str]) -> None:
        """Note what happens, if anybody wants to read it."""
        if self.story is not None:
            self.story.append(f"{(self.now - BEGINNING) / SECOND:>12,.3f}  {tell()}".rstrip())

    def start(self, name: str, run: Callable[[], Any], process: Process) -> Promise:
        """Put something under way."""
        promise = Promise(self)

        def carried_out() -> None:
            if not promise.set_running_or_notify_cancel():
                return
            try:
                promise.set_result(run())
            except Killed as killed:
                promise.set_exception(killed)
            except Exception as error:  # noqa: BLE001  # it is whose who waits
                promise.set_exception(error)

        self.tasks.append(Task(name, process, greenlet.greenlet(carried_out, self._main)))
        return promise

    def give_way(self) -> None:
        """Let others go on."""
        if self._running is None:
            return
        self._main.switch()
        if self.process.is_dead:
            raise Killed

    def sleep(self, seconds: float) -> None:
        """Wait for a time, in seconds."""
        if self._running is not None:
            self._running.wakes_at = self.now + int(seconds * SECOND)
        self.give_way()

    def wait_for(self, promise: Promise) -> None:
        """Wait until an outcome is there."""
        if promise.done():
            return
        assert self._running is not None, "the outcome of what nobody lets go on"
        self._running.waits_for = promise
        while not promise.done():
            self.give_way()
        self._running.waits_for = None

    def die(self) -> None:
        """End the process that is running, wherever its threads are."""
        self.process.is_dead = True
        raise Killed

    def ready(self) -> list[Task]:
        """Return what can go on."""
        return [task for task in self.tasks if task.is_ready(self.now)]

    def go_on(self, task: Task) -> None:
        """Let one thing go on until it gives way."""
        self.steps += 1
        assert self.steps < STEPS_MOST, f"it does not come to an end: {[each.name for each in self.tasks]}"
        if task.process.is_dead and not task.greenlet:
            self.tasks.remove(task)  # it has not begun, and never will
            return
        BaseRouter.current_event, BaseRouter.lambda_context = task.router
        self._running = task
        try:
            task.greenlet.switch()
        finally:
            self._running = None
        task.router = BaseRouter.current_event, BaseRouter.lambda_context
        if task.greenlet.dead:
            self.tasks.remove(task)

    def wakes_next(self) -> int | None:
        """Return when the first of those who wait for the time goes on, or None."""
        waiting = [
            task.wakes_at for task in self.tasks if task.waits_for is None and task.wakes_at > self.now
        ]
        return min(waiting, default=None)


@dataclass(eq=False)
class Threads(Executor):
    """A function's threads."""

    scheduler: Scheduler

    def submit(self, fn: Callable[..., Outcome], /, *args: Any, **kwargs: Any) -> Future[Outcome]:
        process = self.scheduler.process
        return self.scheduler.start(f"{process.name} thread", lambda: fn(*args, **kwargs), process)
