"""Sending once, however often a message asks for it: whoever is about to takes a lease, and notes when it is done."""

from botocore.exceptions import ClientError

from kith.domain.clock import DAY
from kith.domain.errors import Unavailable
from kith.table.connection import Table, failed_condition
from kith.table.items import SendingItem

KEPT = 15 * DAY
"""Longer than a message can come again from the dead letters."""


def lease(table: Table, item: SendingItem, *, now: int) -> bool:
    """Take a sending upon oneself until when its item says; return False when it is done; `now` in milliseconds.

    Raises:
        Unavailable: somebody else has taken it.
    """
    kind = type(item)
    free = kind.pk.does_not_exist() | ((kind.leased_until <= now) & (kind.sent == False))  # noqa: E712  # a condition, not a truth
    request = item.get_save_kwargs_from_instance(condition=free)
    try:
        table.call("PutItem", {**request, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"})
    except ClientError as error:
        if kind.from_raw_data(failed_condition(error)).sent:
            return False
        raise Unavailable from error
    return True
