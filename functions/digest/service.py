"""Wanting no digests any more, shown by what stands in one."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from kith.domain.errors import Unauthenticated
from kith.domain.notifications import ChoiceChange, NotificationType, Pace
from kith.domain.single_use import InvalidToken
from kith.table.notification_choices import ChoiceStore

NONE_BY_MAIL: Final = dict.fromkeys(NotificationType, ChoiceChange(email=Pace.OFF))


@dataclass(frozen=True, slots=True)
class DigestService:
    """The use case of the API."""

    choices: ChoiceStore
    owner: Callable[[str], int | None]
    """Tells whose digests a token stops."""

    def unsubscribe(self, token: str) -> None:
        """Send no digests any more to whoever a token from one is for.

        Raises:
            InvalidToken: it is none.
            Unavailable: others kept changing what is wanted.
        """
        user_id = self.owner(token)
        if user_id is None:
            raise InvalidToken
        with suppress(Unauthenticated):  # who is gone is sent nothing
            self.choices.change(user_id, NONE_BY_MAIL)
