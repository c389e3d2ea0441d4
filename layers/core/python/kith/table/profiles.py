"""Accounts as their owners see and change them."""

from dataclasses import dataclass
from typing import TypedDict

from kith.domain.clock import DAY, SECOND
from kith.domain.preferences import Preferences
from kith.domain.users import OwnAccount, Standing, UsernameTaken
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import (
    CredentialsItem,
    FormerNameItem,
    PreferencesItem,
    TallyItem,
    UserItem,
    UsernameItem,
)
from kith.table.transactions import Check, Delete, Operation, Put, Update, write
from kith.table.users import email_digest, user_of

NAME_KEPT = 30 * DAY
SEEN_BY_OTHERS = ("username", "full_name", "bio", "is_private")


class ProfileChanged(Exception):  # an outcome: decide again
    """The account is no longer as it was read."""


class Changes(TypedDict, total=False):
    """What an owner may change; what is not given stays."""

    username: str
    full_name: str
    bio: str
    is_private: bool
    email: str
    preferences: Preferences


@dataclass(frozen=True, slots=True)
class ProfileStore:
    """One's own account: a verb per access pattern."""

    table: Table

    def own(self, user_id: int) -> OwnAccount | None:
        """Return an account as its owner sees it, in one read, or None when it is gone."""
        keys = [each.pattern.key(user_id=user_id) for each in (UserItem, CredentialsItem, PreferencesItem)]
        user, credentials, preferences = map(batches.get_all(self.table, keys).get, keys)
        if not isinstance(user, UserItem) or not isinstance(credentials, CredentialsItem):
            return None
        return OwnAccount(
            user_of(user),
            credentials.email,
            credentials.email_verified,
            credentials.pending_email,
            preferences.chosen if isinstance(preferences, PreferencesItem) else {},
        )

    def change(self, before: OwnAccount, changes: Changes, *, now: int) -> None:
        """Change an account that is as it was read, all or nothing; `now` in milliseconds.

        A name that is given up stays its former owner's for 30 days. Another address is only noted: it becomes the
        account's when it is shown to be the owner's.

        Raises:
            UsernameTaken: somebody else has the new name.
            ProfileChanged: the account changed meanwhile, or may not act.
        """
        others = [
            *_renaming(before, changes, now),
            *_asking_for_address(before, changes),
            *_choosing(before, changes),
        ]
        given = {name: value for name, value in changes.items() if name in SEEN_BY_OTHERS}
        actions = [getattr(UserItem, name).set(value) for name, value in given.items()]
        if _asks_for_address(before, changes):
            actions.append(UserItem.email_asked_at.set(now))
        user = UserItem.at(user_id=before.user.user_id)
        same = (
            (UserItem.standing == Standing.ACTIVE)
            & (UserItem.username == before.user.username)
            & (UserItem.tally_shards == before.user.tally_shards)
        )
        if actions:
            write(self.table, Update(user, actions, same, ProfileChanged()), *others)
        elif others:
            write(self.table, Check(user, same, ProfileChanged()), *others)


def _renaming(before: OwnAccount, changes: Changes, now: int) -> list[Operation]:
    """Return the writes beside the account's own item when its name or its privacy changes."""
    user, operations = before.user, list[Operation]()
    if "is_private" in changes:
        # Every shard that a follow checks.
        operations += [
            Update(
                TallyItem.at(user_id=user.user_id, shard=str(shard)),
                [TallyItem.is_private.set(changes["is_private"])],
                TallyItem.pk.exists(),
                ProfileChanged(),
            )
            for shard in range(user.tally_shards)
        ]
    if changes.get("username", user.username) != user.username:
        new = UsernameItem.at({"user_id": user.user_id}, username=changes["username"])
        free = UsernameItem.pk.does_not_exist() | (UsernameItem.expires_at <= now // SECOND)
        mine = UsernameItem.user_id == user.user_id
        until = (now + NAME_KEPT) // SECOND
        operations += [
            Put(new, free | mine, UsernameTaken()),
            Put(UsernameItem.at({"user_id": user.user_id, "expires_at": until}, username=user.username)),
            Put(FormerNameItem.at({"expires_at": until}, user_id=user.user_id, username=user.username)),
            Delete(FormerNameItem.at(user_id=user.user_id, username=changes["username"])),
        ]
    return operations


def _asks_for_address(before: OwnAccount, changes: Changes) -> bool:
    return "email" in changes and not (
        before.email_verified and email_digest(changes["email"]) == email_digest(before.email)
    )


def _asking_for_address(before: OwnAccount, changes: Changes) -> list[Operation]:
    """Return the write that notes the address asked for; asking for the present one forgets another."""
    if "email" not in changes:
        return []
    pending = CredentialsItem.pending_email
    wanted = pending.set(changes["email"]) if _asks_for_address(before, changes) else pending.remove()
    return [
        Update(
            CredentialsItem.at(user_id=before.user.user_id),
            [wanted],
            (CredentialsItem.email == before.email)
            & (CredentialsItem.email_verified == before.email_verified),
            ProfileChanged(),
        )
    ]


def _choosing(before: OwnAccount, changes: Changes) -> list[Operation]:
    if "preferences" not in changes:
        return []
    chosen = PreferencesItem.at({"chosen": dict(changes["preferences"])}, user_id=before.user.user_id)
    same = PreferencesItem.chosen == dict(before.preferences)
    if not before.preferences:
        same = PreferencesItem.pk.does_not_exist() | same
    return [Put(chosen, same, ProfileChanged())]
