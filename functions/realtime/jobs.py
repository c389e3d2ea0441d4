"""What the worker is asked to do: to tell of an event, or to go on with telling.

Another event to tell of is one more case here, and a frame in `frames.py`.
"""

from dataclasses import dataclass
from typing import Any

from functions.realtime import frames
from functions.realtime.bulletins import Bulletins
from functions.realtime.messenger import Messenger
from functions.realtime.news import News, Walk
from kith import events


@dataclass(frozen=True, slots=True)
class Jobs:
    """What becomes of events."""

    messenger: Messenger
    news: News
    bulletins: Bulletins

    def do(self, message: dict[str, Any]) -> None:
        """Do what a message asks for; of another kind of event, nothing.

        Raises:
            Unavailable: it has to be tried another time.
        """
        match message:
            case {"walk": dict(walk)}:
                self.news.go_on(Walk(**walk))
            case {"detail-type": str(name), "detail": dict(detail)}:
                self._see_to(name, detail)

    def _see_to(self, name: str, detail: dict[str, Any]) -> None:
        match name:
            case events.MEDIA_PROCESSED | events.MEDIA_REJECTED:
                frame = frames.medium(detail["media_id"], is_ready=name == events.MEDIA_PROCESSED)
                self.messenger.tell(detail["user_id"], detail["event_id"], lambda: frame)
            case events.POST_CREATED:
                self.news.published(detail["post_id"], detail["user_id"], detail["event_id"])
            case events.NOTIFICATION_CREATED:
                self.bulletins.created(detail["user_id"], detail["notification_id"], detail["event_id"])
            case events.SESSION_ENDED | events.USER_DELETED:
                self.messenger.close_ended(detail["user_id"])
            case events.USER_UPDATED if "standing" in detail["changed"]:
                self.messenger.close_ended(detail["user_id"])
