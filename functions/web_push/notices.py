"""What notifications say, as the room that keeps them tells it: this room knows only that somebody is to be told."""

from dataclasses import dataclass
from typing import Protocol


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


class Notices(Protocol):
    """Reads notifications."""

    def told(self, user_id: int, notification_id: int) -> Told | None:
        """Return what an account is told now of one of its notifications.

        None: it must not be told any more. It was undone or deleted, or whoever did it is blocked or muted, or the
        account does not want pushes of its type.
        """
        ...
