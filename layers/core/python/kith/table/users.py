"""Accounts in the table."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from kith.domain.clock import DAY, SECOND
from kith.domain.errors import Conflict
from kith.domain.users import OwnAccount, Registration, Standing, Tally, User, UsernameTaken, UserNotFound
from kith.table import batches
from kith.table.connection import Table
from kith.table.gates import GateStore
from kith.table.items import CredentialsItem, EmailItem, Item, TallyItem, UserItem, UsernameItem
from kith.table.transactions import Check, Operation, Put, Update, write

TALLY_SHARDS_MOST = 64
NAME_KEPT = 30 * DAY


class EmailClaimChanged(Exception):  # an outcome: what was read of the claim is no longer so
    """Somebody else claimed or gave up the address meanwhile."""


class IdentifierTaken(Exception):  # an outcome: draw again
    """Two makers drew the same identifier in the same millisecond."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves that someone is an account's owner."""

    user_id: int
    password_hash: str


def email_digest(email: str) -> str:
    """Return what stands for an address in a key: it may hold any character, and is nobody's business."""
    return hashlib.sha256(email.casefold().encode()).hexdigest()


def user_of(item: UserItem) -> User:
    """Return the account that an item holds."""
    return User(
        user_id=item.values["user_id"],
        username=item.username,
        full_name=item.full_name,
        bio=item.bio,
        is_private=item.is_private,
        is_verified=item.is_verified,
        standing=Standing(item.standing),
    )


def tally_of(items: Iterable[Item]) -> Tally:
    """Return the sum of an account's counters over its shards."""
    return sum(
        (
            Tally(int(item.followers), int(item.following), int(item.posts), int(item.requests))
            for item in items
            if isinstance(item, TallyItem)
        ),
        Tally(),
    )


@dataclass(frozen=True, slots=True)
class UserStore:
    """Accounts: a verb per access pattern."""

    table: Table

    def add(self, registration: Registration, session: Put, *, now: int) -> None:
        """Store a new account and its first session, all or nothing; `now` in milliseconds.

        The address goes to whoever claims it first; a later account keeps it unclaimed, so that registering does
        not tell who is registered.

        Raises:
            UsernameTaken: somebody has the name.
            IdentifierTaken: somebody has the identifier.
            EmailClaimChanged: the address was claimed at the same moment.
        """
        user = registration.user
        user_id = user.user_id
        claim = EmailItem.at({"user_id": user_id}, digest=email_digest(registration.email))
        claimed = self.table.get(EmailItem, **claim.values) is not None
        write(
            self.table,
            Put(
                UsernameItem.at({"user_id": user_id}, username=user.username),
                UsernameItem.pk.does_not_exist() | (UsernameItem.expires_at <= now // SECOND),
                UsernameTaken(),
            ),
            Check(claim, EmailItem.pk.exists(), EmailClaimChanged())
            if claimed
            else Put(claim, EmailItem.pk.does_not_exist(), EmailClaimChanged()),
            Put(
                UserItem.at(
                    {
                        "username": user.username,
                        "full_name": user.full_name,
                        "bio": user.bio,
                        "is_private": user.is_private,
                        "is_verified": user.is_verified,
                        "standing": user.standing,
                    },
                    user_id=user_id,
                ),
                UserItem.pk.does_not_exist(),
                IdentifierTaken(),
            ),
            Put(
                CredentialsItem.at(
                    {"email": registration.email, "password_hash": registration.password_hash},
                    user_id=user_id,
                )
            ),
            Put(TallyItem.at({"is_private": user.is_private}, user_id=user_id, shard="0")),
            GateStore.making(user_id),
            session,
        )

    def by_id(self, user_id: int) -> User | None:
        """Return an account, or None."""
        item = self.table.get(UserItem, user_id=user_id)
        return None if item is None else user_of(item)

    def by_ids(self, user_ids: Iterable[int]) -> dict[int, User]:
        """Return the accounts that exist among some."""
        found = batches.get_all(self.table, [UserItem.pattern.key(user_id=user_id) for user_id in user_ids])
        users = (user_of(item) for item in found.values() if isinstance(item, UserItem))
        return {user.user_id: user for user in users}

    def tally(self, user_id: int) -> Tally:
        """Return an account's counters, exact at the moment of reading."""
        partition, _ = TallyItem.pattern.key(user_id=user_id, shard="0")
        return tally_of(self.table.query(partition, *TallyItem.pattern.sort_range, limit=TALLY_SHARDS_MOST))

    def change(self, user_id: int, *, now: int, **changes: str | bool) -> None:
        """Change what others see of an account: any of username, full_name, bio and is_private.

        A name that is given up stays its former owner's for 30 days; `now` in milliseconds.

        Raises:
            UserNotFound: the account is gone or may not act.
            UsernameTaken: somebody else has the new name.
        """
        before = self.by_id(user_id)
        if before is None:
            raise UserNotFound
        operations: list[Operation] = [
            Update(
                UserItem.at(user_id=user_id),
                [getattr(UserItem, name).set(value) for name, value in changes.items()],
                (UserItem.standing == Standing.ACTIVE) & (UserItem.username == before.username),
                UserNotFound(),
            )
        ]
        if "is_private" in changes:
            # Every shard that a follow checks.
            operations.append(
                Update(
                    TallyItem.at(user_id=user_id, shard="0"),
                    [TallyItem.is_private.set(bool(changes["is_private"]))],
                    TallyItem.pk.exists(),
                )
            )
        if changes.get("username", before.username) != before.username:
            new = UsernameItem.at({"user_id": user_id}, username=str(changes["username"]))
            free = UsernameItem.pk.does_not_exist() | (UsernameItem.expires_at <= now // SECOND)
            mine = UsernameItem.user_id == user_id
            given_up = UsernameItem.at(
                {"user_id": user_id, "expires_at": (now + NAME_KEPT) // SECOND}, username=before.username
            )
            operations += [Put(new, free | mine, UsernameTaken()), Put(given_up)]
        write(self.table, *operations)

    def change_password(self, user_id: int, former: str, new: str) -> None:
        """Replace a password's hash.

        Raises:
            Conflict: it has been replaced meanwhile.
        """
        write(
            self.table,
            Update(
                CredentialsItem.at(user_id=user_id),
                [CredentialsItem.password_hash.set(new)],
                CredentialsItem.password_hash == former,
                Conflict("The password was changed at the same time."),
            ),
        )

    def own(self, user_id: int) -> OwnAccount | None:
        """Return an account as its owner sees it, in one read."""
        user_key, credentials_key = (
            UserItem.pattern.key(user_id=user_id),
            CredentialsItem.pattern.key(user_id=user_id),
        )
        found = batches.get_all(self.table, [user_key, credentials_key])
        user, credentials = found.get(user_key), found.get(credentials_key)
        if not isinstance(user, UserItem) or not isinstance(credentials, CredentialsItem):
            return None
        return OwnAccount(user_of(user), credentials.email, credentials.email_verified)

    def id_of_username(self, username: str) -> int | None:
        """Return whose a username is; one that was given up is nobody's."""
        item = self.table.get(UsernameItem, username=username)
        return None if item is None or item.expires_at is not None else int(item.user_id)

    def id_of_email(self, email: str) -> int | None:
        """Return whose an address is."""
        item = self.table.get(EmailItem, digest=email_digest(email))
        return None if item is None else int(item.user_id)

    def credentials(self, user_id: int) -> Credentials | None:
        """Return what proves to be an account's owner, or None when there is no such account."""
        item = self.table.get(CredentialsItem, user_id=user_id)
        return None if item is None else Credentials(user_id, item.password_hash)
