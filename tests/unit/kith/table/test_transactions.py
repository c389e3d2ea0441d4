import functools
from collections.abc import Callable
from typing import Any

import pytest
from pynamodb.exceptions import CancellationReason, VerboseClientError

from kith.domain.errors import Unavailable
from kith.table import transactions
from kith.table.items import TallyItem, UsernameItem
from kith.table.transactions import Check, ConditionFailed, Delete, Operation, Put, Update, write
from tests.unit.kith.table.scripted import ScriptedTable


class Taken(Exception):
    """What a test's condition means."""


class Gone(Exception):
    """What another test's condition means."""


pytestmark = pytest.mark.usefixtures("table")  # pynamodb writes no request without a connection


def cancelled(*codes: str | None) -> VerboseClientError:
    return VerboseClientError(
        {"Error": {"Code": "TransactionCanceledException", "Message": "cancelled"}},
        "TransactWriteItems",
        cancellation_reasons=[None if code is None else CancellationReason(code) for code in codes],
    )


def refused(code: str) -> VerboseClientError:
    return VerboseClientError({"Error": {"Code": code, "Message": code}}, "TransactWriteItems")


def answering(*outcomes: Exception | None) -> ScriptedTable:
    left = list(outcomes)

    def answer(operation: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        assert operation == "TransactWriteItems"
        outcome = left.pop(0)
        if outcome is not None:
            raise outcome
        return {}

    return ScriptedTable(answer)


def two_puts() -> tuple[Operation, Operation]:
    claim = UsernameItem.at({"user_id": 1}, username="ann")
    return (
        Put(claim, UsernameItem.pk.does_not_exist(), Taken()),
        Put(TallyItem.at(user_id=1, shard="0"), TallyItem.pk.exists(), Gone()),
    )


attempt: Callable[..., int] = functools.partial(write, pause=lambda _: None)


def test_a_conflict_is_tried_again_as_the_same_request() -> None:
    table = answering(cancelled("TransactionConflict", None), cancelled(None, "ThrottlingError"), None)
    attempt(table, *two_puts())
    requests = [arguments for _, arguments in table.calls]
    assert len(requests) == 3
    assert requests[0] == requests[1] == requests[2]
    assert len(requests[0]["ClientRequestToken"]) == 36


def test_two_writes_are_two_requests() -> None:
    table = answering(None, None)
    attempt(table, *two_puts())
    attempt(table, *two_puts())
    assert len({arguments["ClientRequestToken"] for _, arguments in table.calls}) == 2


def test_a_lost_answer_is_asked_for_again_with_the_same_token() -> None:
    table = answering(Unavailable(), None)
    attempt(table, *two_puts())
    assert len({arguments["ClientRequestToken"] for _, arguments in table.calls}) == 1
    assert len(table.calls) == 2


@pytest.mark.parametrize(
    ("codes", "meaning"),
    [
        (("ConditionalCheckFailed", None), Taken),
        ((None, "ConditionalCheckFailed"), Gone),
        (("ConditionalCheckFailed", "ConditionalCheckFailed"), Taken),
        (("TransactionConflict", "ConditionalCheckFailed"), Gone),
    ],
)
def test_a_failed_condition_is_told_by_its_meaning_and_not_tried_again(
    codes: tuple[str | None, ...], meaning: type[Exception]
) -> None:
    table = answering(cancelled(*codes))
    with pytest.raises(meaning):
        attempt(table, *two_puts())
    assert len(table.calls) == 1


def test_a_failed_condition_without_a_meaning_is_told_as_such() -> None:
    with pytest.raises(ConditionFailed):
        attempt(
            answering(cancelled("ConditionalCheckFailed")),
            Put(TallyItem.at(user_id=1, shard="0"), TallyItem.pk.exists()),
        )


def test_a_conflict_that_does_not_end_is_unavailable() -> None:
    table = answering(*[cancelled("TransactionConflict", None)] * transactions.ATTEMPTS)
    with pytest.raises(Unavailable):
        attempt(table, *two_puts())
    assert len(table.calls) == transactions.ATTEMPTS


@pytest.mark.parametrize("error", [refused("ValidationException"), cancelled("ValidationError", None)])
def test_what_is_wrong_with_the_request_itself_is_not_tried_again(error: VerboseClientError) -> None:
    table = answering(error)
    with pytest.raises(VerboseClientError):
        attempt(table, *two_puts())
    assert len(table.calls) == 1


def test_each_operation_is_written_as_dynamodb_reads_it() -> None:
    item, there = TallyItem.at(user_id=1, shard="0"), TallyItem.pk.exists()
    table = answering(None)
    attempt(
        table,
        Put(item),
        Update(item, [TallyItem.posts.add(1)], there),
        Delete(item, there),
        Check(item, there),
    )
    ((_, request),) = table.calls
    assert [list(operation) for operation in request["TransactItems"]] == [
        ["Put"],
        ["Update"],
        ["Delete"],
        ["ConditionCheck"],
    ]
    bodies = [body for operation in request["TransactItems"] for body in operation.values()]
    assert {body["TableName"] for body in bodies} == {"scripted"}
    assert ["ConditionExpression" in body for body in bodies] == [False, True, True, True]
