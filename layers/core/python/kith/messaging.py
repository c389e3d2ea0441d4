"""Sending to the bus and to queues. Both answer 200 with failures inside: nothing is sent until they say none failed."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from kith import tracing
from kith.domain.errors import Unavailable
from kith.events import SOURCE, Event
from kith.retrying import Pause, attempts

Entries = list[dict[str, Any]]

BATCH = 10
DELAY_MOST = 900
"""Seconds; SQS knows no longer one."""
ATTEMPTS = 6


class BusClient(Protocol):
    """The part of the EventBridge client that is used."""

    def put_events(self, *, Entries: Entries) -> dict[str, Any]:  # noqa: N803  # AWS's name
        """Put up to 10 events on a bus; the answer tells of each."""
        ...


class QueueClient(Protocol):
    """The part of the SQS client that is used."""

    def send_message_batch(self, *, QueueUrl: str, Entries: Entries) -> dict[str, Any]:  # noqa: N803  # AWS's names
        """Send up to 10 messages; the answer tells of each."""
        ...


@dataclass(frozen=True, slots=True)
class Bus:
    """The event bus."""

    name: str
    client: BusClient
    pause: Pause = time.sleep

    def publish(self, events: Sequence[Event]) -> None:
        """Put events on the bus, in order.

        Raises:
            Unavailable: some were refused also when tried again; others are on the bus.
        """
        entries = [
            {
                "EventBusName": self.name,
                "Source": SOURCE,
                "DetailType": event.name,
                "Detail": json.dumps(event.wire(), ensure_ascii=False),
            }
            for event in events
        ]
        _send_all(entries, self._refused, self.pause)

    def _refused(self, entries: Entries) -> Entries:
        answer = self.client.put_events(Entries=entries)
        return [
            entry for entry, result in zip(entries, answer["Entries"], strict=True) if "EventId" not in result
        ]


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of JSON messages."""

    url: str
    client: QueueClient
    pause: Pause = time.sleep

    def send(self, bodies: Sequence[dict[str, Any]], *, delays: Sequence[int] | None = None) -> None:
        """Send messages, which belong to the trace of the work at hand unless they say to which.

        Args:
            bodies: what they say.
            delays: seconds after which each is delivered, at most `DELAY_MOST`; at once unless given.

        Raises:
            Unavailable: some were refused also when tried again; others are sent.
        """
        entries = [
            {
                "Id": str(place),
                "MessageBody": json.dumps(_traced(body), separators=(",", ":")),
                **({"DelaySeconds": delays[place]} if delays else {}),
            }
            for place, body in enumerate(bodies)
        ]
        _send_all(entries, self._refused, self.pause)

    def _refused(self, entries: Entries) -> Entries:
        answer = self.client.send_message_batch(QueueUrl=self.url, Entries=entries)
        accepted = {result["Id"] for result in answer.get("Successful", [])}
        return [entry for entry in entries if entry["Id"] not in accepted]


def _traced(body: dict[str, Any]) -> dict[str, Any]:
    span = tracing.current()
    return body if span is None or "trace_id" in body else {**body, "trace_id": span.trace_id}


def _send_all(entries: Entries, refused: Callable[[Entries], Entries], pause: Pause) -> None:
    for start in range(0, len(entries), BATCH):
        left = entries[start : start + BATCH]
        for attempt in attempts(ATTEMPTS, pause):
            try:
                left = refused(left)
            except (ClientError, BotoCoreError) as error:
                if attempt == ATTEMPTS - 1:
                    raise Unavailable from error
            if not left:
                break
        else:
            raise Unavailable
