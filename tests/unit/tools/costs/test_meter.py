from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kith.table.connection import Table, key
from kith.table.gates import USED
from tools.costs.meter import Key, Measurement, measured

SMALL, LARGE = {"text": {"S": "x"}}, {"text": {"S": "x" * 5_000}}
HERE, THERE, NOWHERE = ("P", "1"), ("P", "2"), ("P", "3")
Stored = dict[Key, dict[str, Any]]


class StoredTable(Table):
    """Answers from items by key, and stores what is put."""

    def __init__(self, items: Stored) -> None:
        self.name, self.items, self.executor = "stored", items, ThreadPoolExecutor(1)

    def at(self, where: Key) -> dict[str, Any]:
        return self.items.get(where, {})

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if operation == "Query":
            projected = [{}] if "ProjectionExpression" in arguments else self.items.values()
            return {"Items": list(projected)}
        if operation == "BatchGetItem":
            return {"Responses": {self.name: [item for item in self.items.values() if "PK" in item]}}
        if operation == "PutItem":
            item = arguments["Item"]
            self.items[item["PK"]["S"], item["SK"]["S"]] = item
        if operation == "GetItem":
            return {"Item": self.at((arguments["Key"]["PK"]["S"], arguments["Key"]["SK"]["S"]))}
        return {}


def item(where: Key, content: dict[str, Any]) -> dict[str, Any]:
    return key(*where) | content


def measurement(table: StoredTable, act: Callable[[], object]) -> Measurement:
    return measured(table, table.at, act)[1]


@pytest.fixture
def table() -> StoredTable:
    return StoredTable({HERE: item(HERE, SMALL), THERE: item(THERE, LARGE)})


@pytest.mark.parametrize(
    ("operation", "arguments", "units"),
    [
        ("GetItem", {"Key": key(*HERE), "ConsistentRead": True}, 1),
        ("GetItem", {"Key": key(*THERE), "ConsistentRead": True}, 2),
        ("GetItem", {"Key": key(*THERE)}, 1),
        ("GetItem", {"Key": key(*NOWHERE), "ConsistentRead": True}, 1),
        (
            "BatchGetItem",
            {
                "RequestItems": {
                    "stored": {"Keys": [key(*HERE), key(*THERE), key(*NOWHERE)], "ConsistentRead": True}
                }
            },
            4,
        ),
        ("Query", {"ConsistentRead": True}, 2),
        ("Query", {"ConsistentRead": False}, 1),
        ("Query", {"ProjectionExpression": "#number", "ConsistentRead": True}, 2),
    ],
)
def test_reads_are_paid_by_what_they_read(
    table: StoredTable, operation: str, arguments: dict[str, Any], units: float
) -> None:
    cost = measurement(table, lambda: table.call(operation, arguments)).own
    assert (cost.operations, cost.read_units, cost.write_units) == ([operation], units, 0)


@pytest.mark.parametrize(
    ("operation", "arguments", "units"),
    [
        ("PutItem", {"Item": item(NOWHERE, SMALL)}, 1),
        ("PutItem", {"Item": item(NOWHERE, LARGE)}, 5),
        ("PutItem", {"Item": item(THERE, SMALL)}, 5),
        ("DeleteItem", {"Key": key(*THERE)}, 5),
        ("UpdateItem", {"Key": key("U", "NO GATE")}, 1),
        (
            "TransactWriteItems",
            {
                "TransactItems": [
                    {"Put": {"Item": item(HERE, SMALL)}},
                    {"Update": {"Key": key(*THERE)}},
                    {"ConditionCheck": {"Key": key(*NOWHERE)}},
                ]
            },
            2 + 10 + 2,
        ),
        (
            "BatchWriteItem",
            {
                "RequestItems": {
                    "stored": [
                        {"PutRequest": {"Item": item(HERE, SMALL)}},
                        {"DeleteRequest": {"Key": key(*THERE)}},
                    ]
                }
            },
            1 + 5,
        ),
    ],
)
def test_writes_are_paid_by_what_was_there_and_what_is(
    table: StoredTable, operation: str, arguments: dict[str, Any], units: int
) -> None:
    cost = measurement(table, lambda: table.call(operation, arguments)).own
    assert (cost.operations, cost.read_units, cost.write_units) == ([operation], 0, units)


def test_an_operation_without_a_known_price_is_refused(table: StoredTable) -> None:
    with pytest.raises(ValueError, match="Scan"):
        measurement(table, lambda: table.call("Scan", {}))


def test_the_gate_is_counted_apart() -> None:
    table = StoredTable({})
    gate = {"Key": key("U", "GATE"), "ExpressionAttributeNames": {"#b0": f"{USED}user"}}
    ending_all = {"Key": key("U", "GATE")}

    def act() -> None:
        table.call("UpdateItem", gate)
        table.call("UpdateItem", ending_all)

    found = measurement(table, act)
    assert (found.gate.operations, found.own.operations) == (["UpdateItem"], ["UpdateItem"])
    assert (found.trips, found.gate_trips) == (1, 1)


def test_a_failed_write_is_counted(table: StoredTable, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_operation: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        raise ValueError("refused")

    monkeypatch.setattr(table, "call", refused)

    def act() -> None:
        with pytest.raises(ValueError, match="refused"):
            table.call("PutItem", {"Item": item(THERE, SMALL)})

    assert measurement(table, act).own.write_units == 5


def test_the_table_is_as_it_was_after_a_measurement(table: StoredTable) -> None:
    before = table.executor
    measurement(table, lambda: table.call("GetItem", {"Key": key(*HERE)}))
    assert table.executor is before
    assert "call" not in vars(table)
