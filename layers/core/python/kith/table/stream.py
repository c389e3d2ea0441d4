"""The table's stream: each record is one item before and after a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kith.domain.clock import SECOND
from kith.table.items import Item

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
    )


def _item(image: dict[str, Any] | None) -> Item | None:
    return None if not image else Item.from_raw_data(image)
