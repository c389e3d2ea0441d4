"""What operators decide about accounts, in the table."""

from dataclasses import dataclass

from kith.domain.users import Standing, UserNotFound
from kith.table.connection import Table
from kith.table.items import GateItem, UserItem
from kith.table.transactions import Update, write


@dataclass(frozen=True, slots=True)
class StandingStore:
    """Decisions: a verb each. A deleted account is out of reach of them all."""

    table: Table

    def change(self, user_id: int, standing: Standing) -> None:
        """Let an account act, or not: both where it is seen and at its gate, from the next request on.

        Raises:
            UserNotFound: there is no such account any more.
        """
        gone = UserNotFound()
        write(
            self.table,
            Update(
                UserItem.at(user_id=user_id),
                [UserItem.standing.set(standing)],
                UserItem.standing.is_in(Standing.ACTIVE, Standing.SUSPENDED),
                gone,
            ),
            Update(
                GateItem.at(user_id=user_id),
                [GateItem.standing.set(standing)],
                GateItem.standing.is_in(Standing.ACTIVE, Standing.SUSPENDED),
                gone,
            ),
        )

    def vouch(self, user_id: int, *, verified: bool) -> None:
        """Vouch that an account is who it says, or no longer.

        Raises:
            UserNotFound: there is no such account any more.
        """
        write(
            self.table,
            Update(
                UserItem.at(user_id=user_id),
                [UserItem.is_verified.set(verified)],
                UserItem.standing.is_in(Standing.ACTIVE, Standing.SUSPENDED),
                UserNotFound(),
            ),
        )
