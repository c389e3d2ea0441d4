"""Frames in the table: whether an account has been told of an event, and whether somebody is about to tell it.

An account and an event are known by a digest, so that what is kept for a few days names nobody.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from botocore.exceptions import ClientError

from kith.domain.clock import SECOND
from kith.domain.errors import Unavailable
from kith.table import sendings
from kith.table.connection import Table, failed_condition
from kith.table.items import FrameItem

LEASE = 60 * SECOND


@dataclass(frozen=True, slots=True)
class FrameStore:
    """Frames by the event that they tell of and the account that is told; times in milliseconds."""

    table: Table

    def lease(self, event_id: str, user_id: int, *, now: int) -> set[str] | None:
        """Take the telling upon oneself for a minute; return the connections that know already, or None if it is done.

        Raises:
            Unavailable: somebody else has taken it.
        """
        free = FrameItem.pk.does_not_exist() | ((FrameItem.leased_until <= now) & (FrameItem.sent == False))  # noqa: E712  # a condition, not a truth
        item = FrameItem.at(digest=_digest(event_id, user_id))
        request = item.get_update_kwargs_from_instance(
            actions=[
                FrameItem.leased_until.set(now + LEASE),
                FrameItem.sent.set(False),
                FrameItem.kind.set(FrameItem),
                FrameItem.expires_at.set((now + sendings.KEPT) // SECOND),
            ],
            condition=free,
        )
        returned = {"ReturnValues": "ALL_NEW", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        self.table.guard()
        try:
            answer = self.table.call("UpdateItem", request | returned)
        except ClientError as error:
            if FrameItem.from_raw_data(failed_condition(error)).sent:
                return None
            raise Unavailable from error
        return {str(each) for each in FrameItem.from_raw_data(answer["Attributes"]).sent_to}

    def told(self, event_id: str, user_id: int, *, now: int) -> None:
        """Note that an account has been told of an event."""
        self.table.put(_item(event_id, user_id, now, sent=True))

    def told_some(self, event_id: str, user_id: int, connection_ids: Collection[str], *, now: int) -> None:
        """Note which connections know already, and let others try again."""
        self.table.put(_item(event_id, user_id, now, sent_to=sorted(connection_ids)))


def _item(event_id: str, user_id: int, now: int, **attributes: object) -> FrameItem:
    times = {"leased_until": now, "expires_at": (now + sendings.KEPT) // SECOND}
    return FrameItem.at(times | attributes, digest=_digest(event_id, user_id))


def _digest(event_id: str, user_id: int) -> str:
    return hashlib.sha256(f"{event_id} {user_id}".encode()).hexdigest()
