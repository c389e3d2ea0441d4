"""An AWS account with Kith in it: its functions, what wakes them, and chance, which decides what goes on next."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kith.domain.clock import SECOND
from kith.domain.errors import DomainError
from tests.builders import LambdaContext
from tests.simulation.connections import Websockets, told_of
from tests.simulation.engine import Engine
from tests.simulation.faults import Faults
from tests.simulation.functions import DISCONNECT, OUTBOX, WORKERS, Handler
from tests.simulation.scheduler import Process, Promise, Scheduler
from tests.simulation.services import Bus, Message, Queue, Queues, Shard, Stream
from tests.simulation.stores import Bucket, Mailbox, PushService, Secrets
from tests.simulation.wire import Service, Wire

TABLE = "kith-simulated"
AT_ONCE = 3
"""Batches of one queue that are worked on at the same time, and messages of one batch, at most."""
WARM = 0.8
"""How often a function that has been woken before is there still."""
Action = Callable[[], None]


@dataclass(eq=False)
class Instance:
    """The memory of a function between its invocations."""

    path: str
    built: dict[Any, Any] = field(default_factory=dict)
    """What it made when it was first needed."""


@dataclass(eq=False)
class Cloud:
    """Everything there is, in one process."""

    chance: random.Random
    faults: Faults
    handler: Callable[["Instance"], Handler]
    """What an instance of a function answers with."""
    knobs: dict[str, int] = field(default_factory=dict)
    """What the stage has set."""
    bucket: Bucket = field(default_factory=Bucket)
    secrets: Secrets = field(default_factory=Secrets)
    push_service: PushService = field(default_factory=PushService)
    idle: dict[str, list[Instance]] = field(default_factory=dict)
    woken: Counter[str] = field(default_factory=Counter)
    """How often each function was."""
    failed: list[str] = field(default_factory=list)
    """What functions logged as errors of their own."""

    def __post_init__(self) -> None:
        self.scheduler = Scheduler(self.chance)
        self.engine = Engine(TABLE, lambda: self.scheduler.now)
        self.websockets = Websockets(lambda: self.scheduler.process, lambda: len(self.engine.commits))
        self.mailbox = Mailbox(lambda: self.scheduler.process, lambda: len(self.engine.commits))
        self.queues = {
            name: Queue(name, visibility=6 * worker.seconds * SECOND) for name, worker in WORKERS.items()
        }
        self.stream = Stream(self.engine, self.faults)
        self.bus = Bus(self.faults, {name: each.events for name, each in WORKERS.items()}, self.queues)
        services: dict[str, Service] = {
            "sqs": Queues(self.faults, self.queues, lambda: self.scheduler.now),
            "eventbridge": self.bus,
            "s3": self.bucket,
            "secrets-manager": self.secrets,
            "sesv2": self.mailbox,
            "push": self.push_service,
            "apigatewaymanagementapi": self.websockets,
        }
        self.wire = Wire(self.scheduler, self.faults, self.engine, services)
        self._busy: Counter[str] = Counter()
        self._invocations = 0

    def invoke(self, path: str, event: Any, ended: Callable[[Any], None] = lambda _answer: None) -> Promise:
        """Wake a function. `ended` is told its answer, or None where it failed or was killed."""
        self.woken[path] += 1
        self._invocations += 1
        idle = self.idle.setdefault(path, [])
        is_warm = bool(idle) and self.chance.random() < WARM
        instance = idle.pop(self.chance.randrange(len(idle))) if is_warm else Instance(path)
        process = Process(f"{path}#{self._invocations}", instance, begun=len(self.engine.commits))

        def run() -> Any:
            answer = None
            try:
                answer = self.handler(instance)(event, LambdaContext())
            except DomainError:
                raise
            except Exception as error:
                self.failed.append(f"{path}: {error!r}")
                raise
            finally:
                if not process.is_dead:
                    idle.append(instance)
                ended(answer)
            return answer

        return self.scheduler.start(process.name, run, process)

    def actions(self) -> list[Action]:
        """Return what could happen next."""
        now = self.scheduler.now
        self.stream.follow()
        return [
            *(partial(self.scheduler.go_on, task) for task in self.scheduler.ready()),
            *(partial(self._read, shard) for shard in self.stream.shards if self.stream.is_due(shard, now)),
            *([self._deliver_event] if self.bus.under_way else []),
            *([self._tell_of_closed] if self.websockets.closed else []),
            *([self._collect] if self.engine.has_expired() else []),
            *(
                partial(self._receive, name)
                for name, queue in self.queues.items()
                if self._busy[name] < AT_ONCE and queue.visible(now)
            ),
        ]

    def go_on(self) -> bool:
        """Let one thing happen, or time pass until something can; return False if nothing ever will."""
        actions = self.actions()
        if not actions:
            return self._pass_time()
        self.chance.choice(actions)()
        return True

    def rest(self) -> None:
        """Let things happen until nothing can."""
        while self.go_on():
            pass

    def redrive(self) -> int:
        """Let what was given up be tried again, as an operator does; return how much that was."""
        return self.stream.redrive() + sum(queue.redrive() for queue in self.queues.values())

    def _pass_time(self) -> bool:
        now = self.scheduler.now
        moments = [
            self.scheduler.wakes_next(),
            *(message.visible_at for queue in self.queues.values() for message in queue.messages),
            *(shard.pauses_until for shard in self.stream.shards if shard.records and not shard.is_read),
        ]
        coming = [moment for moment in moments if moment is not None and moment > now]
        if not coming:
            return False
        self.scheduler.now = min(coming)
        return True

    def _collect(self) -> None:
        self.engine.collect(is_forgotten=self.faults.comes(self.faults.collected, "expired item forgotten"))

    def _tell_of_closed(self) -> None:
        """Tell of a connection that is over: once, whatever comes of it."""
        self.invoke(DISCONNECT, told_of(self.websockets.closed.pop(0)))

    def _deliver_event(self) -> None:
        self.bus.deliver(self.chance.randrange(len(self.bus.under_way)))

    def _read(self, shard: Shard) -> None:
        batch = self.stream.read(shard, self.scheduler.now)
        if not batch:
            return

        def ended(answer: Any) -> None:
            self.stream.ended(shard, batch, answer, self.scheduler.now)

        self.invoke(OUTBOX, {"Records": batch}, ended)

    def _receive(self, name: str) -> None:
        queue, worker = self.queues[name], WORKERS[name]
        visible = queue.visible(self.scheduler.now)
        count = self.chance.randint(1, min(AT_ONCE, worker.batch, len(visible)))
        batch = queue.receive(self.chance.sample(visible, count), self.scheduler.now)
        if not batch:
            return
        for message in batch:
            if self.faults.comes(self.faults.repeated, "repeated message"):
                message.visible_at = self.scheduler.now  # and so it may be received twice at once
        self._busy[name] += 1
        self.invoke(worker.path, _as_lambda_shows(batch), partial(self._received, name, batch))

    def _received(self, name: str, batch: list[Message], answer: Any) -> None:
        self._busy[name] -= 1
        if answer is None:
            return
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        for message in batch:
            if str(message.number) not in failed:
                self.queues[name].delete(message)


def _as_lambda_shows(batch: list[Message]) -> dict[str, Any]:
    return {"Records": [{"messageId": str(message.number), "body": message.body} for message in batch]}
