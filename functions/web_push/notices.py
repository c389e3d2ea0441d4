"""What pushes say of notifications."""

from dataclasses import dataclass
from typing import Final

from kith.table.news import NewsReader

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
    url: str | None = None
    """Where it leads at the web client."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Reads notifications."""

    news: NewsReader

    def told(self, user_id: int, notification_id: int) -> Told | None:
        """Return what an account is told now of one of its notifications.

        None: it must not be told any more. It was undone or deleted, or whoever did it is blocked or muted, or the
        account does not want pushes of its type.
        """
        news = self.news.of(user_id, notification_id)
        if news is None or not news.choice.push:
            return None
        subject = news.seen.notification.subject
        return Told(subject.type, TITLE, news.seen.text, topic=f"{subject.type} {subject.object_id}")
