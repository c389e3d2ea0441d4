"""What pushes say of notifications."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kith.table.announcements import AnnouncementReader

TITLE: Final = "Kith"


@dataclass(frozen=True, slots=True)
class Told:
    """What a push says of a notification: a neutral sentence, as in `@ann liked your post`, and never what was written.

    It stands on screens that are locked, and longer than what it tells of may be seen.
    """

    type: str
    title: str
    body: str
    topic: str
    """The group of the notification: a later push of it takes the place of one that has not arrived yet."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Reads notifications."""

    announcements: AnnouncementReader
    is_online: Callable[[int], bool]
    """Tells whether somebody has a websocket just now."""

    def told(self, user_id: int, notification_id: int) -> Told | None:
        """Return what an account is told now of one of its notifications.

        None: it must not be told any more. It was undone or deleted, or whoever did it is blocked or muted, or the
        account does not want pushes of its type, or is online and hears of it there.
        """
        announcement = self.announcements.of(user_id, notification_id)
        if announcement is None or not announcement.choice.push:
            return None
        if announcement.choice.websocket and self.is_online(user_id):
            return None
        seen = announcement.seen
        subject = seen.notification.subject
        return Told(subject.type, TITLE, seen.text, topic=f"{subject.type} {subject.object_id}")
