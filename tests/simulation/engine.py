"""A table that answers one request at a time, whole: what DynamoDB's documentation says, and nothing that it does not.

What has been committed is kept in order: the stream is made of it, and so is what a reader sees who does not ask for the
latest.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from kith.domain.clock import SECOND
from kith.table.schema import ENTITIES, EXPIRY, PARTITION_KEY, SORT_KEY
from tests.simulation.expressions import changed, holds, is_allowed

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
    by_expiry: bool = False


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
    expiring: list[tuple[int, Key]] = field(default_factory=list)
    """A heap of when items expire, in seconds, or would have if they had not been changed."""

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

    def written(self) -> frozenset[str]:
        """Return which kinds of items have ever been written."""
        items = [(commit.key, commit.after) for commit in self.commits if commit.after is not None]
        kinds = {item["kind"]["S"] for _, item in items if "kind" in item}
        others = {key for key, item in items if "kind" not in item}
        return frozenset(kinds) | {
            pattern.entity for pattern in ENTITIES for key in others if pattern.values(*key) is not None
        }

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
        return {"Items": [each for each in seen if holds(request["FilterExpression"], names, values, each)]}

    def _write_one(self, kind: str, request: Raw) -> Raw:
        key = _key_of(request["Item" if kind == "Put" else "Key"])
        before = self.get(key)
        if not is_allowed(request, before):
            is_shown = before and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
            more: Raw = {"Item": before} if is_shown else {}
            raise Refused("ConditionalCheckFailedException", **more)
        after = changed(kind, request, before)
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
            self._commit(key, changed(kind, each, None))
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
            if is_allowed(each, before)
            else {"Code": "ConditionalCheckFailed", "Message": "failed"}
            for (_, each), before in zip(operations, befores, strict=True)
        ]
        if any(reason["Code"] != "None" for reason in reasons):
            raise cancelled(reasons)
        for key, (kind, each), before in zip(keys, operations, befores, strict=True):
            if kind != "ConditionCheck":
                self._commit(key, changed(kind, each, before))
        self.tokens[token] = content
        return {}

    def has_expired(self) -> bool:
        """Tell whether some item has expired of which nobody has decided yet what becomes of it."""
        while self.expiring and self.expiring[0][0] <= self.clock() // SECOND:
            expires_at, key = self.expiring[0]
            if _expires_at(self.get(key)) == expires_at:
                return True
            heappop(self.expiring)
        return False

    def collect(self, *, is_forgotten: bool) -> None:
        """Decide of an item that has expired whether it is forgotten, or stays for now."""
        _, key = heappop(self.expiring)
        if is_forgotten:
            self._commit(key, None, by_expiry=True)

    def _commit(self, key: Key, after: Raw | None, *, by_expiry: bool = False) -> None:
        pk, sk = key
        before = self.get(key)
        if before == after:
            return  # the stream tells nothing of it
        if after is None:
            del self.items[pk][sk]
        else:
            self.items.setdefault(pk, {})[sk] = after
        if (expires_at := _expires_at(after)) is not None:
            heappush(self.expiring, (expires_at, key))
        self.commits.append(Commit(len(self.commits) + 1, key, before, after, self.clock(), by_expiry))


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


def _expires_at(item: Raw | None) -> int | None:
    return int(item[EXPIRY]["N"]) if item is not None and EXPIRY in item else None


def _found(partitions: Mapping[str, Mapping[str, Raw]], key: Key) -> Raw | None:
    return partitions.get(key[0], {}).get(key[1])


def _key_of(named: Raw) -> Key:
    return named[PARTITION_KEY]["S"], named[SORT_KEY]["S"]


def _must(holds: bool, what: str) -> None:  # noqa: FBT001  # it reads as a sentence
    if not holds:
        raise Refused("ValidationException", what)
