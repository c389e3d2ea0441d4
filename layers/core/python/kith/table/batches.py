"""Reads and writes of many items, complete or not claimed to be: DynamoDB may leave any part of a batch undone."""

import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from kith.domain.errors import Unavailable
from kith.retrying import Pause, attempts
from kith.table.connection import Table, key
from kith.table.items import Item

READ_BATCH = 100
WRITE_BATCH = 25
ATTEMPTS = 8

Key = tuple[str, str]


def get_all(
    table: Table, keys: Iterable[Key], *, consistent: bool = True, pause: Pause = time.sleep
) -> dict[Key, Item]:
    """Return the items that exist among some keys, 100 at a time and in parallel.

    They are read strongly consistently, or at half the cost as they were a moment ago.

    Raises:
        Unavailable: some keys stayed unprocessed.
    """
    distinct = list(dict.fromkeys(keys))
    batches = [
        partial(
            _get_batch, table, {"Keys": [key(*each) for each in batch], "ConsistentRead": consistent}, pause
        )
        for batch in _in_batches(distinct, READ_BATCH)
    ]
    found = batches[0]() if len(batches) == 1 else [item for batch in table.all_of(batches) for item in batch]
    return {(item.pk, item.sk): item for item in found}


def delete_all(table: Table, keys: Sequence[Key], *, pause: Pause = time.sleep) -> None:
    """Remove the items at some keys, if they are there, 25 at a time and in parallel.

    Raises:
        Unavailable: some stayed unprocessed; others are gone.
    """
    _write_all(table, [{"DeleteRequest": {"Key": key(*each)}} for each in keys], pause)


def put_all(table: Table, items: Sequence[Item], *, pause: Pause = time.sleep) -> None:
    """Store items, overwriting, 25 at a time and in parallel.

    Raises:
        Unavailable: some items stayed unprocessed; others are stored.
    """
    _write_all(table, [{"PutRequest": {"Item": item.to_dynamodb_dict()}} for item in items], pause)


def _write_all(table: Table, requests: list[dict[str, Any]], pause: Pause) -> None:
    table.guard()
    table.all_of(
        [partial(_write_batch, table, list(batch), pause) for batch in _in_batches(requests, WRITE_BATCH)]
    )


def _in_batches(things: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (things[start : start + size] for start in range(0, len(things), size))


def _get_batch(table: Table, wanted: dict[str, Any], pause: Pause) -> list[Item]:
    found: list[Item] = []
    for _ in attempts(ATTEMPTS, pause):
        answer = table.call("BatchGetItem", {"RequestItems": {table.name: wanted}})
        found += [Item.from_raw_data(raw) for raw in answer["Responses"].get(table.name, [])]
        if not answer.get("UnprocessedKeys"):
            return found
        wanted = answer["UnprocessedKeys"][table.name]
    raise Unavailable


def _write_batch(table: Table, requests: list[dict[str, Any]], pause: Pause) -> None:
    for _ in attempts(ATTEMPTS, pause):
        answer = table.call("BatchWriteItem", {"RequestItems": {table.name: requests}})
        if not answer.get("UnprocessedItems"):
            return
        requests = answer["UnprocessedItems"][table.name]
    raise Unavailable
