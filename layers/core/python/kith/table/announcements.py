"""What there is to say of a notification at the moment of saying it: the one look before a frame, a push or a mail."""

from dataclasses import dataclass

from kith.domain.notifications import Choice, Notification
from kith.table.connection import Table
from kith.table.notification_choices import ChoiceStore
from kith.table.notification_reader import NotificationReader, SeenNotification
from kith.table.notifications import NotificationStore


@dataclass(frozen=True, slots=True)
class Announcement:
    """A notification that is still worth a word, and by which channels its owner wants to hear it."""

    seen: SeenNotification
    choice: Choice


@dataclass(frozen=True, slots=True)
class AnnouncementReader:
    """Reads notifications that have just been made."""

    table: Table

    def of(self, user_id: int, notification_id: int) -> Announcement | None:
        """Return what there is to say, or None.

        There is nothing when the notification is gone or has moved up, when it has been read, when what made it move up
        has been undone, and when whoever did it may not be seen any more or is muted.
        """
        store = NotificationStore(self.table)
        notification, read_up_to, choices = self.table.three_together(
            lambda: store.by_id(user_id, notification_id),
            lambda: store.read_up_to(user_id),
            lambda: ChoiceStore(self.table).of(user_id),
        )
        if notification is None or notification_id <= read_up_to:
            return None
        seen = self._seen(user_id, notification)
        if seen is None or not seen.is_news:
            return None
        return Announcement(seen, choices[notification.subject.type])

    def _seen(self, user_id: int, notification: Notification) -> SeenNotification | None:
        found = NotificationReader(self.table).some(user_id, [notification])
        return found.get(notification.notification_id)
