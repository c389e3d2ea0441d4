"""By which channels people want to be told of what, in the table."""

from collections.abc import Mapping
from dataclasses import dataclass

from kith.domain.errors import Unauthenticated, Unavailable
from kith.domain.notifications import QUIET, Choice, ChoiceChange, Choices, NotificationType, Pace, chosen
from kith.table.connection import Table
from kith.table.items import NotificationChoicesItem, TallyItem
from kith.table.transactions import Check, ConditionFailed, Put, write

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class ChoiceStore:
    """Choices: a verb per access pattern."""

    table: Table

    def of(self, user_id: int) -> Choices:
        """Return what somebody has chosen, of every type."""
        return _choices(self.table.get(NotificationChoicesItem, user_id=user_id))

    def change(self, user_id: int, changes: Mapping[NotificationType, ChoiceChange]) -> Choices:
        """Store what somebody chooses anew, and return all; what others choose at the same time is kept.

        Raises:
            Unauthenticated: the account is gone.
            Unavailable: others kept changing it.
        """
        for _ in range(ATTEMPTS):
            before = self.table.get(NotificationChoicesItem, user_id=user_id)
            choices = chosen(_choices(before), changes)
            if before is not None and _kept(choices) == before.chosen:
                return choices
            as_read = (
                NotificationChoicesItem.pk.does_not_exist()
                if before is None
                else NotificationChoicesItem.chosen == before.chosen
            )
            kept = NotificationChoicesItem.at({"chosen": _kept(choices)}, user_id=user_id)
            alive = Check(TallyItem.at(user_id=user_id, shard="0"), TallyItem.pk.exists(), Unauthenticated())
            try:
                write(self.table, alive, Put(kept, as_read))
            except ConditionFailed:
                continue
            return choices
        raise Unavailable


def _choices(item: NotificationChoicesItem | None) -> Choices:
    kept = {} if item is None else item.chosen
    return {about: _choice(kept.get(about)) for about in NotificationType}


def _kept(choices: Choices) -> dict[str, dict[str, bool | str]]:
    """Return what is stored of choices: those that are not as if nobody had chosen."""
    return {
        about.value: {"websocket": choice.websocket, "push": choice.push, "email": choice.email.value}
        for about, choice in choices.items()
        if choice != QUIET
    }


def _choice(kept: dict[str, bool | str] | None) -> Choice:
    if kept is None:
        return QUIET
    return Choice(bool(kept["websocket"]), bool(kept["push"]), Pace(str(kept["email"])))
