"""A table that answers one request at a time, whole: what DynamoDB's documentation says, and nothing that it does not.

Expressions are moto's, which the component tests know. What has been committed is kept in order: the stream is made of
it, and so is what a reader sees who does not ask for the latest.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
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
Key = tuple[str, str]
RANGE = "PK = :pk AND SK BETWEEN :low AND :high"
IN_A_TRANSACTION, IN_A_BATCH_WRITTEN, IN_A_BATCH_READ = 100, 25, 100


class Refused(Exception):
    """A request that has had no effect; with what it is answered."""

    def __init__(self, code: str, message: str = "", **more: Any) -> None:
        super().__init__(code, message)
        self.code = code
        self.body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message} | more


@dataclass(frozen=True)
class Commit:
    """A change of one item."""

    number: int
    key: Key
    before: Raw | None
    after: Raw | None
    at: int
    """Milliseconds since the Unix epoch."""


@dataclass
class Engine:
    """The one table."""

    name: str
    clock: Callable[[], int]
    """Milliseconds since the Unix epoch."""
    items: dict[str, dict[str, Raw]] = field(default_factory=dict)
    """By partition and sort key; what is in it is never changed, only replaced."""
    commits: list[Commit] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    """What transactions that are done were, by their tokens."""

    def answer(  # noqa: PLR0911  # one for each operation
        self, operation: str, request: Raw, *, at: int | None = None
    ) -> Raw:
        """Return what an operation answers.

        Args:
            operation: DynamoDB's name of it.
            request: as it is sent.
            at: after which commit; only reads that need not be consistent may ask for the past.

        Raises:
            Refused: it is answered with an error.
        """
        partitions = self.items if at is None else self._past(at)
        match operation:
            case "GetItem":
                item = _found(partitions, _key_of(request["Key"]))
                return {} if item is None else {"Item": item}
            case "BatchGetItem":
                return self._batch_get(partitions, request)
            case "Query":
                return _query(partitions, request)
            case "Scan":
                return self._scan(request)
            case "PutItem" | "UpdateItem" | "DeleteItem":
                return self._write_one(operation.removesuffix("Item"), request)
            case "BatchWriteItem":
                return self._batch_write(request)
            case "TransactWriteItems":
                return self._transact(request)
        raise AssertionError(f"nobody asks for {operation}")

    def get(self, key: Key) -> Raw | None:
        """Return the item at a key, or None."""
        return _found(self.items, key)

    def all(self, at: int | None = None) -> Iterable[tuple[Key, Raw]]:
        """Return all that is stored, or was after some commit."""
        partitions = self.items if at is None else self._past(at)
        return [((pk, sk), item) for pk, items in partitions.items() for sk, item in items.items()]

    def _past(self, at: int) -> dict[str, dict[str, Raw]]:
        """Return the items as they were after a commit."""
        partitions = dict(self.items)
        copied: set[str] = set()
        for commit in reversed(self.commits[at:]):
            pk, sk = commit.key
            if pk not in copied:
                copied.add(pk)
                partitions[pk] = dict(partitions.get(pk, {}))
            if commit.before is None:
                partitions[pk].pop(sk, None)
            else:
                partitions[pk][sk] = commit.before
        return partitions

    def _batch_get(self, partitions: Mapping[str, Mapping[str, Raw]], request: Raw) -> Raw:
        ((table, wanted),) = request["RequestItems"].items()
        keys = [_key_of(each) for each in wanted["Keys"]]
        _must(0 < len(keys) == len(set(keys)) <= IN_A_BATCH_READ, "keys must be up to 100, each once")
        found = [_found(partitions, key) for key in keys]
        return {"Responses": {table: [item for item in found if item is not None]}, "UnprocessedKeys": {}}

    def _scan(self, request: Raw) -> Raw:
        segment, total = request["Segment"], request["TotalSegments"]
        names, values = request["ExpressionAttributeNames"], request["ExpressionAttributeValues"]
        seen = [
            item
            for place, (pk, items) in enumerate(sorted(self.items.items()))
            for item in items.values()
            if place % total == segment % total
        ]
        return {"Items": [each for each in seen if _holds(request["FilterExpression"], names, values, each)]}

    def _write_one(self, kind: str, request: Raw) -> Raw:
        key = _key_of(request["Item" if kind == "Put" else "Key"])
        before = self.get(key)
        if not _allowed(request, before):
            is_shown = before and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
            more: Raw = {"Item": before} if is_shown else {}
            raise Refused("ConditionalCheckFailedException", **more)
        after = _changed(kind, request, before)
        self._commit(key, after)
        match request.get("ReturnValues", "NONE"):
            case "NONE":
                return {}
            case "ALL_NEW":
                return {"Attributes": after}
            case "UPDATED_NEW":
                names = request.get("ExpressionAttributeNames", {})
                named = {names.get(each, each) for each in re.findall(r"#?\w+", request["UpdateExpression"])}
                return {"Attributes": {name: value for name, value in (after or {}).items() if name in named}}
        raise AssertionError(request["ReturnValues"])

    def _batch_write(self, request: Raw) -> Raw:
        ((_, requests),) = request["RequestItems"].items()
        writes = [(kind.removesuffix("Request"), each) for one in requests for kind, each in one.items()]
        keys = [_key_of(each["Item" if kind == "Put" else "Key"]) for kind, each in writes]
        _must(0 < len(keys) == len(set(keys)) <= IN_A_BATCH_WRITTEN, "keys must be up to 25, each once")
        for key, (kind, each) in zip(keys, writes, strict=True):
            self._commit(key, _changed(kind, each, None))
        return {"UnprocessedItems": {}}

    def _transact(self, request: Raw) -> Raw:
        token, content = request["ClientRequestToken"], json.dumps(request["TransactItems"], sort_keys=True)
        if token in self.tokens:
            if self.tokens[token] != content:
                raise Refused("IdempotentParameterMismatchException")
            return {}
        operations = [(kind, each) for one in request["TransactItems"] for kind, each in one.items()]
        keys = [_key_of(each["Item" if kind == "Put" else "Key"]) for kind, each in operations]
        _must(0 < len(keys) == len(set(keys)) <= IN_A_TRANSACTION, "items must be up to 100, each once")
        befores = [self.get(key) for key in keys]
        reasons = [
            {"Code": "None"}
            if _allowed(each, before)
            else {"Code": "ConditionalCheckFailed", "Message": "failed"}
            for (_, each), before in zip(operations, befores, strict=True)
        ]
        if any(reason["Code"] != "None" for reason in reasons):
            raise cancelled(reasons)
        for key, (kind, each), before in zip(keys, operations, befores, strict=True):
            if kind != "ConditionCheck":
                self._commit(key, _changed(kind, each, before))
        self.tokens[token] = content
        return {}

    def _commit(self, key: Key, after: Raw | None) -> None:
        pk, sk = key
        before = self.get(key)
        if before == after:
            return  # the stream tells nothing of it
        if after is None:
            del self.items[pk][sk]
        else:
            self.items.setdefault(pk, {})[sk] = after
        self.commits.append(Commit(len(self.commits) + 1, key, before, after, self.clock()))


def cancelled(reasons: list[dict[str, str]]) -> Refused:
    """Return the refusal of a transaction, with a reason for each of its items."""
    return Refused("TransactionCanceledException", "Transaction cancelled", CancellationReasons=reasons)


def _query(partitions: Mapping[str, Mapping[str, Raw]], request: Raw) -> Raw:
    _must(request["KeyConditionExpression"] == RANGE, "a range of one partition")
    values = request["ExpressionAttributeValues"]
    low, high = values[":low"]["S"], values[":high"]["S"]
    items = partitions.get(values[":pk"]["S"], {})
    places = sorted(sk for sk in items if low <= sk <= high)
    start = request.get("ExclusiveStartKey")
    if not request.get("ScanIndexForward", True):
        places.reverse()
        places = [sk for sk in places if start is None or sk < start[SORT_KEY]["S"]]
    else:
        places = [sk for sk in places if start is None or sk > start[SORT_KEY]["S"]]
    shown = places[: request["Limit"]]
    answer: Raw = {"Count": len(shown)}
    if len(shown) == request["Limit"]:  # also where that was the last: DynamoDB does not look further
        last = items[shown[-1]]
        answer["LastEvaluatedKey"] = {PARTITION_KEY: last[PARTITION_KEY], SORT_KEY: last[SORT_KEY]}
    if request.get("Select") != "COUNT":
        names = request.get("ExpressionAttributeNames", {})
        only = request.get("ProjectionExpression")
        answer["Items"] = [
            items[sk] if only is None else {names[only]: items[sk][names[only]]} for sk in shown
        ]
    return answer


def _allowed(request: Raw, before: Raw | None) -> bool:
    condition = request.get("ConditionExpression")
    if condition is None:
        return True
    return _holds(
        condition,
        request.get("ExpressionAttributeNames", {}),
        request.get("ExpressionAttributeValues", {}),
        before,
    )


def _holds(condition: str, names: Raw, values: Raw, item: Raw | None) -> bool:
    return bool(_condition(condition, json.dumps(names), json.dumps(values)).expr(_as_moto_has_it(item)))


@lru_cache(maxsize=5_000)
def _condition(expression: str, names: str, values: str) -> Any:
    return get_filter_expression(expression, json.loads(names), json.loads(values))


def _changed(kind: str, request: Raw, before: Raw | None) -> Raw | None:
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


def _found(partitions: Mapping[str, Mapping[str, Raw]], key: Key) -> Raw | None:
    return partitions.get(key[0], {}).get(key[1])


def _key_of(named: Raw) -> Key:
    return named[PARTITION_KEY]["S"], named[SORT_KEY]["S"]


def _must(holds: bool, what: str) -> None:  # noqa: FBT001  # it reads as a sentence
    if not holds:
        raise Refused("ValidationException", what)
