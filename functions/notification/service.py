"""Reading what one is told, how much of it is new, and by which channels one wants to be told."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from kith.domain import ids
from kith.domain.clock import Clock
from kith.domain.errors import Unauthenticated
from kith.domain.notifications import ChoiceChange, Choices, Notification, NotificationType, Pace
from kith.domain.pages import Page, filled
from kith.domain.single_use import InvalidToken
from kith.table.connection import Table
from kith.table.notification_choices import ChoiceStore
from kith.table.notification_reader import NotificationReader, SeenNotification
from kith.table.notifications import NotificationStore

NO_DIGESTS = dict.fromkeys(NotificationType, ChoiceChange(email=Pace.OFF))
UNREAD_MOST = 100
"""How many unread ones are counted."""
LOOKED_AT = 40
"""Of how many of them it is looked whether anything is left."""


@dataclass(frozen=True, slots=True)
class Read:
    """A page of what somebody is told."""

    page: Page[int, SeenNotification]
    read_up_to: int
    unread: int


@dataclass(frozen=True, slots=True)
class NotificationService:
    """The use cases of the notification room."""

    table: Table
    notifications: NotificationStore
    reader: NotificationReader
    choices: ChoiceStore
    unsubscriber: Callable[[str], int | None]
    """Tells whose digests a token stops."""
    clock: Clock

    def page(self, user_id: int, *, before: int | None, limit: int) -> Read:
        """Return a page of what somebody is told, newest first, and how much of all is unread."""
        first, read_up_to = self.table.together(
            lambda: self._newest(user_id, before, limit + 1), lambda: self.notifications.read_up_to(user_id)
        )
        page = filled(
            lambda start, count: self._newest(user_id, start, count),
            lambda notification: notification.notification_id,
            lambda found: self.reader.some(user_id, found),
            start=before,
            limit=limit,
            first=first,
        )
        known = {seen.notification.notification_id for seen in page.seen}
        return Read(page, read_up_to, self._unread(user_id, read_up_to, known))

    def unread(self, user_id: int) -> int:
        """Return how much of what somebody is told is unread."""
        return self._unread(user_id, self.notifications.read_up_to(user_id))

    def read(self, user_id: int, up_to: int) -> int:
        """Note that somebody has read one and all that are older; return how many are unread then."""
        newest_possible = ids.first_at(self.clock() + 1) - 1
        self.notifications.read(user_id, min(up_to, newest_possible))
        return self.unread(user_id)

    def chosen(self, user_id: int) -> Choices:
        """Return by which channels somebody wants to be told of what."""
        return self.choices.of(user_id)

    def choose(self, user_id: int, changes: Mapping[NotificationType, ChoiceChange]) -> Choices:
        """Change by which channels somebody wants to be told of what, and return all.

        Raises:
            Unauthenticated: the account is gone.
            Unavailable: others kept changing it.
        """
        return self.choices.change(user_id, changes)

    def unsubscribe(self, token: str) -> None:
        """Send no digests any more to whoever a token from one is for.

        Raises:
            InvalidToken: it is none.
            Unavailable: others kept changing what is wanted.
        """
        user_id = self.unsubscriber(token)
        if user_id is None:
            raise InvalidToken
        with suppress(Unauthenticated):  # who is gone is sent nothing
            self.choices.change(user_id, NO_DIGESTS)

    def _newest(self, user_id: int, before: int | None, limit: int, after: int = 0) -> list[Notification]:
        return self.notifications.newest(user_id, limit=limit, now=self.clock(), before=before, after=after)

    def _unread(self, user_id: int, read_up_to: int, known: frozenset[int] | set[int] = frozenset()) -> int:
        """Count what is unread, up to a hundred; `known` are some of which there is something to see."""
        unread = self._newest(user_id, None, UNREAD_MOST, read_up_to)
        unknown = [each for each in unread if each.notification_id not in known]
        looked_at = unknown[:LOOKED_AT]
        return len(unread) - len(looked_at) + len(self.reader.some(user_id, looked_at))
