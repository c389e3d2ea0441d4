"""Mails in the table: whether one has been sent for a message, and whether somebody is about to send it."""

from dataclasses import dataclass

from botocore.exceptions import ClientError

from kith.domain.clock import DAY, SECOND
from kith.domain.errors import Unavailable
from kith.table.connection import Table, failed_condition
from kith.table.items import MailItem

LEASE = 60 * SECOND
KEPT = 15 * DAY
"""Longer than a message can come again from the dead letters."""


@dataclass(frozen=True, slots=True)
class MailStore:
    """Mails by the message that asks for them."""

    table: Table

    def lease(self, message_id: str, *, now: int) -> bool:
        """Take the sending of a mail upon oneself for a minute; return False when it is sent; `now` in milliseconds.

        Raises:
            Unavailable: somebody else has taken it.
        """
        free = MailItem.pk.does_not_exist() | ((MailItem.leased_until <= now) & (MailItem.sent == False))  # noqa: E712  # a condition, not a truth
        request = _item(message_id, now).get_save_kwargs_from_instance(condition=free)
        try:
            self.table.call("PutItem", {**request, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"})
        except ClientError as error:
            if MailItem.from_raw_data(failed_condition(error)).sent:
                return False
            raise Unavailable from error
        return True

    def sent(self, message_id: str, *, now: int) -> None:
        """Note that a mail is sent; `now` in milliseconds."""
        self.table.put(_item(message_id, now, sent=True))


def _item(message_id: str, now: int, *, sent: bool = False) -> MailItem:
    return MailItem.at(
        {"leased_until": now + LEASE, "sent": sent, "expires_at": (now + KEPT) // SECOND},
        message_id=message_id,
    )
