from typing import Any

import pytest

from kith.domain.single_use import InvalidToken, Purpose, SingleUse, digest_of
from kith.table.connection import Table
from kith.table.items import SingleUseItem
from kith.table.single_use import SingleUseStore
from tests.unit.kith.table.scripted import ScriptedTable

USER, NOW = 42, 1_769_860_800_000
VERIFY = Purpose.VERIFY_EMAIL


@pytest.fixture
def stored() -> dict[str, SingleUseItem]:
    """What is in the table, by digest."""
    return {}


@pytest.fixture
def store(table: Table, stored: dict[str, SingleUseItem]) -> SingleUseStore:
    def answer(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if operation == "TransactWriteItems":
            check, put = arguments["TransactItems"]
            assert check["ConditionCheck"]["Key"]["SK"] == {"S": "GATE"}
            item = SingleUseItem.from_raw_data(put["Put"]["Item"])
            stored[item.values["digest"]] = item
            return {}
        assert operation == "GetItem"
        assert arguments["ConsistentRead"] is True
        digest = arguments["Key"]["SK"]["S"].removeprefix("TOKEN#")
        return {"Item": stored[digest].to_dynamodb_dict()} if digest in stored else {}

    return SingleUseStore(ScriptedTable(answer))


def issue(store: SingleUseStore) -> str:
    return store.issue(USER, VERIFY, bound_to="an address", now=NOW)


def test_a_token_is_stored_by_its_digest_until_its_time_is_up(
    store: SingleUseStore, stored: dict[str, SingleUseItem]
) -> None:
    token = issue(store)
    ((digest, item),) = stored.items()
    assert digest == digest_of(token)
    assert item.expires_at == NOW // 1_000 + 86_400
    assert token.partition("-")[2] not in str(item.to_dynamodb_dict())


def test_what_is_found_is_what_was_issued(store: SingleUseStore) -> None:
    token = issue(store)
    assert store.find(token, VERIFY, now=NOW) == SingleUse(USER, digest_of(token), VERIFY, "an address")


@pytest.mark.parametrize("purpose", [each for each in Purpose if each is not VERIFY])
def test_a_token_of_another_purpose_is_not_found(store: SingleUseStore, purpose: Purpose) -> None:
    with pytest.raises(InvalidToken):
        store.find(issue(store), purpose, now=NOW)


def test_a_token_is_not_found_from_the_second_on_in_which_it_expires(store: SingleUseStore) -> None:
    token = issue(store)
    assert store.find(token, VERIFY, now=NOW + 86_399_999)
    with pytest.raises(InvalidToken):
        store.find(token, VERIFY, now=NOW + 86_400_000)


def test_another_token_of_the_same_account_is_not_found(store: SingleUseStore) -> None:
    token = issue(store)
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    with pytest.raises(InvalidToken):
        store.find(other, VERIFY, now=NOW)


def test_using_one_up_demands_that_it_is_there_of_its_purpose_and_in_time(store: SingleUseStore) -> None:
    found = store.find(issue(store), VERIFY, now=NOW)
    operation = store.using(found, now=NOW)
    request = operation.request()["Delete"]
    assert request["Key"]["SK"] == {"S": f"TOKEN#{found.digest}"}
    assert "=" in request["ConditionExpression"]
    assert "> " in request["ConditionExpression"]
    assert {"S": "verify"} in request["ExpressionAttributeValues"].values()
    assert {"N": str(NOW // 1_000)} in request["ExpressionAttributeValues"].values()
    assert isinstance(operation.otherwise, InvalidToken)
