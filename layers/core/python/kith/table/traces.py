"""Writes of what is streamed say in which trace they happen, and so the stream carries it on.

A deletion leaves nothing that could say so. The event of one begins a trace of its own, whose id follows from the key;
whoever deletes notes that what it does goes on there.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kith import tracing
from kith.table.schema import PARTITION_KEY, SORT_KEY, STREAMED, TRACE

Raw = dict[str, Any]

PARTITIONS: Final = tuple({each.partition_prefix for each in STREAMED})
SORTS: Final = tuple({each.sort_prefix for each in STREAMED})
BATCHED: Final = "RequestItems"
TOGETHER: Final = "TransactItems"


def is_streamed(key: Mapping[str, Mapping[str, str]]) -> bool:
    """Tell whether changes of what is at a key are events; an item will do for its key."""
    pk, sk = key[PARTITION_KEY]["S"], key[SORT_KEY]["S"]
    return (  # nearly all are told by how they begin
        pk.startswith(PARTITIONS)
        and sk.startswith(SORTS)
        and any(pattern.values(pk, sk) is not None for pattern in STREAMED)
    )


def id_of_deletion(key: Mapping[str, Mapping[str, str]]) -> str:
    """Return the id of the trace in which the deletion of what is at a key goes on."""
    return tracing.id_from("deleted", key[PARTITION_KEY]["S"], key[SORT_KEY]["S"])


def marked(operation: str, arguments: Raw) -> Raw:
    """Return a request of DynamoDB whose writes of what is streamed say in which trace they happen, if in any."""
    span = tracing.current()
    if span is None:
        return arguments
    match operation:
        case "PutItem" | "UpdateItem":
            return _marked(operation.removesuffix("Item"), arguments, span.trace_id)
        case "TransactWriteItems":
            return arguments | {TOGETHER: _all_marked(arguments[TOGETHER], span.trace_id)}
        case "BatchWriteItem":
            tables = arguments[BATCHED].items()
            return arguments | {
                BATCHED: {name: _all_marked(requests, span.trace_id) for name, requests in tables}
            }
    return arguments


def note_deletions(operation: str, arguments: Raw) -> None:
    """Note where a request that has deleted something goes on."""
    match operation:
        case "DeleteItem":
            keys: Iterable[Raw] = [arguments["Key"]]
        case "TransactWriteItems":
            keys = _deleted(arguments[TOGETHER], "Delete")
        case "BatchWriteItem":
            keys = _deleted((each for some in arguments[BATCHED].values() for each in some), "DeleteRequest")
        case _:
            return
    tracing.continue_as(*(id_of_deletion(key) for key in keys if is_streamed(key)))


def _deleted(writes: Iterable[Raw], kind: str) -> Iterator[Raw]:
    return (write[kind]["Key"] for write in writes if kind in write)


def _all_marked(writes: Iterable[Raw], trace_id: str) -> list[Raw]:
    return [
        {kind: _marked(kind.removesuffix("Request"), write, trace_id) for kind, write in each.items()}
        for each in writes
    ]


def _marked(kind: str, write: Raw, trace_id: str) -> Raw:
    match kind:
        case "Put" if is_streamed(write["Item"]):
            return write | {"Item": write["Item"] | {TRACE: {"S": trace_id}}}
        case "Update" if is_streamed(write["Key"]):
            expression = write["UpdateExpression"]
            others = (
                ", " + expression.removeprefix("SET ") if expression.startswith("SET ") else f" {expression}"
            )
            return write | {
                "UpdateExpression": f"SET {TRACE} = :{TRACE}{others}",
                "ExpressionAttributeValues": write.get("ExpressionAttributeValues", {})
                | {f":{TRACE}": {"S": trace_id}},
            }
    return write
