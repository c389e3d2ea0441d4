"""What one request asks of the table: its calls, their request units, and how many of them follow one another."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from unittest.mock import patch

from kith.table.connection import Table
from kith.table.gates import USED
from kith.table.items import GateItem
from kith.table.schema import PARTITION_KEY, SORT_KEY
from tools.costs.sizes import Item, item_size, read_units, write_units
from tools.costs.timeline import Timeline, VirtualExecutor

Answer = TypeVar("Answer")
Key = tuple[str, str]
Stored = Callable[[Key], Item]
"""Returns what the table holds at a key, without a call; an empty item where that is nothing."""


@dataclass(frozen=True, slots=True)
class Units:
    """Request units of an operation."""

    read: float = 0
    written: int = 0


@dataclass(slots=True)
class Cost:
    """What some calls cost together."""

    operations: list[str] = field(default_factory=list)
    read_units: float = 0
    write_units: int = 0

    def add(self, operation: str, units: Units) -> None:
        """Add a call."""
        self.operations.append(operation)
        self.read_units += units.read
        self.write_units += units.written


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a request asked of the table. Trips follow one another; calls that overlap make one together."""

    own: Cost
    trips: int
    """Without the gate."""
    gate: Cost
    gate_trips: int
    """How many more there are with the gate."""


def measured(table: Table, stored: Stored, act: Callable[[], Answer]) -> tuple[Answer, Measurement]:
    """Return what something that uses a table returns, and what it asked of it."""
    meter = Meter(table, stored)
    with patch.object(table, "executor", meter.executor), patch.object(table, "call", meter.call):
        answer = act()
    return answer, meter.measurement()


class Meter:
    """Stands before a table's calls."""

    def __init__(self, table: Table, stored: Stored) -> None:
        """Count from 0."""
        self._call, self._stored = table.call, stored
        self._own, self._gate = Cost(), Cost()
        self._without_gate, self._with_gate = Timeline(), Timeline()
        self.executor = VirtualExecutor(self._without_gate, self._with_gate)

    def measurement(self) -> Measurement:
        """Return what has been counted."""
        trips = self._without_gate.now
        return Measurement(self._own, trips, self._gate, self._with_gate.now - trips)

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Make a call and count it, also when it fails: DynamoDB charges for conditions that do not hold."""
        cost = self._gate if _is_of_gate(operation, arguments) else self._own
        self._with_gate.tick()
        if cost is self._own:
            self._without_gate.tick()
        if operation in READS:
            answer = self._call(operation, arguments)
            cost.add(operation, Units(read=READS[operation](self, arguments, answer)))
            return answer
        keys = list(_written(operation, arguments))
        before = self._sizes(keys)
        try:
            return self._call(operation, arguments)
        finally:
            transacted = operation == "TransactWriteItems"
            sizes = zip(before, self._sizes(keys), strict=True)
            written = sum(write_units(was, now, transacted=transacted) for was, now in sizes)
            cost.add(operation, Units(written=written))

    def _sizes(self, keys: Iterable[Key]) -> list[int]:
        return [item_size(self._stored(each)) for each in keys]

    def _got(self, arguments: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
        return read_units(item_size(answer.get("Item", {})), consistent=_is_consistent(arguments))

    def _got_batch(self, arguments: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
        ((name, request),) = arguments["RequestItems"].items()
        found = {_key_of(item): item_size(item) for item in answer["Responses"].get(name, [])}
        return sum(
            read_units(found.get(_key_of(each), 0), consistent=_is_consistent(request))
            for each in request["Keys"]
        )

    def _queried(self, arguments: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
        if PROJECTING & arguments.keys():
            # What is left out of an answer, or only counted, is read and paid all the same.
            whole = {name: value for name, value in arguments.items() if name not in PROJECTING}
            answer = self._call("Query", whole)
        return read_units(sum(map(item_size, answer["Items"])), consistent=_is_consistent(arguments))


READS: dict[str, Callable[[Meter, Mapping[str, Any], Mapping[str, Any]], float]] = {
    "GetItem": Meter._got,  # noqa: SLF001  # the class's own table of itself
    "BatchGetItem": Meter._got_batch,  # noqa: SLF001  # the same
    "Query": Meter._queried,  # noqa: SLF001  # the same
}
PROJECTING = frozenset({"ProjectionExpression", "ExpressionAttributeNames", "Select"})
"""What says which part of the items that a query reads is answered; our keys need no names of their own."""


def _written(operation: str, arguments: Mapping[str, Any]) -> Iterator[Key]:
    """Yield the key of each item that an operation writes, or makes a condition of a transaction."""
    match operation:
        case "PutItem" | "UpdateItem" | "DeleteItem":
            writes = [arguments]
        case "TransactWriteItems":
            writes = [write for item in arguments["TransactItems"] for write in item.values()]
        case "BatchWriteItem":
            requests = [each for batch in arguments["RequestItems"].values() for each in batch]
            writes = [write for each in requests for write in each.values()]
        case _:
            raise ValueError(f"it is not known what {operation} costs")
    return (_key_of(write.get("Item") or write["Key"]) for write in writes)


def _is_of_gate(operation: str, arguments: Mapping[str, Any]) -> bool:
    """Whether a call is the gate's: on one, and to move the bucket of a limit. Ending all sessions is on one too."""
    return (
        operation == "UpdateItem"
        and arguments["Key"][SORT_KEY]["S"] == GateItem.pattern.sort
        and any(name.startswith(USED) for name in arguments.get("ExpressionAttributeNames", {}).values())
    )


def _is_consistent(arguments: Mapping[str, Any]) -> bool:
    return bool(arguments.get("ConsistentRead", False))


def _key_of(item: Item) -> Key:
    return item[PARTITION_KEY]["S"], item[SORT_KEY]["S"]
