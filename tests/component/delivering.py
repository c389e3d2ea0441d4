"""Rooms, and between them a bus and queues that deliver in any order, late, and more than once."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from functions.feed import skeleton
from functions.feed.on_event import handler as feed_on_event
from functions.feed_fanout import plan
from functions.feed_fanout import wiring as fanout_wiring
from functions.feed_fanout.on_batch import handler as fanout_on_batch
from functions.feed_fanout.on_event import handler as fanout_on_event
from functions.feed_fanout.on_graph import handler as fanout_on_graph
from functions.follow import fame
from functions.follow import wiring as follow_wiring
from functions.follow.on_event import handler as follow_on_event
from functions.outbox.changes import events_of
from functions.post import wiring as post_wiring
from functions.post.on_event import handler as post_on_event
from kith import deployment
from kith.domain import clock
from kith.domain.clock import DAY
from kith.domain.ids import EPOCH
from kith.table import audience, recents
from kith.table.gates import GateStore
from kith.table.schema import PARTITION_KEY, SORT_KEY, STREAMED
from kith.table.stream import change_of
from tests.builders import queue_event
from tests.component.conftest import QUEUES, REGION, TABLE, InTurn, aws, empty_aws, start_cold
from tests.component.erasing import NOTHING_FAILED, Killed, Message, at_call, die
from tests.component.following import as_lambda_shows

GRAPH = {"graph.follow", "graph.follow_accepted", "graph.unfollow"}


@dataclass(frozen=True)
class Consumer:
    """A worker, with the queue before it: which events it is subscribed to, and what workers leave there."""

    handler: Callable[[Mapping[str, Any], object], Any]
    subscribed: set[str] = field(default_factory=set)
    queue: str | None = None


CONSUMERS = {
    "published": Consumer(fanout_on_event, {"post.created", "post.reposted", "post.unreposted"}, "fanout"),
    "deliveries": Consumer(fanout_on_batch, queue="deliveries"),
    "merges": Consumer(fanout_on_graph, GRAPH, "merges"),
    "follow": Consumer(follow_on_event, GRAPH | {"user.updated"}, "graph"),
    "post": Consumer(
        post_on_event, {"post.deleted", "post.updated", "media.processed", "media.rejected"}, "posts"
    ),
    "deeds": Consumer(
        feed_on_event,
        {
            "post.liked",
            "post.unliked",
            "post.reposted",
            "post.unreposted",
            "post.commented",
            "post.uncommented",
        },
    ),
}
"""As `infra/functions` subscribes them."""

AT_ONCE = 3
"""Messages of a batch at most."""
TWICE, LATE, CUT_OFF = 0.15, 0.05, 0.05
"""How often a message comes again; how often once more when everything else has long come; how often a worker dies."""
MOST = 5_000


class SlowClock:
    """Time, as every function has it: a millisecond passes whenever somebody looks."""

    now = 0

    def restart(self) -> None:
        self.now = EPOCH + 500 * DAY

    def time_ns(self) -> int:
        self.now += 1
        return self.now * 1_000_000


def shrink(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages, batches and lists be as short as they can be."""
    for module, name, value in (
        (plan, "PAGE_MESSAGES", 1),
        (audience, "PAGE", 2),
        (fame, "MARKED_AT_ONCE", 2),
        (recents, "KEPT", 4),
        (skeleton, "KEPT", 4),
        (skeleton, "UNORDERED", 1),
        (skeleton, "REPOSTS_EXPECTED", 1),
        (fanout_wiring, "BUDGET", 0),
        (follow_wiring, "BUDGET", 0),
        (post_wiring, "BUDGET", 0),
    ):
        monkeypatch.setattr(module, name, value)


@contextmanager
def small_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowClock]:
    """Make an AWS in which a handful of people are many: pages, batches and lists are as short as they can be."""
    with empty_aws(monkeypatch):
        for knob, value in {"CELEBRITY_THRESHOLD": 3, "CELEBRITY_DEMOTION": 2, "FANOUT_BATCH": 2}.items():
            monkeypatch.setenv(f"KITH_{knob}", str(value))
        shrink(monkeypatch)
        specification = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        aws("dynamodb").update_table(TableName=TABLE, StreamSpecification=specification)
        slow_clock = SlowClock()
        slow_clock.restart()
        monkeypatch.setattr(clock, "time", slow_clock)
        for gate in ("pass_account", "pass_address"):
            monkeypatch.setattr(GateStore, gate, lambda *_, **__: [])
        start_cold()
        deployment.table().executor = InTurn()
        yield slow_clock


