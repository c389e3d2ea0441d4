"""What somebody is told, said on their websockets as it happens."""

from dataclasses import dataclass

from functions.realtime import frames
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
        if not self.messenger.reaches(user_id):
            return
        announcement = self.announcements.of(user_id, notification_id)
        if announcement is not None and announcement.choice.websocket:
            self.messenger.tell(user_id, event_id, frames.notification(announcement.seen))
