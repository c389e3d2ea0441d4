"""Calls of the table made to moto's own objects: ten times as fast as over its HTTP, and they can be interrupted."""

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import moto.dynamodb.models as moto_dynamodb
import pytest
from moto.backends import get_backend
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table as MotoTable

from kith.table.batches import READ_BATCH, WRITE_BATCH
from kith.table.connection import Table
from kith.table.schema import PARTITION_KEY, SORT_KEY
from tests.component.conftest import REGION, TABLE
from tests.component.following import ACCOUNT

Raw = dict[str, Any]


@dataclass
class Calls:
    """Stands in for `Table.call`. What is rare, and what fails, goes the long way."""

    table: Table
    before: Callable[[], None] = lambda: None
    """Is told that a call is about to be made."""

    def __post_init__(self) -> None:
        self.long_way = self.table.call
        self.backend: Any = get_backend("dynamodb")[ACCOUNT][REGION]

    @contextmanager
    def shortened(self) -> Iterator[None]:
        """Let the table's calls take the short way."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self.table, "call", self.call)
            yield

    @contextmanager
    def interrupted(self, number: int, act: Callable[[], None]) -> Iterator[None]:
        """Act before the call of that number, counted from 0."""
        made, former = itertools.count(), self.before

        def count() -> None:
            if next(made) == number:
                act()

        self.before = count
        try:
            yield
        finally:
            self.before = former

    def items(self) -> list[Raw]:
        """Return all that is stored."""
        partitions = self.backend.tables[TABLE].items.values()
        return [item.to_json()["Attributes"] for partition in partitions for item in partition.values()]

    def committed(self) -> list[Raw]:
        """Take the records of the stream."""
        shard = self.backend.tables[TABLE].stream_shard
        records, shard.items = [each.record for each in shard.items], []
        return records

    def call(self, operation: str, arguments: Raw) -> Raw:
        """Return what one DynamoDB operation answers."""
        self.before()
        match operation:
            case "GetItem":
                found = self._item(arguments["Key"])
                return {"Item": found} if found else {}
            case "BatchGetItem":
                keys = arguments["RequestItems"][TABLE]["Keys"]
                assert 0 < len(keys) == _distinct(keys) <= READ_BATCH
                return {"Responses": {TABLE: [item for item in map(self._item, keys) if item]}}
            case "BatchWriteItem":
                self._write(arguments["RequestItems"][TABLE])
                return {}
            case "Query" if "Select" not in arguments:
                return {"Items": self._queried(arguments)}
            case "TransactWriteItems" if all(map(self._holds, arguments["TransactItems"])):
                self._transact(arguments["TransactItems"])
                return {}
        return self.long_way(operation, arguments)

    def _item(self, key: Raw) -> Raw | None:
        item = self.backend.get_item(TABLE, key)
        return dict(item.to_json()["Attributes"]) if item else None

    def _write(self, requests: list[Raw]) -> None:
        wanted = [next(iter(request.items())) for request in requests]
        keys = [_key_of(kind, request) for kind, request in wanted]
        assert 0 < len(keys) == _distinct(keys) <= WRITE_BATCH
        for (kind, request), key in zip(wanted, keys, strict=True):
            if kind == "PutRequest":
                self.backend.put_item(TABLE, request["Item"])
            else:
                self.backend.delete_item(TABLE, key)

    def _queried(self, arguments: Raw) -> list[Raw]:
        partition, low, high = (
            arguments["ExpressionAttributeValues"][each] for each in (":pk", ":low", ":high")
        )
        items = self.backend.tables[TABLE].items.get(DynamoType(partition), {})
        places = sorted(
            (each for each in items if low["S"] <= each.value <= high["S"]),
            key=lambda each: str(each.value),
            reverse=not arguments["ScanIndexForward"],
        )
        return [items[place].to_json()["Attributes"] for place in places[: arguments["Limit"]]]

    def _holds(self, operation: Raw) -> bool:
        ((kind, wanted),) = operation.items()
        names = ("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues")
        condition = get_filter_expression(*(wanted.get(name) for name in names))
        return bool(condition.expr(self.backend.get_item(TABLE, _key_of(kind, wanted))))

    def _transact(self, operations: list[Raw]) -> None:
        # Nothing will have to be undone, for which moto copies the whole table before each operation.
        spared = SimpleNamespace(deepcopy=lambda it: it if isinstance(it, MotoTable) else deepcopy(it))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(moto_dynamodb, "copy", spared)
            self.backend.transact_write_items(operations)


def _key_of(kind: str, wanted: Raw) -> Raw:
    if kind in {"Put", "PutRequest"}:
        return {name: wanted["Item"][name] for name in (PARTITION_KEY, SORT_KEY)}
    return dict(wanted["Key"])


def _distinct(keys: list[Raw]) -> int:
    return len({json.dumps(key, sort_keys=True) for key in keys})
