"""The table, reached through one client with bounded patience."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from time import perf_counter
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from kith.domain.errors import Unavailable
from kith.metrics import DATABASE_LATENCY
from kith.table import traces
from kith.table.items import Item
from kith.tracing import measure, since

AnyItem = TypeVar("AnyItem", bound=Item)
First = TypeVar("First")
Second = TypeVar("Second")
Third = TypeVar("Third")

PARALLEL_CALLS = 8
SEGMENTS = 1_000
"""Parts of the table that a sample may be taken from."""
LOOKED_AT = 2_000
"""Items that are read for one sample."""

TRANSIENT = frozenset(
    {
        "InternalServerError",
        "ItemCollectionSizeLimitExceededException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""What DynamoDB answers when the same request may succeed later."""


@contextmanager
def transient_errors_told() -> Iterator[None]:
    """Turn what may pass by itself into `Unavailable`; what is wrong with the request stays as it is."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in TRANSIENT:
            raise Unavailable from error
        raise
    except BotoCoreError as error:
        raise Unavailable from error


def unguarded() -> None:
    """Let every write pass: what is not a request has no admission to wait for."""


class Table:
    """The single table: reads are strongly consistent unless they say otherwise."""

    def __init__(self, name: str, executor: Executor | None = None) -> None:
        """Bind every item class to the table and to one shared client."""
        self.name = name
        Item.Meta.table_name = name
        # Subclasses find this connection by inheritance; without it each would open a client of its own.
        Item._connection = None  # noqa: SLF001  # pynamodb has no public way to share a connection
        self.connection = Item._get_connection().connection  # noqa: SLF001  # the same
        _ = self.connection.client  # made here because pynamodb makes it at first use, in whichever thread
        self.guard: Callable[[], None] = unguarded
        """Waits until the request under way may write, or raises why it may not."""
        self.executor = executor or ThreadPoolExecutor(PARALLEL_CALLS, thread_name_prefix="table")
        self._here = threading.local()

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return what one DynamoDB operation answers.

        Raises:
            Unavailable: it was throttled, in conflict or not answered, also when asked again.
        """
        begun = perf_counter()
        try:
            with transient_errors_told():
                answer: dict[str, Any] = self.connection.dispatch(
                    operation, traces.marked(operation, arguments)
                )
        finally:
            measure(DATABASE_LATENCY, since(begun))
        traces.note_deletions(operation, arguments)
        return answer

    def start(self, call: Callable[[], First]) -> Future[First]:
        """Put a call under way.

        One that is started by a call under way is carried out at once: threads that wait for each other's could wait
        forever.
        """
        if getattr(self._here, "is_under_way", False):
            return _carried_out(call)
        return self.executor.submit(copy_context().run, self._under_way, call)

    def _under_way(self, call: Callable[[], First]) -> First:
        self._here.is_under_way = True
        try:
            return call()
        finally:
            self._here.is_under_way = False

    def together(self, first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
        """Return what two calls return that are under way at the same time."""
        other = self.start(second)
        try:
            return first(), other.result()
        finally:
            other.cancel()

    def three_together(
        self, first: Callable[[], First], second: Callable[[], Second], third: Callable[[], Third]
    ) -> tuple[First, Second, Third]:
        """Return what three calls return that are under way at the same time."""
        (one, two), three = self.together(lambda: self.together(first, second), third)
        return one, two, three

    def all_of(self, calls: Sequence[Callable[[], First]]) -> list[First]:
        """Return what calls return that are under way at the same time, after the last has ended."""
        futures = [self.start(call) for call in calls]
        errors = [future.exception() for future in futures]
        for error in errors:
            if error is not None:
                raise error
        return [future.result() for future in futures]

    def get(
        self, item_class: type[AnyItem], *, consistent: bool = True, **values: int | str
    ) -> AnyItem | None:
        """Return the item at a key, or None."""
        pk, sk = item_class.pattern.key(**values)
        answer = self.call(
            "GetItem",
            {"TableName": self.name, "Key": key(pk, sk), "ConsistentRead": consistent},
        )
        raw = answer.get("Item")
        return None if raw is None else item_class.from_raw_data(raw)

    def ping(self) -> None:
        """Ask the table anything.

        Raises:
            Unavailable: it does not answer.
        """
        try:
            self.call("GetItem", {"TableName": self.name, "Key": key("PING", "PING")})
        except ClientError as error:
            raise Unavailable from error

    def put(self, item: Item) -> None:
        """Store an item, overwriting."""
        self.guard()
        self.call("PutItem", item.get_save_kwargs_from_instance())

    def query(
        self,
        partition: str,
        low: str,
        high: str,
        *,
        limit: int,
        newest_first: bool = False,
        consistent: bool = True,
    ) -> list[Item]:
        """Return up to `limit` items of a partition, across DynamoDB's own pages, in order of their sort key.

        Args:
            partition: the partition key.
            low: the least sort key, itself included.
            high: the greatest sort key, itself included.
            limit: how many items at most.
            newest_first: descending order.
            consistent: strongly; otherwise at half the cost, what was so a moment ago.
        """
        if low > high:
            return []
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "PK = :pk AND SK BETWEEN :low AND :high",
            "ExpressionAttributeValues": {":pk": {"S": partition}, ":low": {"S": low}, ":high": {"S": high}},
            "ScanIndexForward": not newest_first,
            "ConsistentRead": consistent,
        }
        return [Item.from_raw_data(raw) for raw in self._queried(arguments, limit)]

    def numbers(
        self, partition: str, low: str, high: str, *, attribute: str, limit: int, consistent: bool = True
    ) -> list[int]:
        """Return a number out of each of the newest items of a partition, up to `limit` of them.

        That costs as much as the whole items, and takes a fraction of the time to understand.

        Args:
            partition: the partition key.
            low: the least sort key, itself included.
            high: the greatest sort key, itself included.
            attribute: where the number is, in each of the items.
            limit: how many items at most.
            consistent: strongly; otherwise at half the cost, what was so a moment ago.
        """
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "PK = :pk AND SK BETWEEN :low AND :high",
            "ExpressionAttributeValues": {":pk": {"S": partition}, ":low": {"S": low}, ":high": {"S": high}},
            "ProjectionExpression": "#number",
            "ExpressionAttributeNames": {"#number": attribute},
            "ScanIndexForward": False,
            "ConsistentRead": consistent,
        }
        return [int(raw[attribute]["N"]) for raw in self._queried(arguments, limit)]

    def _queried(self, arguments: dict[str, Any], limit: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        start: dict[str, Any] = {}
        while len(found) < limit:
            answer = self.call("Query", arguments | start | {"Limit": limit - len(found)})
            found += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                break
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
        return found

    def sample(self, item_class: type[AnyItem], segment: int, *, limit: int) -> list[AnyItem]:
        """Return up to `limit` items of a kind from one of many parts of the table, at a bounded cost; maybe none."""
        answer = self.call(
            "Scan",
            {
                "TableName": self.name,
                "FilterExpression": "#kind = :kind",
                "ExpressionAttributeNames": {"#kind": "kind"},
                "ExpressionAttributeValues": {":kind": {"S": item_class.pattern.entity}},
                "Segment": segment % SEGMENTS,
                "TotalSegments": SEGMENTS,
                "Limit": LOOKED_AT,
            },
        )
        return [item_class.from_raw_data(raw) for raw in answer["Items"]][:limit]

    def skipped(self, partition: str, low: str, high: str, *, count: int) -> str | None:
        """Return the sort key after which the newest `count` items of a partition lie behind, or None at the end.

        It costs what reading the items would, eventually consistently, and takes two calls for 10,000 small ones.
        """
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "PK = :pk AND SK BETWEEN :low AND :high",
            "ExpressionAttributeValues": {":pk": {"S": partition}, ":low": {"S": low}, ":high": {"S": high}},
            "ScanIndexForward": False,
            "Select": "COUNT",
        }
        while True:
            answer = self.call("Query", arguments | {"Limit": count})
            count -= answer["Count"]
            last = answer.get("LastEvaluatedKey")
            if last is None or count == 0:
                return None if last is None else str(last["SK"]["S"])
            arguments["ExclusiveStartKey"] = last


def _carried_out(call: Callable[[], First]) -> Future[First]:
    future: Future[First] = Future()
    try:
        future.set_result(call())
    except Exception as error:  # noqa: BLE001  # it is the future's to tell
        future.set_exception(error)
    return future


def failed_condition(error: ClientError) -> dict[str, Any]:
    """Return the item that a single write's failed condition met, empty when there was none; raise any other error."""
    cause = error.__cause__ if isinstance(error.__cause__, ClientError) else error
    if cause.response["Error"]["Code"] != "ConditionalCheckFailedException":
        raise error
    found: dict[str, Any] = dict(cause.response).get("Item") or {}  # type: ignore[assignment]  # the stubs lack it
    return found


def key(pk: str, sk: str) -> dict[str, dict[str, str]]:
    """Return a primary key as DynamoDB writes it."""
    return {"PK": {"S": pk}, "SK": {"S": sk}}
