"""What somebody is told, said on their websockets as it happens."""

from dataclasses import dataclass

from functions.realtime import frames
from functions.realtime.frames import Frame
from functions.realtime.messenger import Messenger
from kith.table.announcements import AnnouncementReader


@dataclass(frozen=True, slots=True)
class Bulletins:
    """The use case of a notification that has been made."""

    announcements: AnnouncementReader
    messenger: Messenger

    def created(self, user_id: int, notification_id: int, event_id: str) -> None:
        """Say to somebody who is online what they are told, unless it is so no longer or they do not want it said.

        Raises:
            Unavailable: some websockets have to be tried another time.
        """
        self.messenger.tell(user_id, event_id, lambda: self._frame(user_id, notification_id))

    def _frame(self, user_id: int, notification_id: int) -> Frame | None:
        announcement = self.announcements.of(user_id, notification_id)
        if announcement is None or not announcement.choice.websocket:
            return None
        return frames.notification(announcement.seen)