During = tuple[int, Callable[[str, Message], None]]
"""What happens before a worker's call of some number; it is told what the worker is doing."""


@dataclass
class Bag:
    """What is on its way: to which consumer, and what. Nothing is in order."""

    chance: random.Random
    pending: list[tuple[str, Message]] = field(default_factory=list)
    late: list[tuple[str, Message]] = field(default_factory=list)
    """What has been delivered, and will be again: even `rest` does not wait for it."""
    watch: Callable[[str, Message, bool], None] = lambda _consumer, _message, _is_done: None
    """Is told of everything that is about to be delivered, and when that is done."""

    def gather(self) -> None:
        """Take what has been committed and sent since."""
        told = committed() * (2 if self.chance.random() < TWICE else 1)
        for event in [event for record in told for event in _events_of(record)]:
            message = {"detail-type": event.name, "detail": json.loads(json.dumps(event.wire()))}
            for name, consumer in CONSUMERS.items():
                if event.name in consumer.subscribed:
                    self._add(name, message)
        for name, consumer in CONSUMERS.items():
            for message in all_from(consumer.queue):
                self._add(name, message)

    def _add(self, consumer: str, message: Message) -> None:
        copies = 1 + self.chance.randint(1, 2) * (self.chance.random() < TWICE)
        self.pending += [(consumer, message)] * copies
        if self.chance.random() < LATE:
            self.late.append((consumer, message))

    def deliver(self, most: int, *, during: During | None = None) -> None:
        """Deliver some of what is pending; something else may happen while the first of it is."""
        for _ in range(most):
            if not self.pending:
                break
            self._deliver_batch(during)
            during = None

    def deliver_late(self) -> None:
        """Deliver again what was delivered long ago."""
        self.pending += self.late
        self.late.clear()

    def rest(self) -> None:
        """Deliver until nothing is pending."""
        delivered = 0
        while self.pending:
            self._deliver_batch(None)
            delivered += 1
            assert delivered < MOST, f"it does not come to an end: {self.pending}"

    def _deliver_batch(self, during: During | None) -> None:
        name, first = self.pending.pop(self.chance.randrange(len(self.pending)))
        batch = [first]
        others = [each for each in self.pending if each[0] == name]
        for each in self.chance.sample(others, min(len(others), self.chance.randrange(AT_ONCE))):
            self.pending.remove(each)
            batch.append(each[1])
        for message in batch:
            self.watch(name, message, False)  # noqa: FBT003  # not done yet
        acted = []

        def act() -> None:
            acted.append(True)
            if during is not None:
                during[1](name, first)

        interruption: AbstractContextManager[object] = nullcontext()
        if during is not None:
            interruption = at_call(during[0], act)
        elif self.chance.random() < CUT_OFF:
            interruption = at_call(self.chance.randrange(12), die)
        try:
            with interruption:
                answer = CONSUMERS[name].handler(queue_event(*batch), None)
            assert answer == NOTHING_FAILED, "nothing here is out of order"
        except Killed:
            self.pending += [(name, message) for message in batch]
        for message in batch:
            self.watch(name, message, True)  # noqa: FBT003  # done
        self.gather()
        if not acted:
            act()


def stored() -> list[dict[str, Any]]:
    """Return all that is in the table, in whatever order."""
    partitions = _table().items.values()
    return [item.to_json()["Attributes"] for partition in partitions for item in partition.values()]


def committed() -> list[dict[str, Any]]:
    """Take the records of the stream."""
    shard = _table().stream_shard
    records, shard.items = [each.record for each in shard.items], []
    return records


def _table() -> Any:
    return get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables[TABLE]


def _events_of(record: dict[str, Any]) -> list[Any]:
    keys = record["dynamodb"]["Keys"]
    at = keys[PARTITION_KEY]["S"], keys[SORT_KEY]["S"]
    if not any(pattern.values(*at) for pattern in STREAMED):
        return []
    return events_of(change_of(as_lambda_shows(record)))


def all_from(name: str | None) -> list[Message]:
    """Take every message from a queue."""
    if name is None:
        return []
    assert name in QUEUES
    queue = get_backend("sqs")[DEFAULT_ACCOUNT_ID][REGION].queues[name]
    messages = [json.loads(message.body) for message in queue._messages]  # noqa: SLF001  # the client takes a while
    queue._messages.clear()  # noqa: SLF001  # the same
    return messages
