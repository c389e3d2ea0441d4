"""Accounts in the table."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kith.domain.clock import SECOND
from kith.domain.errors import Conflict
from kith.domain.users import Registration, Standing, Tally, User, UsernameTaken
from kith.table import batches
from kith.table.connection import Table
from kith.table.gates import GateStore
from kith.table.items import CredentialsItem, EmailItem, Item, TallyItem, UserItem, UsernameItem
from kith.table.transactions import Check, Put, Update, write

TALLY_SHARDS_MOST = 64


class EmailClaimChanged(Exception):  # an outcome: what was read of the claim is no longer so
    """Somebody else claimed or gave up the address meanwhile."""


class IdentifierTaken(Exception):  # an outcome: draw again
    """Two makers drew the same identifier in the same millisecond."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves that someone is an account's owner."""

    user_id: int
    password_hash: str = field(repr=False)
    email: str = field(repr=False)
    email_verified: bool
    pending_email: str | None = field(repr=False)


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
        is_celebrity=item.is_celebrity,
        tally_shards=int(item.tally_shards),
        standing=Standing(item.standing),
        avatar_id=None if item.avatar_id is None else int(item.avatar_id),
    )


def credentials_of(item: CredentialsItem) -> Credentials:
    """Return the credentials that an item holds."""
    return Credentials(
        user_id=item.values["user_id"],
        password_hash=item.password_hash,
        email=item.email,
        email_verified=item.email_verified,
        pending_email=item.pending_email,
    )


def tally_of(items: Iterable[Item]) -> Tally:
    """Return the sum of an account's counters over its shards."""
    return sum(
        (
            Tally(
                int(item.followers),
                int(item.following),
                int(item.posts),
                int(item.requests),
                int(item.blocks),
                int(item.mutes),
            )
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

    def tallies(self, users: Sequence[User]) -> dict[int, Tally]:
        """Return the counters of some accounts, in one read."""
        keys = {
            user.user_id: [
                TallyItem.pattern.key(user_id=user.user_id, shard=str(shard))
                for shard in range(user.tally_shards)
            ]
            for user in users
        }
        found = batches.get_all(self.table, [key for shards in keys.values() for key in shards])
        return {
            user_id: tally_of(found[key] for key in shards if key in found)
            for user_id, shards in keys.items()
        }

    def id_of_username(self, username: str) -> int | None:
        """Return whose a username is; one that was given up is nobody's."""
        item = self.table.get(UsernameItem, username=username)
        return None if item is None or item.expires_at is not None else int(item.user_id)

    def id_of_email(self, email: str) -> int | None:
        """Return whose an address is."""
        return self.id_of_digest(email_digest(email))

    def id_of_digest(self, digest: str) -> int | None:
        """Return whose an address is, by its digest."""
        item = self.table.get(EmailItem, digest=digest)
        return None if item is None else int(item.user_id)

    def credentials(self, user_id: int) -> Credentials | None:
        """Return what proves to be an account's owner, or None when there is no such account."""
        item = self.table.get(CredentialsItem, user_id=user_id)
        return None if item is None else credentials_of(item)
