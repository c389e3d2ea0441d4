"""Moto, spared what grows with the table: it sorts all of it for each query, and copies all of it for each write.

What it answers stays the same: a query looks at one partition only, and what a transaction that fails has to undo are the
items that it names.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import copy, deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

QUERY, TRANSACT = Table.query, DynamoDBBackend.transact_write_items


def spare(patch: pytest.MonkeyPatch) -> None:
    """Let moto do no more than it must."""
    patch.setattr(Table, "query", _query)
    patch.setattr(DynamoDBBackend, "transact_write_items", _transact)


def _query(table: Table, hash_key: DynamoType, *more: Any, **named: Any) -> Any:
    partition = copy(table)
    partition.items = defaultdict(dict, {hash_key: table.items.get(hash_key, {})})
    return QUERY(partition, hash_key, *more, **named)


def _transact(backend: DynamoDBBackend, transact_items: Sequence[dict[str, Any]]) -> None:
    named = list(_keys(transact_items))
    kept: dict[int, Table] = {}

    def copied(original: object) -> object:
        if not isinstance(original, Table):
            return deepcopy(original)
        if id(original) not in kept:
            kept[id(original)] = _as_it_is(original, named)
        return kept[id(original)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models, "copy", SimpleNamespace(deepcopy=copied))
        TRANSACT(backend, list(transact_items))


def _keys(transact_items: Sequence[dict[str, Any]]) -> Iterator[tuple[DynamoType, DynamoType]]:
    for item in transact_items:
        ((operation),) = item.values()
        key = operation.get("Key") or operation["Item"]
        yield DynamoType(key["PK"]), DynamoType(key["SK"])


def _as_it_is(table: Table, named: Sequence[tuple[DynamoType, DynamoType]]) -> Table:
    """Return a table that stays as it is, whatever happens to the named items of the other."""
    kept = copy(table)
    kept.items = defaultdict(dict, {partition: dict(items) for partition, items in table.items.items()})
    for partition, sort in named:
        if sort in kept.items.get(partition, {}):
            kept.items[partition][sort] = deepcopy(kept.items[partition][sort])
    if table.stream_shard is not None:
        kept.stream_shard = copy(table.stream_shard)
        kept.stream_shard.items = list(table.stream_shard.items)
    return kept
