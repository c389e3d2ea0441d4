"""Doors that events wake: typed records in, partial failures out.

A domain error is final: trying again cannot mend it, so the record is dropped and the drop is counted in the log.
Anything else may pass: the record is reported as failed, comes again, and in the end goes to the dead-letter queue.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from kith.domain.errors import DomainError, Unavailable
from kith.telemetry import logger

Fact = TypeVar("Fact")
Record = Mapping[str, Any]
Answer = dict[str, list[dict[str, str]]]


def command(
    room: str, carry_out: Callable[[Record], dict[str, Any]]
) -> Callable[[Record, object], dict[str, Any]]:
    """Return a handler that carries out one order and answers with what is so now; an error is the caller's to see."""

    def handler(event: Record, _context: object) -> dict[str, Any]:
        result = carry_out(event)
        logger(room).info("carried out", extra={"command": event.get("command"), "result": result})
        return result

    return handler


def each_message(room: str, handle: Callable[[dict[str, Any]], object]) -> Callable[[Record, object], Answer]:
    """Return a handler of SQS batches that gives each message's JSON body to `handle`."""

    def handler(event: Record, _context: object) -> Answer:
        failed = [
            record["messageId"]
            for record in event["Records"]
            if not _handled(room, record["messageId"], partial(_give_body, handle, record))
        ]
        logger(room).info("batch handled", extra={"messages": len(event["Records"]), "failed": len(failed)})
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handler


def messages_together(
    room: str, handle: Callable[[list[dict[str, Any]]], object]
) -> Callable[[Record, object], Answer]:
    """Return a handler of SQS batches that gives the JSON bodies of all messages to `handle` at once.

    What cannot be handled so is handled in halves, down to single messages: so one that nobody can read fails alone.
    """

    def handler(event: Record, _context: object) -> Answer:
        records = event["Records"]
        failed = _failed(room, handle, records)
        logger(room).info("batch handled", extra={"messages": len(records), "failed": len(failed)})
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
        logger(room).info("changes handled", extra={"records": len(records), "facts": len(facts)})
        if failed_at is None:
            return {"batchItemFailures": []}
        return {"batchItemFailures": [{"itemIdentifier": records[failed_at]["dynamodb"]["SequenceNumber"]}]}

    return handler


def _failed(room: str, handle: Callable[[list[dict[str, Any]]], object], records: list[Record]) -> list[str]:
    """Return which messages have to come again."""
    if len(records) == 1:
        (record,) = records
        done = _handled(room, record["messageId"], partial(_give_bodies, handle, records))
        return [] if done else [record["messageId"]]
    try:
        _give_bodies(handle, records)
    except Unavailable:
        logger(room).warning("will be tried again", extra={"records": len(records)}, exc_info=True)
        return [record["messageId"] for record in records]
    except Exception:  # noqa: BLE001  # one message must not fail the others
        logger(room).warning("tried in halves", extra={"records": len(records)}, exc_info=True)
        middle = len(records) // 2
        return [*_failed(room, handle, records[:middle]), *_failed(room, handle, records[middle:])]
    return []


def _give_bodies(handle: Callable[[list[dict[str, Any]]], object], records: list[Record]) -> None:
    handle([json.loads(record["body"]) for record in records])


def _give_body(handle: Callable[[dict[str, Any]], object], record: Record) -> None:
    handle(json.loads(record["body"]))


def _handled(room: str, record_id: str, handle: Callable[[], None]) -> bool:
    try:
        handle()
    except Unavailable:
        logger(room).warning("will be tried again", extra={"record": record_id}, exc_info=True)
        return False
    except DomainError as error:
        logger(room).warning("dropped", extra={"record": record_id, "code": error.code})
    except Exception:  # noqa: BLE001  # one message must not fail the others
        logger(room).exception("failed", extra={"record": record_id})
        return False
    return True
