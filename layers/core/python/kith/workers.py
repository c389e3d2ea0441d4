"""Doors that events wake: typed records in, partial failures out.

A domain error is final: trying again cannot mend it, so the record is dropped and the drop is counted in the log.
Anything else may pass: the record is reported as failed, comes again, and in the end goes to the dead-letter queue.
What is done for a message is a span of the trace that it names.
"""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from kith.domain.errors import DomainError, Unavailable
from kith.telemetry import finished, logger
from kith.tracing import Invocation, Span, span

Fact = TypeVar("Fact")
Record = Mapping[str, Any]
Answer = dict[str, list[dict[str, str]]]


class Outcome(StrEnum):
    """What became of a message."""

    DONE = "done"
    DROPPED = "dropped"
    AGAIN = "again"
    """It may pass by itself."""
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether it need not come again."""
        return self in {Outcome.DONE, Outcome.DROPPED}


def command(
    room: str, carry_out: Callable[[Record], dict[str, Any]]
) -> Callable[[Record, Invocation], dict[str, Any]]:
    """Return a handler that carries out one order and answers with what is so now; an error is the caller's to see."""

    def handler(event: Record, context: Invocation) -> dict[str, Any]:
        with span(context.aws_request_id):
            result = carry_out(event)
            finished(room, "carried out", command=event.get("command"), result=result)
        return result

    return handler


def each_message(room: str, handle: Callable[[dict[str, Any]], object]) -> Callable[[Record, object], Answer]:
    """Return a handler of SQS batches that gives each message's JSON body to `handle`."""

    def handler(event: Record, _context: object) -> Answer:
        failed = [
            record["messageId"] for record in event["Records"] if not _alone(room, handle, record).is_final
        ]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handler


def messages_together(
    room: str, handle: Callable[[list[dict[str, Any]]], object]
) -> Callable[[Record, object], Answer]:
    """Return a handler of SQS batches that gives the JSON bodies of all messages to `handle` at once.

    What cannot be handled so is handled in halves, down to single messages: so one that nobody can read fails alone.
    """

    def handler(event: Record, _context: object) -> Answer:
        failed = _failed(room, handle, event["Records"])
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handler


def each_change(
    room: str, translate: Callable[[Record], list[Fact]], publish: Callable[[list[Fact]], None]
) -> Callable[[Record, object], Answer]:
    """Return a handler of stream batches that publishes, in order, what each record translates to.

    A record that cannot be translated is reported as the first failed one, after those before it are published;
    the stream then comes again from there, and in the end sets it aside whole.
    """

    def handler(event: Record, _context: object) -> Answer:
        records = event["Records"]
        with span(records[0]["eventID"]):  # the batch's own: each fact says of which it is
            failed_at = _first_failed(room, records, translate, publish)
        if failed_at is None:
            return {"batchItemFailures": []}
        return {"batchItemFailures": [{"itemIdentifier": records[failed_at]["dynamodb"]["SequenceNumber"]}]}

    return handler


def _first_failed(
    room: str,
    records: list[Record],
    translate: Callable[[Record], list[Fact]],
    publish: Callable[[list[Fact]], None],
) -> int | None:
    facts: list[Fact] = []
    failed_at: int | None = None
    for place, record in enumerate(records):
        try:
            facts += translate(record)
        except Exception:  # noqa: BLE001  # whatever it is, what came before it must go on
            logger(room).exception("cannot be read", extra={"record": record.get("eventID")})
            failed_at = place
            break
    try:
        publish(facts)
    except Unavailable:
        logger(room).warning("will be tried again", exc_info=True)
        failed_at = 0
    finished(room, "changes handled", records=len(records), facts=len(facts))
    return failed_at


def _alone(room: str, handle: Callable[[dict[str, Any]], object], record: Record) -> Outcome:
    """Handle one message, and say what became of it."""
    with span(record["messageId"], message_id=record["messageId"]) as begun:
        outcome = _outcome(room, partial(_give, handle, record, begun))
        finished(room, "message handled", outcome=outcome)
    return outcome


def _give(handle: Callable[[dict[str, Any]], object], record: Record, begun: Span) -> None:
    body = json.loads(record["body"])
    trace_id, names = _traced(body, record)
    begun.follow(trace_id, **names)
    handle(body)


def _outcome(room: str, handle: Callable[[], None]) -> Outcome:
    try:
        handle()
    except Unavailable:
        logger(room).warning("will be tried again", exc_info=True)
        return Outcome.AGAIN
    except DomainError as error:
        logger(room).warning("dropped", extra={"code": error.code})
        return Outcome.DROPPED
    except Exception:  # noqa: BLE001  # one message must not fail the others
        logger(room).exception("failed")
        return Outcome.FAILED
    return Outcome.DONE


def _failed(room: str, handle: Callable[[list[dict[str, Any]]], object], records: list[Record]) -> list[str]:
    """Return which messages have to come again."""
    if len(records) == 1:
        (record,) = records
        done = _alone(room, lambda body: handle([body]), record).is_final
        return [] if done else [record["messageId"]]
    with span(records[0]["messageId"]) as begun:
        outcome = _outcome_together(room, lambda: handle(_bodies(records, begun)))
        finished(room, "messages handled", messages=len(records), outcome=outcome)
    match outcome:
        case Outcome.DONE:
            return []
        case Outcome.AGAIN:
            return [record["messageId"] for record in records]
    middle = len(records) // 2
    return [*_failed(room, handle, records[:middle]), *_failed(room, handle, records[middle:])]


def _outcome_together(room: str, handle: Callable[[], object]) -> Outcome:
    try:
        handle()
    except Unavailable:
        logger(room).warning("will be tried again", exc_info=True)
        return Outcome.AGAIN
    except Exception:  # noqa: BLE001  # one message must not fail the others
        logger(room).warning("tried in halves", exc_info=True)
        return Outcome.FAILED
    return Outcome.DONE


def _bodies(records: list[Record], begun: Span) -> list[dict[str, Any]]:
    """Return what messages say. What is done for several traces at once is a trace of its own, which names them."""
    bodies = [json.loads(record["body"]) for record in records]
    traced = [_traced(body, record) for body, record in zip(bodies, records, strict=True)]
    traces = list(dict.fromkeys(trace_id for trace_id, _ in traced))
    if len(traces) == 1:
        begun.follow(traces[0])
    else:
        begun.names["trace_ids"] = traces
    return bodies


def _traced(body: object, record: Record) -> tuple[str, dict[str, object]]:
    """Return the trace that a message belongs to, and by what else it can be found.

    One that names none is where a trace begins, and one that tells of an event from before there were any.
    """
    match body:
        case {"detail-type": str(event), "detail": {"event_id": str(event_id), **detail}}:
            return str(detail.get("trace_id") or event_id), {"event": event, "event_id": event_id}
        case {"trace_id": str(trace_id)}:
            return trace_id, {}
    return record["messageId"], {}
