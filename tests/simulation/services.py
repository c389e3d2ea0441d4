"""The stream, the bus and the queues: everything that AWS allows them to do, which is more than an emulator does.

The stream keeps the order of each item's changes and of nothing else; it is read again from anywhere behind what is
done. The bus and the queues keep no order at all. All of them deliver at least once, and late.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any
from zlib import crc32

from kith.domain.clock import HOUR, SECOND
from kith.events import SOURCE
from kith.messaging import DELAY_MOST
from kith.table.schema import PARTITION_KEY, SORT_KEY, STREAMED
from tests.simulation.engine import Commit, Engine
from tests.simulation.faults import Faults
from tests.simulation.functions import PICTURE, VIDEO
from tests.simulation.wire import Answered, Call

Raw = dict[str, Any]

SHARDS = 2
STREAM_RETRIES = 20
PAUSE = 1 * SECOND
"""Between a failed batch of the stream and the next attempt."""
RECEIVED_MOST = 5
"""As `infra/shared/queues.py` has it: what is received more often joins the dead letters."""
RECORD_AGE = 6 * HOUR
"""As `infra/functions/outbox.py` has it: what has waited for longer is given up."""
EXPIRY_SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
BATCH_BYTES = 262_144
SENT_AT_ONCE = 10


@dataclass(eq=False)
class Message:
    """What waits in a queue."""

    number: int
    body: str
    visible_at: int = 0
    received: int = 0


@dataclass(eq=False)
class Queue:
    """A queue before a worker."""

    name: str
    visibility: int
    """Milliseconds."""
    messages: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)
    sent: int = 0
    handled: int = 0

    def send(self, body: str, *, visible_at: int = 0) -> None:
        self.sent += 1
        self.messages.append(Message(self.sent, body, visible_at))

    def visible(self, now: int) -> list[Message]:
        return [message for message in self.messages if message.visible_at <= now]

    def receive(self, some: Sequence[Message], now: int) -> list[Message]:
        """Take messages out of sight, but for those that have been received too often."""
        taken = []
        for message in some:
            message.received += 1
            message.visible_at = now + self.visibility
            if message.received > RECEIVED_MOST:
                self.messages.remove(message)
                self.dead.append(message)
            else:
                taken.append(message)
        return taken

    def delete(self, message: Message) -> None:
        if message in self.messages:
            self.messages.remove(message)
            self.handled += 1

    def redrive(self) -> int:
        """Let what was given up be tried again, as an operator does; return how much that was."""
        given_up, self.dead = self.dead, []
        for message in given_up:
            message.received, message.visible_at = 0, 0
        self.messages += given_up
        return len(given_up)


@dataclass(eq=False)
class Queues:
    """SQS."""

    faults: Faults
    by_name: dict[str, Queue]
    now: Callable[[], int]

    def __call__(self, call: Call) -> Raw:
        entries = call.body["Entries"]
        assert call.operation == "SendMessageBatch"
        if (
            not 0 < len(entries) <= SENT_AT_ONCE
            or sum(len(each["MessageBody"]) for each in entries) > BATCH_BYTES
        ):
            raise Answered(400, {"__type": "TooManyEntriesInBatchRequest"})
        queue = self.by_name[call.body["QueueUrl"].rpartition("/")[2]]
        answer: Raw = {"Successful": [], "Failed": []}
        for entry in entries:
            if self.faults.comes(self.faults.refused, "refused message"):
                answer["Failed"].append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
            else:
                delay = entry.get("DelaySeconds", 0)
                assert 0 <= delay <= DELAY_MOST
                queue.send(entry["MessageBody"], visible_at=self.now() + delay * SECOND if delay else 0)
                answer["Successful"].append(
                    {"Id": entry["Id"], "MessageId": str(queue.sent), "MD5OfMessageBody": ""}
                )
        return answer


@dataclass(eq=False)
class Bus:
    """EventBridge: which queues an event goes to is what they are subscribed to."""

    faults: Faults
    subscribed: dict[str, frozenset[str]]
    """The names of events, by queue."""
    queues: dict[str, Queue]
    under_way: list[tuple[str, str]] = field(default_factory=list)
    """To which queue, and what."""
    told: dict[str, tuple[str, Raw]] = field(default_factory=dict)
    """By their identifiers, what the events were."""

    def __call__(self, call: Call) -> Raw:
        entries = call.body["Entries"]
        assert call.operation == "PutEvents"
        if not 0 < len(entries) <= SENT_AT_ONCE:
            raise Answered(400, {"__type": "ValidationException"})
        results: list[Raw] = []
        for entry in entries:
            if self.faults.comes(self.faults.refused, "refused event"):
                results.append({"ErrorCode": "InternalFailure", "ErrorMessage": "try again"})
            else:
                results.append({"EventId": str(len(self.told))})
                self._take(entry)
        return {"FailedEntryCount": sum("ErrorCode" in each for each in results), "Entries": results}

    def _take(self, entry: Raw) -> None:
        assert entry["Source"] == SOURCE
        self.publish(entry["DetailType"], json.loads(entry["Detail"]))

    def publish(self, name: str, detail: Raw) -> None:
        """Take what somebody tells."""
        self.told[detail["event_id"]] = name, detail
        message = json.dumps({"version": "0", "source": SOURCE, "detail-type": name, "detail": detail})
        self._send(name, message)

    def _send(self, name: str, message: str) -> None:
        for queue, names in self.subscribed.items():
            if name in names:
                copies = 2 if self.faults.comes(self.faults.repeated, "repeated event") else 1
                self.under_way += [(queue, message)] * copies

    def tell_of_file(self, name: str, version: str) -> None:
        """Take what S3 tells of a new file."""
        detail = {"object": {"key": name, "version-id": version}}
        message = json.dumps({"source": "aws.s3", "detail-type": "Object Created", "detail": detail})
        self._send(VIDEO if fnmatch(name, VIDEO) else PICTURE, message)

    def deliver(self, place: int) -> None:
        """Let one event arrive."""
        name, message = self.under_way.pop(place)
        self.queues[name].send(message)


@dataclass(eq=False)
class Shard:
    """A part of the stream: what it holds is in order."""

    records: list[Raw] = field(default_factory=list)
    is_read: bool = False
    attempts: int = 0
    size: int = 8
    """Records of a batch at most; fewer after a failure."""
    pauses_until: int = 0


@dataclass(eq=False)
class Stream:
    """The table's stream, and what Lambda does to read it."""

    engine: Engine
    faults: Faults
    shards: list[Shard] = field(default_factory=lambda: [Shard() for _ in range(SHARDS)])
    set_aside: list[Raw] = field(default_factory=list)
    """What was given up."""
    redriven: set[str] = field(default_factory=set)
    """Changes that were given up before."""
    seen: int = 0

    def follow(self) -> None:
        """Take what has been committed."""
        for commit in self.engine.commits[self.seen :]:
            if any(pattern.values(*commit.key) for pattern in STREAMED):
                self.shards[crc32(commit.key[0].encode()) % SHARDS].records.append(_record(commit))
        self.seen = len(self.engine.commits)

    def is_due(self, shard: Shard, now: int) -> bool:
        return bool(shard.records) and not shard.is_read and shard.pauses_until <= now

    def read(self, shard: Shard, now: int) -> list[Raw]:
        """Return the next batch, of what is not given up because it has waited for too long."""
        while shard.records and self._is_too_old(shard.records[0], now):
            self.set_aside.append(shard.records.pop(0))
            self.faults.happened["change given up"] += 1
        if not shard.records:
            return []
        shard.is_read = True
        most = min(shard.size, len(shard.records))
        return shard.records[: self.faults.chance.randint(1, most)]

    def ended(self, shard: Shard, batch: list[Raw], answer: Raw | None, now: int) -> None:
        """Go on behind what is done, or not; `answer` is None where the function failed."""
        shard.is_read = False
        done = 0 if answer is None else len(batch)
        if answer is not None and answer["batchItemFailures"]:
            first = answer["batchItemFailures"][0]["itemIdentifier"]
            done = [each["dynamodb"]["SequenceNumber"] for each in batch].index(first)
        if done and self.faults.comes(self.faults.repeated, "stream read again"):
            done = self.faults.chance.randrange(done)  # where it is, was not kept
            del shard.records[:done]
            return
        del shard.records[:done]
        if done == len(batch):
            shard.attempts, shard.size = 0, 8
            return
        shard.attempts, shard.size = shard.attempts + 1, max(1, shard.size // 2)
        shard.pauses_until = now + PAUSE
        if shard.attempts > STREAM_RETRIES:
            self.set_aside.append(shard.records.pop(0))
            shard.attempts = 0

    def redrive(self) -> int:
        """Let what was set aside be read again, as an operator does; return how much that was."""
        given_up, self.set_aside = self.set_aside, []
        self.redriven |= {record["eventID"] for record in given_up}
        self.shards[0].records += given_up
        return len(given_up)

    def _is_too_old(self, record: Raw, now: int) -> bool:
        changed_at = int(record["dynamodb"]["ApproximateCreationDateTime"]) * SECOND
        return changed_at < now - RECORD_AGE and record["eventID"] not in self.redriven


def _record(commit: Commit) -> Raw:
    """Return what Lambda shows of a change."""
    pk, sk = commit.key
    images = {"NewImage": commit.after, "OldImage": commit.before}
    return {
        "eventID": f"change-{commit.number}",
        "eventName": "INSERT" if commit.before is None else "MODIFY" if commit.after else "REMOVE",
        "dynamodb": {
            "Keys": {PARTITION_KEY: {"S": pk}, SORT_KEY: {"S": sk}},
            "SequenceNumber": str(commit.number),
            "ApproximateCreationDateTime": commit.at // SECOND,
            **{name: image for name, image in images.items() if image is not None},
        },
        **({"userIdentity": EXPIRY_SERVICE} if commit.by_expiry else {}),
    }
