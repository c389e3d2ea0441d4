"""Moto from the inside: what it stores, seen without a call, and work that it is spared so that this takes seconds."""

from collections import defaultdict
from copy import copy, deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb import models
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

from tests.component.conftest import REGION, TABLE
from tools.costs.meter import Key
from tools.costs.sizes import Item

QUERY = Table.query


def stored(key: Key) -> Item:
    """Return what the table holds at a key; an empty item where that is nothing."""
    partition, sort = (DynamoType({"S": part}) for part in key)
    found = models.dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[TABLE].get_item(partition, sort)
    return {} if found is None else {name: value.to_regular_json() for name, value in found.attrs.items()}


def spare(patch: pytest.MonkeyPatch) -> None:
    """Spare moto what grows with the table: sorting it for each query, copying it for each write of a transaction.

    The copy undoes a transaction that fails. What is measured runs alone, so none does.
    """
    patch.setattr(Table, "query", _query)
    patch.setattr(models, "copy", SimpleNamespace(deepcopy=_copied))


def _query(table: Table, hash_key: DynamoType, *more: Any, **named: Any) -> Any:  # noqa: ANN401  # as moto has it
    partition = copy(table)
    partition.items = defaultdict(dict, {hash_key: table.items.get(hash_key, {})})
    return QUERY(partition, hash_key, *more, **named)


def _copied(original: object) -> object:
    return original if isinstance(original, Table) else deepcopy(original)
