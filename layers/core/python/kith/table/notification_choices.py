"""By which channels people want to be told of what, in the table."""

from dataclasses import dataclass

from kith.domain.errors import Unauthenticated
from kith.domain.notifications import QUIET, Choice, Choices, NotificationType, Pace
from kith.table.connection import Table
from kith.table.items import NotificationChoicesItem, TallyItem
from kith.table.transactions import Check, Put, write


@dataclass(frozen=True, slots=True)
class ChoiceStore:
    """Choices: a verb per access pattern."""

    table: Table

    def of(self, user_id: int) -> Choices:
        """Return what somebody has chosen, of every type."""
        item = self.table.get(NotificationChoicesItem, user_id=user_id)
        kept = {} if item is None else item.chosen
        return {about: _choice(kept.get(about)) for about in NotificationType}

    def choose(self, user_id: int, choices: Choices) -> None:
        """Store what somebody has chosen.

        Raises:
            Unauthenticated: the account is gone.
        """
        kept = {
            about: {"websocket": choice.websocket, "push": choice.push, "email": choice.email}
            for about, choice in choices.items()
            if choice != QUIET
        }
        write(
            self.table,
            Put(NotificationChoicesItem.at({"chosen": kept}, user_id=user_id)),
            Check(TallyItem.at(user_id=user_id, shard="0"), TallyItem.pk.exists(), Unauthenticated()),
        )


def _choice(kept: dict[str, bool | str] | None) -> Choice:
    if kept is None:
        return QUIET
    return Choice(bool(kept["websocket"]), bool(kept["push"]), Pace(str(kept["email"])))
