"""Profiles: what accounts show of themselves."""

from dataclasses import dataclass
from typing import Any

from kith.domain import users
from kith.domain.clock import Clock
from kith.domain.errors import Invalid, Unauthenticated
from kith.domain.users import OwnAccount, Tally, User, UserNotFound
from kith.domain.visibility import can_view_author
from kith.table.connection import Table
from kith.table.users import UserStore


@dataclass(frozen=True, slots=True)
class ProfileService:
    """The use cases of profiles."""

    table: Table
    users: UserStore
    clock: Clock

    def own(self, user_id: int) -> tuple[OwnAccount, Tally]:
        """Return the caller's own account.

        Raises:
            Unauthenticated: it is gone.
        """
        account, tally = self.table.together(
            lambda: self.users.own(user_id), lambda: self.users.tally(user_id)
        )
        if account is None:
            raise Unauthenticated
        return account, tally

    def change(self, user_id: int, changes: dict[str, Any]) -> tuple[OwnAccount, Tally]:
        """Change some of username, full_name, bio and is_private, and return the account after it.

        Raises:
            Invalid: a value is not acceptable.
            UsernameTaken: somebody has the new name.
        """
        accepted = dict(changes)
        for name, accept in (
            ("username", users.username),
            ("full_name", users.full_name),
            ("bio", users.bio),
        ):
            if name in accepted:
                accepted[name] = accept(accepted[name])
        if accepted:
            self.users.change(user_id, now=self.clock(), **accepted)
        return self.own(user_id)

    def by_id(self, viewer_id: int, user_id: int) -> tuple[User, Tally]:
        """Return an account.

        Raises:
            UserNotFound: there is none, or the viewer may not know of it.
        """
        user, tally = self.table.together(
            lambda: self.users.by_id(user_id), lambda: self.users.tally(user_id)
        )
        if user is None or not can_view_author(viewer_id, user):
            raise UserNotFound
        return user, tally

    def by_username(self, viewer_id: int, username: str) -> tuple[User, Tally]:
        """Return the account that has a name.

        Raises:
            UserNotFound: there is none, or the viewer may not know of it.
        """
        try:
            user_id = self.users.id_of_username(users.username(username))
        except Invalid:
            user_id = None
        if user_id is None:
            raise UserNotFound
        return self.by_id(viewer_id, user_id)
