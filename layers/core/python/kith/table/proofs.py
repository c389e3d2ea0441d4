"""What it changes to have read the mail of an address, in one transaction with the token that it uses up."""

import hashlib
from dataclasses import dataclass

from kith.domain.single_use import InvalidToken, SingleUse
from kith.domain.users import Standing, User
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import CredentialsItem, EmailItem, GateItem, UserItem
from kith.table.single_use import SingleUseStore
from kith.table.transactions import Check, Delete, Operation, Put, Update, write
from kith.table.users import Credentials, EmailClaimChanged, credentials_of, email_digest, user_of

PASSWORD_MARK = 32
"""Hexadecimal digits: enough to tell one hash from another."""


def password_mark(password_hash: str) -> str:
    """Return what stands for a password's hash: it changes with the password and helps nobody to find it."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:PASSWORD_MARK]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a token is."""

    user: User
    credentials: Credentials
    epoch: int
    """That of the account's sessions."""


@dataclass(frozen=True, slots=True)
class ProofStore:
    """Proofs of reading an address's mail: a verb per access pattern."""

    table: Table

    def holder(self, user_id: int) -> Holder | None:
        """Return an account that may act, in one read, or None."""
        keys = [each.pattern.key(user_id=user_id) for each in (UserItem, CredentialsItem, GateItem)]
        user, credentials, gate = map(batches.get_all(self.table, keys).get, keys)
        if (
            not isinstance(user, UserItem)
            or not isinstance(credentials, CredentialsItem)
            or not isinstance(gate, GateItem)
            or {user.standing, gate.standing} != {Standing.ACTIVE}
        ):
            return None
        return Holder(user_of(user), credentials_of(credentials), int(gate.epoch))

    def reset_password(self, token: SingleUse, former: str, new: str, ending: Update, *, now: int) -> None:
        """Replace a password's hash and end every session; `now` in milliseconds.

        Raises:
            InvalidToken: the token was used, the password was changed, or the account may not act.
        """
        write(
            self.table,
            SingleUseStore.using(token, now=now),
            Update(
                CredentialsItem.at(user_id=token.user_id),
                [CredentialsItem.password_hash.set(new)],
                CredentialsItem.password_hash == former,
                InvalidToken(),
            ),
            ending,
        )

    def verify_email(self, token: SingleUse, present: Credentials, proved: str, *, now: int) -> None:
        """Make an address the account's, verified: the pending one or the present one; `now` in milliseconds.

        Whoever claims the address and has not shown to read its mail loses it to this account; whoever has keeps it.

        Raises:
            InvalidToken: the token was used, or the account may not act.
            EmailClaimChanged: the account's or another's part in the address changed meanwhile.
        """
        user_id, digests = token.user_id, (email_digest(proved), email_digest(present.email))
        claims = self._claims(*digests)
        former = claims.get(digests[1]) if digests[0] != digests[1] else None
        given_up = [] if former is None or former.user_id != user_id else [_giving_up(former)]
        actions = [
            CredentialsItem.email.set(proved),
            CredentialsItem.email_verified.set(True),
        ]  # DynamoDB's value
        if proved == present.pending_email:
            actions.append(CredentialsItem.pending_email.remove())
        pending = CredentialsItem.pending_email
        write(
            self.table,
            SingleUseStore.using(token, now=now),
            Check(GateItem.at(user_id=user_id), GateItem.standing == Standing.ACTIVE, InvalidToken()),
            Update(
                CredentialsItem.at(user_id=user_id),
                actions,
                (CredentialsItem.email == present.email)
                & (
                    pending.does_not_exist()
                    if present.pending_email is None
                    else pending == present.pending_email
                ),
                EmailClaimChanged(),
            ),
            _claiming(claims.get(digests[0]), digests[0], user_id),
            *given_up,
        )

    def _claims(self, *digests: str) -> dict[str, EmailItem]:
        found = batches.get_all(self.table, [EmailItem.pattern.key(digest=each) for each in digests])
        return {item.values["digest"]: item for item in found.values() if isinstance(item, EmailItem)}


def _claiming(present: EmailItem | None, digest: str, user_id: int) -> Operation:
    claim = EmailItem.at({"user_id": user_id, "verified": True}, digest=digest)
    if present is None:
        return Put(claim, EmailItem.pk.does_not_exist(), EmailClaimChanged())
    verified = EmailItem.verified == True  # noqa: E712  # a condition, not a truth
    unchanged = (EmailItem.user_id == present.user_id) & (verified if present.verified else ~verified)
    if present.verified and present.user_id != user_id:
        return Check(claim, unchanged, EmailClaimChanged())
    return Put(claim, unchanged, EmailClaimChanged())


def _giving_up(claim: EmailItem) -> Delete:
    return Delete(claim, EmailItem.user_id == claim.user_id, EmailClaimChanged())
