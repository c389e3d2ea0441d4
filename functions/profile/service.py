"""Profiles: what accounts show of themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from kith.domain import preferences, users
from kith.domain.clock import Clock
from kith.domain.errors import Invalid, Unauthenticated, Unavailable
from kith.domain.users import OwnAccount, Tally, User, UserNotFound
from kith.domain.visibility import can_view_author
from kith.table.connection import Table
from kith.table.profiles import Changes, ProfileChanged, ProfileStore
from kith.table.relations import RelationStore
from kith.table.users import UserStore

ATTEMPTS = 5

ACCEPTED: Final[Mapping[str, Callable[[str], str]]] = {
    "username": users.username,
    "full_name": users.full_name,
    "bio": users.bio,
    "email": users.email,
}
"""How each text is accepted."""


@dataclass(frozen=True, slots=True)
class ProfileService:
    """The use cases of profiles."""

    table: Table
    users: UserStore
    relations: RelationStore
    profiles: ProfileStore
    clock: Clock

    def own(self, user_id: int) -> tuple[OwnAccount, Tally]:
        """Return the caller's own account.

        Raises:
            Unauthenticated: it is gone.
        """
        account, tally = self.table.together(
            lambda: self.profiles.own(user_id), lambda: self.users.tally(user_id)
        )
        if account is None:
            raise Unauthenticated
        return account, tally

    def change(self, user_id: int, changes: dict[str, Any]) -> tuple[OwnAccount, Tally]:
        """Change some of username, full_name, bio, is_private, email and preferences; return the account after it.

        Raises:
            Invalid: a value is not acceptable.
            UsernameTaken: somebody has the new name.
            Unauthenticated: the account is gone.
        """
        accepted: dict[str, Any] = {
            name: ACCEPTED[name](value) if name in ACCEPTED else value for name, value in changes.items()
        }
        for _ in range(ATTEMPTS):
            before = self.profiles.own(user_id)
            if before is None or not before.user.is_active:
                raise Unauthenticated
            wanted = dict(accepted)
            if "preferences" in wanted:
                wanted["preferences"] = preferences.merged(before.preferences, wanted["preferences"])
            try:
                self.profiles.change(before, cast("Changes", wanted), now=self.clock())
            except ProfileChanged:
                continue
            return self.own(user_id)
        raise Unavailable

    def by_id(self, viewer_id: int, user_id: int) -> tuple[User, Tally]:
        """Return an account.

        Raises:
            UserNotFound: there is none, or the viewer may not know of it.
        """
        known, tally = self.table.together(
            lambda: self.relations.known(viewer_id, [user_id]), lambda: self.users.tally(user_id)
        )
        if user_id not in known or not can_view_author(viewer_id, *known[user_id]):
            raise UserNotFound
        return known[user_id][0], tally

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
