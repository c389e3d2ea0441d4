"""What conditions, filters and updates say of an item: moto evaluates them, which the component tests know."""

import json
import re
from functools import cache, lru_cache
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.executors import UpdateExpressionExecutor
from moto.dynamodb.parsing.expressions import (  # type: ignore[attr-defined]  # it is made at run time
    UpdateExpressionParser,
)
from moto.dynamodb.parsing.validators import UpdateExpressionValidator

from kith.table.schema import PARTITION_KEY, SORT_KEY

Raw = dict[str, Any]


def is_allowed(request: Raw, before: Raw | None) -> bool:
    condition = request.get("ConditionExpression")
    if condition is None:
        return True
    return holds(
        condition,
        request.get("ExpressionAttributeNames", {}),
        request.get("ExpressionAttributeValues", {}),
        before,
    )


def holds(condition: str, names: Raw, values: Raw, item: Raw | None) -> bool:
    return bool(_condition(condition, json.dumps(names), json.dumps(values)).expr(_as_moto_has_it(item)))


@lru_cache(maxsize=5_000)
def _condition(expression: str, names: str, values: str) -> Any:
    return get_filter_expression(expression, json.loads(names), json.loads(values))


def changed(kind: str, request: Raw, before: Raw | None) -> Raw | None:
    """Return what an item is after a write."""
    match kind:
        case "Put":
            return dict(request["Item"])
        case "Delete":
            return None
    item = _as_moto_has_it(before or request["Key"])
    assert item is not None
    names, values = (request.get(f"ExpressionAttribute{each}", {}) for each in ("Names", "Values"))
    parsed = UpdateExpressionParser.make(re.sub(r"\s*([=\+-])\s*", "\\1", request["UpdateExpression"]))
    validated = UpdateExpressionValidator(parsed, names, values, item, _moto_table()).validate()
    validated.normalize()
    UpdateExpressionExecutor(validated, item, names).execute()
    return dict(item.to_json()["Attributes"])


@cache
def _moto_table() -> Table:
    """Return what moto asks which attributes are keys."""
    keys = ((PARTITION_KEY, "HASH"), (SORT_KEY, "RANGE"))
    return Table(  # type: ignore[abstract]  # of CloudFormation nothing is asked
        "table",
        "us-east-1",
        DEFAULT_ACCOUNT_ID,
        schema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        attr=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
    )


def _as_moto_has_it(item: Raw | None) -> Item | None:
    if item is None:
        return None
    return Item(DynamoType(item[PARTITION_KEY]), DynamoType(item[SORT_KEY]), item)
