from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from kith.domain.errors import Unavailable
from kith.table.connection import TRANSIENT, Table, transient_errors_told
from kith.table.items import Item
from kith.tracing import current, span
from tests.unit.kith.table.scripted import ScriptedTable


def test_all_item_classes_share_one_connection(table: Table) -> None:
    classes: list[type[Item]] = [Item, *Item.__subclasses__()]
    own = [each._get_connection() for each in classes]  # noqa: SLF001  # what is tested
    assert {id(each.connection) for each in own} == {id(table.connection)}
    assert {each.table_name for each in own} == {"scripted"}
    assert len(own) > 10


def test_the_connection_does_not_wait_long(table: Table) -> None:
    config: Any = table.connection.client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (1, 3)


@pytest.mark.parametrize("code", sorted(TRANSIENT))
def test_what_may_pass_by_itself_is_unavailable(code: str) -> None:
    with pytest.raises(Unavailable), transient_errors_told():
        raise ClientError({"Error": {"Code": code, "Message": ""}}, "Query")


@pytest.mark.parametrize(
    "error",
    [EndpointConnectionError(endpoint_url="http://nowhere"), ReadTimeoutError(endpoint_url="http://nowhere")],
)
def test_no_answer_is_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable), transient_errors_told():
        raise error


@pytest.mark.parametrize(
    "code", ["ValidationException", "AccessDeniedException", "ConditionalCheckFailedException"]
)
def test_what_is_wrong_with_the_request_stays_as_it_is(code: str) -> None:
    with pytest.raises(ClientError), transient_errors_told():
        raise ClientError({"Error": {"Code": code, "Message": ""}}, "Query")


def test_calls_together_return_both_and_the_first_error(table: Table) -> None:
    assert table.together(lambda: 1, lambda: "two") == (1, "two")
    assert table.all_of([lambda: 1, lambda: 2]) == [1, 2]
    for refuse in (lambda: table.together(lambda: 1 // 0, lambda: 2), lambda: table.all_of([lambda: 1 // 0])):
        with pytest.raises(ZeroDivisionError):
            refuse()


def test_calls_together_are_of_the_trace_of_who_makes_them_and_threads_keep_none(table: Table) -> None:
    def trace() -> str | None:
        present = current()
        return None if present is None else present.trace_id

    with span("a trace"):
        assert table.three_together(trace, trace, trace) == ("a trace",) * 3
        assert table.all_of([trace, lambda: table.together(trace, trace)[1]]) == ["a trace"] * 2
    assert table.all_of([trace] * 8) == [None] * 8


def test_a_query_goes_on_over_dynamodbs_own_pages_until_it_has_enough() -> None:
    def answer(_operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        place = int(arguments.get("ExclusiveStartKey", "0"))
        items = [{"PK": {"S": "P"}, "SK": {"S": str(place)}, "kind": {"S": "Authored"}}]
        return {"Items": items, **({"LastEvaluatedKey": str(place + 1)} if place < 4 else {})}

    table = ScriptedTable(answer)
    assert [item.sk for item in table.query("P", "a", "z", limit=3)] == ["0", "1", "2"]
    assert [arguments["Limit"] for _, arguments in table.calls] == [3, 2, 1]
    assert [item.sk for item in table.query("P", "a", "z", limit=9)] == ["0", "1", "2", "3", "4"]
    assert all(arguments["ConsistentRead"] for _, arguments in table.calls)


@pytest.mark.parametrize("consistent", [True, False])
def test_numbers_come_newest_first_over_all_pages_and_nothing_else_is_sent(*, consistent: bool) -> None:
    def answer(_operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        place = int(arguments.get("ExclusiveStartKey", "4"))
        items = [{"other_id": {"N": str(place)}}]
        return {"Items": items, **({"LastEvaluatedKey": str(place - 1)} if place else {})}

    table = ScriptedTable(answer)
    newest = partial(table.numbers, "P", "a", "z", attribute="other_id", consistent=consistent)
    assert newest(limit=3) == [4, 3, 2]
    assert [arguments["Limit"] for _, arguments in table.calls] == [3, 2, 1]
    assert newest(limit=9) == [4, 3, 2, 1, 0]
    for _, arguments in table.calls:
        assert arguments["ConsistentRead"] is consistent
        assert arguments["ScanIndexForward"] is False
        assert arguments["ProjectionExpression"] == "#number"
        assert arguments["ExpressionAttributeNames"] == {"#number": "other_id"}


def test_an_empty_range_is_not_asked_for() -> None:
    table = ScriptedTable(lambda _operation, _arguments: {})
    assert table.query("P", "z", "a", limit=9) == []
    assert table.calls == []
