"""What only operators do: vouch for accounts, suspend them, and replace the keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from kith.domain import users
from kith.domain.errors import Malformed
from kith.domain.users import Standing, UserNotFound
from kith.table.standings import StandingStore
from kith.table.users import UserStore


class UnknownCommand(Malformed):
    """There is no such command."""

    code = "unknown_command"


class Rotating(Protocol):
    """Replaces the keys of access tokens."""

    def rotate(self, *, at_once: bool = False) -> bool:
        """Make the next key if it is due, or replace all at once; return whether anything was done."""
        ...


@dataclass(frozen=True, slots=True)
class OperatorService:
    """The commands. Each may be given again: what is so already stays so."""

    users: UserStore
    standings: StandingStore
    issuer: Rotating

    def carry_out(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out an order, as in `{"command": "suspend", "username": "ada"}`, and return what is so now.

        Raises:
            UserNotFound: there is no account with that name.
            UnknownCommand: there is no such command.
        """
        match order:
            case {"command": "rotate-keys", **how}:
                return {"rotated": self.issuer.rotate(at_once=bool(how.get("at_once")))}
            case {"command": "verify" | "unverify" as command, "username": str(username)}:
                user_id, verified = self._id_of(username), command == "verify"
                self.standings.vouch(user_id, verified=verified)
                return {"user_id": user_id, "is_verified": verified}
            case {"command": "suspend" | "unsuspend" as command, "username": str(username)}:
                user_id = self._id_of(username)
                standing = Standing.SUSPENDED if command == "suspend" else Standing.ACTIVE
                self.standings.change(user_id, standing)
                return {"user_id": user_id, "standing": standing}
        raise UnknownCommand(f"There is no such command: {dict(order)}.")

    def _id_of(self, username: str) -> int:
        user_id = self.users.id_of_username(users.username(username))
        if user_id is None:
            raise UserNotFound
        return user_id
