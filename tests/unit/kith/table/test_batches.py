from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain.errors import Unavailable
from kith.domain.feeds import Arrival, FeedEntry
from kith.table import batches
from kith.table.connection import key
from kith.table.feeds import entry_item
from kith.table.items import FeedEntryItem
from tests.unit.kith.table.scripted import ScriptedTable

Raw = dict[str, Any]


def place_of(key: Raw) -> batches.Key:
    return key["PK"]["S"], key["SK"]["S"]


def entries(count: int) -> list[FeedEntryItem]:
    return [
        entry_item(FeedEntry(reader, 7, 1, Arrival.PUSHED), retention=0) for reader in range(1, count + 1)
    ]


ALL = {(item.pk, item.sk): item.to_dynamodb_dict() for item in entries(250)}


class Store:
    """Carries out batches as far as it is told to: `leaves` says how many of a batch stay undone."""

    def __init__(self, leaves: list[int]) -> None:
        self.leaves = leaves
        self.writes: list[Raw] = []

    def __call__(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        undone = self.leaves.pop(0) if self.leaves else 0
        request = arguments["RequestItems"]["scripted"]
        if operation == "BatchWriteItem":
            assert len(request) <= 25
            done = request[: max(len(request) - undone, 0)]
            self.writes += done
            left = request[len(done) :]
            return {"UnprocessedItems": {"scripted": left} if left else {}}
        assert operation == "BatchGetItem"
        assert request["ConsistentRead"] is True
        keys = request["Keys"]
        assert len(keys) == len({str(each) for each in keys}) <= 100
        done = keys[: max(len(keys) - undone, 0)]
        found = [ALL[place] for place in map(place_of, done) if place in ALL]
        left = keys[len(done) :]
        return {
            "Responses": {"scripted": found},
            "UnprocessedKeys": {"scripted": request | {"Keys": left}} if left else {},
        }


@given(st.integers(0, 120), st.lists(st.integers(0, 25), max_size=6))
def test_every_item_is_written_exactly_once_whatever_stays_unprocessed(count: int, leaves: list[int]) -> None:
    store, pauses = Store(leaves), list[float]()
    items = entries(count)
    batches.put_all(ScriptedTable(store), items, pause=pauses.append)
    assert [write["PutRequest"]["Item"] for write in store.writes] == [
        item.to_dynamodb_dict() for item in items
    ]


def test_all_25_unprocessed_are_tried_again_after_a_pause_and_only_they() -> None:
    store, pauses = Store([25, 3]), list[float]()
    table = ScriptedTable(store)
    batches.put_all(table, entries(25), pause=pauses.append)
    assert [len(arguments["RequestItems"]["scripted"]) for _, arguments in table.calls] == [25, 25, 3]
    assert len(store.writes) == 25
    assert len(pauses) == 2


def test_what_stays_unprocessed_is_told_and_not_claimed_to_be_written() -> None:
    store = Store([25] * 100)
    table = ScriptedTable(store)
    with pytest.raises(Unavailable):
        batches.put_all(table, entries(25), pause=lambda _: None)
    assert len(table.calls) == batches.ATTEMPTS
    assert store.writes == []


@given(st.integers(0, 250), st.lists(st.integers(0, 100), max_size=6))
def test_every_key_is_read_whatever_stays_unprocessed(count: int, leaves: list[int]) -> None:
    wanted = list(ALL)[:count]
    found = batches.get_all(ScriptedTable(Store(leaves)), wanted, pause=lambda _: None)
    assert list(found) == wanted
    assert all(isinstance(item, FeedEntryItem) for item in found.values())


def test_a_key_asked_for_twice_is_read_once_and_a_missing_one_is_absent() -> None:
    table = ScriptedTable(Store([]))
    (item,) = entries(1)
    there, missing = (item.pk, item.sk), ("FEED#0000000000000009", "POST#none")
    found = batches.get_all(table, [there, missing, there])
    assert set(found) == {there}
    ((_, arguments),) = table.calls
    assert arguments["RequestItems"]["scripted"]["Keys"] == [key(*there), key(*missing)]


def test_keys_that_stay_unprocessed_are_not_taken_for_missing() -> None:
    table = ScriptedTable(Store([100] * 100))
    with pytest.raises(Unavailable):
        batches.get_all(table, [("P", "S")], pause=lambda _: None)
    assert len(table.calls) == batches.ATTEMPTS


def test_nothing_asked_is_nothing_called() -> None:
    table = ScriptedTable(Store([]))
    assert batches.get_all(table, []) == {}
    batches.put_all(table, [])
    assert table.calls == []
