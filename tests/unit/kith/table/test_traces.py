import json
import re
from copy import deepcopy
from typing import Any

import pytest

from kith.table.connection import Table, key
from kith.table.items import Item, PostItem, TallyItem, UserItem
from kith.table.patterns import KeyPattern
from kith.table.schema import ENTITIES, STREAMED, TRACE
from kith.table.traces import id_of_deletion, is_streamed, marked, note_deletions
from kith.table.transactions import Check, Delete, Operation, Put, Update
from kith.tracing import span

pytestmark = pytest.mark.usefixtures("table")  # pynamodb writes no request without a connection

USER = UserItem.at({"username": "ann", "full_name": "", "email_asked_at": 5}, user_id=42)
TALLY = TallyItem.at(user_id=42, shard="0")
POST = PostItem.at(post_id=7)
OF_TRACE = {"S": "a trace"}


def values_for(pattern: KeyPattern) -> dict[str, int | str]:
    fields = re.findall(r"{(\w+)(:id)?}", pattern.partition + pattern.sort)
    return {name: 7 if is_id else "x" for name, is_id in fields}


def test_what_is_streamed_is_known_by_its_key_and_nothing_else_is_taken_for_it() -> None:
    for pattern in ENTITIES:
        at = key(*pattern.key(**values_for(pattern)))
        assert is_streamed(at) == (pattern in STREAMED), pattern.entity


def in_trace(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a request as it is sent in a trace, and see that what was given is left as it was."""
    before = deepcopy(arguments)
    assert marked(operation, arguments) is arguments, "outside of traces"
    with span("a trace"):
        sent = marked(operation, arguments)
    assert arguments == before
    return sent


def put(item: Item) -> dict[str, Any]:
    return Put(item).request()["Put"]  # type: ignore[no-any-return]  # as DynamoDB writes it


def test_what_is_put_says_its_trace_if_it_is_streamed() -> None:
    sent = in_trace("PutItem", put(USER))
    assert sent["Item"] == put(USER)["Item"] | {TRACE: OF_TRACE}
    assert in_trace("PutItem", put(TALLY)) == put(TALLY)


@pytest.mark.parametrize(
    ("actions", "expression"),
    [
        ([UserItem.bio.set("x")], "SET trace_id = :trace_id, #0 = :0"),
        ([UserItem.bio.remove()], "SET trace_id = :trace_id REMOVE #0"),
        ([UserItem.bio.remove(), UserItem.username.set("x")], "SET trace_id = :trace_id, #0 = :0 REMOVE #1"),
    ],
)
def test_what_is_changed_says_its_trace_beside_what_it_becomes(actions: list[Any], expression: str) -> None:
    request = Update(USER, actions).request()["Update"]
    sent = in_trace("UpdateItem", request)
    assert sent["UpdateExpression"] == expression
    values = {":trace_id": OF_TRACE, **request.get("ExpressionAttributeValues", {})}
    assert sent == request | {"UpdateExpression": expression, "ExpressionAttributeValues": values}


def test_of_a_transaction_whatever_is_streamed_says_its_trace() -> None:
    operations: list[Operation] = [
        Put(USER),
        Put(TALLY),
        Update(POST, [PostItem.text.set("x")]),
        Update(TALLY, [TallyItem.posts.add(1)]),
        Delete(POST),
        Check(USER, UserItem.pk.exists()),
    ]
    requests = [each.request() for each in operations]
    sent = in_trace("TransactWriteItems", {"TransactItems": requests, "ClientRequestToken": "token"})
    assert sent["ClientRequestToken"] == "token"
    assert ["trace_id" in json.dumps(each) for each in sent["TransactItems"]] == [
        True,
        False,
        True,
        False,
        False,
        False,
    ]
    assert [each for each in sent["TransactItems"] if "trace_id" not in json.dumps(each)] == [
        requests[place] for place in (1, 3, 4, 5)
    ]


def test_of_a_batch_whatever_is_streamed_says_its_trace() -> None:
    requests = [
        {"PutRequest": {"Item": USER.to_dynamodb_dict()}},
        {"PutRequest": {"Item": TALLY.to_dynamodb_dict()}},
        {"DeleteRequest": {"Key": key(POST.pk, POST.sk)}},
    ]
    sent = in_trace("BatchWriteItem", {"RequestItems": {"table": requests}})["RequestItems"]["table"]
    assert sent[0]["PutRequest"]["Item"][TRACE] == OF_TRACE
    assert sent[1:] == requests[1:]


def test_a_request_that_is_made_again_in_the_same_trace_is_the_same_request() -> None:
    arguments = {"TransactItems": [Put(USER).request()], "ClientRequestToken": "token"}
    assert in_trace("TransactWriteItems", arguments) == in_trace("TransactWriteItems", arguments)


@pytest.mark.parametrize("operation", ["GetItem", "BatchGetItem", "Query", "Scan"])
def test_reads_are_left_alone(operation: str) -> None:
    arguments = {"Key": key(USER.pk, USER.sk)}
    assert in_trace(operation, arguments) is arguments


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("DeleteItem", {"Key": key(POST.pk, POST.sk)}),
        (
            "BatchWriteItem",
            {
                "RequestItems": {
                    "table": [
                        {"DeleteRequest": {"Key": key(TALLY.pk, TALLY.sk)}},
                        {"DeleteRequest": {"Key": key(POST.pk, POST.sk)}},
                        {"PutRequest": {"Item": USER.to_dynamodb_dict()}},
                    ]
                }
            },
        ),
        (
            "TransactWriteItems",
            {"TransactItems": [{"Delete": {"Key": key(POST.pk, POST.sk)}}, {"Put": {"Item": {}}}]},
        ),
    ],
)
def test_a_deletion_goes_on_in_a_trace_that_follows_from_its_key(
    operation: str, arguments: dict[str, Any]
) -> None:
    with span("a trace") as begun:
        note_deletions(operation, arguments)
    assert begun.continues_as == [id_of_deletion(key(POST.pk, POST.sk))]


def test_the_table_marks_what_it_writes_and_notes_what_it_has_deleted(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    fails = [False]

    def dispatch(_operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        sent.append(arguments)
        if fails[0]:
            raise ZeroDivisionError
        return {}

    monkeypatch.setattr(table.connection, "dispatch", dispatch)
    with span("a trace") as begun:
        table.put(USER)
        table.call("DeleteItem", {"Key": key(POST.pk, POST.sk)})
        fails[0] = True
        with pytest.raises(ZeroDivisionError):
            table.call("DeleteItem", {"Key": key(USER.pk, USER.sk)})
    assert sent[0]["Item"][TRACE] == OF_TRACE
    assert begun.continues_as == [id_of_deletion(key(POST.pk, POST.sk))], "not of what failed"
    ((metric, values),) = begun.measured.items()
    assert (metric.name, len(values)) == ("DatabaseLatency", 3), "also of what failed"
