"""The table's stream: each record is one item before and after a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kith.domain.clock import SECOND
from kith.table import schema
from kith.table.items import Item
from kith.table.traces import id_of_deletion

TTL_DELETION = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


@dataclass(frozen=True, slots=True)
class Change:
    """One record: `old` is None for what is new, `new` is None for what is gone."""

    change_id: str
    """The same however often the record is delivered."""
    at: int
    """Milliseconds since the Unix epoch; the stream tells whole seconds."""
    old: Item | None
    new: Item | None
    expired: bool = False
    """It is gone because its time was up, not because somebody took it away."""
    trace_id: str = ""
    """The trace in which it happened; one of its own where that is not known."""


def change_of(record: Mapping[str, Any]) -> Change:
    """Return the change that a stream record tells of.

    Raises:
        Exception: it holds an item that we did not write.
    """
    detail = record["dynamodb"]
    identity = {name.lower(): value for name, value in (record.get("userIdentity") or {}).items()}
    return Change(
        change_id=record["eventID"],
        at=int(float(detail["ApproximateCreationDateTime"]) * SECOND),
        old=_item(detail.get("OldImage")),
        new=_item(detail.get("NewImage")),
        expired=identity == {name.lower(): value for name, value in TTL_DELETION.items()},
        trace_id=_trace_in(detail) or record["eventID"],
    )


def _trace_in(detail: Mapping[str, Any]) -> str | None:
    match detail:
        case {"NewImage": {schema.TRACE: {"S": str(trace_id)}}}:
            return trace_id
        case {"OldImage": former} if not detail.get("NewImage"):
            return id_of_deletion(former)
    return None


def _item(image: dict[str, Any] | None) -> Item | None:
    return None if not image else Item.from_raw_data(image)
