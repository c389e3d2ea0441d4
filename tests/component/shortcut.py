"""DynamoDB's calls taken straight to moto's own objects: ten times as fast as through what imitates HTTP there.

What is rare, and most of what fails, takes the long way. That the requests are ones that a server understands is seen by the
end-to-end tests.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto.backends import get_backend
from moto.core.exceptions import JsonRESTError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.responses import DynamoHandler

from kith.table.batches import READ_BATCH, WRITE_BATCH
from kith.table.schema import PARTITION_KEY, SORT_KEY

Raw = dict[str, Any]
EXPRESSION = ("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues")
RANGE = "PK = :pk AND SK BETWEEN :low AND :high"
FEW = 1_000
"""Items of which it is not asked whether they are too large for one page."""

LONG_WAY = BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001  # the one place that all calls pass


REFUSAL: Raw = {
    "Error": {"Code": "ConditionalCheckFailedException", "Message": "The conditional request failed"}
}


class RefusedError(Exception):
    """A single write whose condition does not hold; with what DynamoDB answers."""


def shorten(patch: pytest.MonkeyPatch) -> None:
    """Let calls take the short way where there is one."""
    patch.setattr(BaseClient, "_make_api_call", _call)


def _call(client: BaseClient, operation: str, arguments: Raw) -> Any:
    if client.meta.service_model.service_name == "dynamodb" and operation in SHORT_WAYS:
        backend = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][client.meta.region_name]
        try:
            answer = SHORT_WAYS[operation](backend, arguments)
        except RefusedError as refused:
            raise ClientError(refused.args[0], operation) from None
        except JsonRESTError:
            answer = None  # nothing has been done that may not be done twice
        if answer is not None:
            return answer
    return LONG_WAY(client, operation, arguments)


def _got(backend: Any, arguments: Raw) -> Raw:
    found = _item(backend, arguments["TableName"], arguments["Key"])
    return {"Item": found} if found else {}


def _got_many(backend: Any, arguments: Raw) -> Raw | None:
    ((table, wanted),) = arguments["RequestItems"].items()
    if not _may_be_a_batch(wanted["Keys"], READ_BATCH):
        return None
    items = [_item(backend, table, key) for key in wanted["Keys"]]
    return {"Responses": {table: [item for item in items if item]}}


def _written_many(backend: Any, arguments: Raw) -> Raw | None:
    ((table, requests),) = arguments["RequestItems"].items()
    named = [next(iter(request.items())) for request in requests]
    if not _may_be_a_batch([_key(*each) for each in named], WRITE_BATCH):
        return None
    for kind, request in named:
        _carry_out(backend, kind.removesuffix("Request"), {"TableName": table, **request})
    return {}


def _transacted(backend: Any, arguments: Raw) -> Raw | None:
    operations = [next(iter(each.items())) for each in arguments["TransactItems"]]
    if not all(_holds(backend, *each) for each in operations):
        return None
    writes = [(kind, wanted) for kind, wanted in operations if kind != "ConditionCheck"]
    backend.transact_write_items([{kind: _sure(wanted)} for kind, wanted in writes])
    return {}


def _written(kind: str, backend: Any, arguments: Raw) -> Raw | None:
    """Return what a single write answers.

    Raises:
        RefusedError: its condition does not hold.
    """
    table, key, returned = (
        arguments["TableName"],
        _key(kind, arguments),
        arguments.get("ReturnValues", "NONE"),
    )
    before = _item(backend, table, key) or {}
    if not _holds(backend, kind, arguments):
        is_shown = arguments.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        raise RefusedError(REFUSAL | ({"Item": before} if before and is_shown else {}))
    _carry_out(backend, kind, arguments)
    if returned == "NONE":
        return {}
    after = _item(backend, table, key) or {}
    if returned == "ALL_NEW":
        return {"Attributes": after}
    assert returned == "UPDATED_NEW"
    return {"Attributes": DynamoHandler()._build_updated_new_attributes(before, after)}  # noqa: SLF001  # as moto does


def _sure(arguments: Raw) -> Raw:
    """Return a write without its condition, which holds: moto would evaluate it twice more."""
    return {name: value for name, value in arguments.items() if name != "ConditionExpression"}


def _carry_out(backend: Any, kind: str, arguments: Raw) -> None:
    """Do a write whose condition holds."""
    table = arguments["TableName"]
    match kind:
        case "Put":
            backend.put_item(table, arguments["Item"])
        case "Delete":
            backend.delete_item(table, arguments["Key"])
        case "Update":
            names, values = (arguments.get(f"ExpressionAttribute{each}", {}) for each in ("Names", "Values"))
            backend.update_item(table, arguments["Key"], arguments["UpdateExpression"], names, values)


def _queried(backend: Any, arguments: Raw) -> Raw | None:
    """Return the first page of a range of a partition."""
    if arguments.keys() & {"Select", "ExclusiveStartKey", "FilterExpression", "IndexName"}:
        return None
    values = arguments["ExpressionAttributeValues"]
    if arguments["KeyConditionExpression"] != RANGE:
        return None
    low, high = values[":low"]["S"], values[":high"]["S"]
    items = backend.get_table(arguments["TableName"]).items.get(DynamoType(values[":pk"]), {})
    places = sorted((each for each in items if low <= each.value <= high), key=lambda each: str(each.value))
    if len(places) > FEW:
        return None
    if not arguments["ScanIndexForward"]:
        places.reverse()
    return {"Items": [items[place].to_json()["Attributes"] for place in places[: arguments["Limit"]]]}


def _scanned(backend: Any, arguments: Raw) -> Raw | None:
    if arguments.keys() != {"TableName"}:
        return None
    partitions = backend.get_table(arguments["TableName"]).items.values()
    return {"Items": [item.to_json()["Attributes"] for items in partitions for item in items.values()]}


def _holds(backend: Any, kind: str, arguments: Raw) -> bool:
    condition = get_filter_expression(*(arguments.get(part) for part in EXPRESSION))
    return bool(condition.expr(backend.get_item(arguments["TableName"], _key(kind, arguments))))


def _item(backend: Any, table: str, key: Raw) -> Raw | None:
    item = backend.get_item(table, key)
    return dict(item.to_json()["Attributes"]) if item else None


def _key(kind: str, arguments: Raw) -> Raw:
    if kind in {"Put", "PutRequest"}:
        return {name: arguments["Item"][name] for name in (PARTITION_KEY, SORT_KEY)}
    return dict(arguments["Key"])


def _may_be_a_batch(keys: list[Raw], most: int) -> bool:
    distinct = {(key[PARTITION_KEY]["S"], key[SORT_KEY]["S"]) for key in keys}
    return 0 < len(keys) == len(distinct) <= most


SHORT_WAYS: dict[str, Callable[[Any, Raw], Raw | None]] = {
    "GetItem": _got,
    "BatchGetItem": _got_many,
    "BatchWriteItem": _written_many,
    **{f"{kind}Item": partial(_written, kind) for kind in ("Put", "Delete", "Update")},
    "Query": _queried,
    "Scan": _scanned,
    "TransactWriteItems": _transacted,
}
"""What an operation answers, or None if only the long way can tell."""
