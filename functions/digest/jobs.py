"""What the worker is asked to do: to let a notification be in a digest, to see which are due, to send one or none more."""

from dataclasses import dataclass
from typing import Any

from functions.digest.calendar import Calendar, digest_in
from functions.digest.sending import Sender
from functions.digest.suppressing import Suppressing
from kith import events
from kith.domain.notifications import NotificationType


@dataclass(frozen=True, slots=True)
class Jobs:
    """What becomes of messages."""

    calendar: Calendar
    sender: Sender
    suppressing: Suppressing

    def do(self, message: dict[str, Any]) -> None:
        """Do what a message asks for; of another kind, nothing.

        Raises:
            Unavailable: it has to be tried another time.
        """
        match message:
            case {"look_ahead": True}:
                self.calendar.look_ahead()
            case {"digest": dict(told)}:
                self.sender.send(digest_in(told))
            case {"source": "aws.ses", "detail": dict(detail)}:
                self.suppressing.told(detail)
            case {"detail-type": events.NOTIFICATION_CREATED, "detail": dict(detail)}:
                about = NotificationType(detail["type"])
                self.calendar.created(detail["user_id"], detail["notification_id"], about)
