"""Proving that one reads the mail of an address: by that, to have forgotten a password, and that the address is one's."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from functions.verification.mails import PASSWORD_FORGOTTEN
from kith.domain import users
from kith.domain.clock import Clock
from kith.domain.errors import Unavailable
from kith.domain.single_use import InvalidToken, Purpose, SingleUse, owner
from kith.messaging import Queue
from kith.table.connection import Table
from kith.table.proofs import Holder, ProofStore, password_mark
from kith.table.single_use import SingleUseStore
from kith.table.transactions import Update
from kith.table.users import EmailClaimChanged, email_digest

ATTEMPTS = 5


class Passwords(Protocol):
    """Hashes passwords."""

    def hashed(self, password: str) -> str:
        """Return the hash to keep of a password, or raise Invalid when it is a common one."""
        ...


class Sessions(Protocol):
    """Ends sessions."""

    def ending_all(self, user_id: int, otherwise: Exception) -> Update:
        """Return the write that ends every session of an account; it fails with `otherwise` if it may not act."""
        ...

    def forget(self, user_id: int, *, before: int) -> None:
        """Remove what is left of sessions of epochs before one."""
        ...


@dataclass(frozen=True, slots=True)
class VerificationService:
    """The use cases of verification."""

    table: Table
    tokens: SingleUseStore
    proofs: ProofStore
    sessions: Sessions
    passwords: Passwords
    mails: Queue
    charge: Callable[[str], None]
    """Counts an attempt at an account, named by a digest, and raises TooMany over the limit."""
    clock: Clock

    def forget_password(self, email: str) -> None:
        """Have a mail sent to whoever has an address. Nothing is looked up here: it takes as long for nobody.

        Raises:
            Invalid: it can be nobody's.
        """
        digest = email_digest(users.email(email))
        detail = {"message_id": uuid.uuid4().hex, "email_digest": digest}
        self.mails.send([{"detail-type": PASSWORD_FORGOTTEN, "detail": detail}])

    def reset_password(self, token: str, password: str) -> None:
        """Replace the password of a token's owner and end all their sessions.

        Raises:
            InvalidToken: the token is not for this, or not any more.
            TooMany: it was tried too often with this account.
            Invalid: the password is not acceptable; the token stays usable.
        """
        found, holder = self._opened(token, Purpose.RESET_PASSWORD)
        former = holder.credentials.password_hash
        if found.bound_to != password_mark(former):
            raise InvalidToken
        self.charge(hashlib.sha256(str(found.user_id).encode()).hexdigest())
        new = self.passwords.hashed(password)
        ending = self.sessions.ending_all(found.user_id, InvalidToken())
        self.proofs.reset_password(found, former, new, ending, now=self.clock())
        self.sessions.forget(found.user_id, before=holder.epoch + 1)

    def verify_email(self, token: str) -> None:
        """Make the address that a token proves its owner's, verified.

        Raises:
            InvalidToken: the token is not for this, or not any more.
        """
        for _ in range(ATTEMPTS):
            found, holder = self._opened(token, Purpose.VERIFY_EMAIL)
            credentials = holder.credentials
            proved = next(
                (
                    address
                    for address in (credentials.pending_email, credentials.email)
                    if address is not None and email_digest(address) == found.bound_to
                ),
                None,
            )
            if proved is None:
                raise InvalidToken
            try:
                self.proofs.verify_email(found, credentials, proved, now=self.clock())
            except EmailClaimChanged:
                continue
            return
        raise Unavailable

    def _opened(self, token: str, purpose: Purpose) -> tuple[SingleUse, Holder]:
        user_id = owner(token)
        found, holder = self.table.together(
            lambda: self.tokens.find(token, purpose, now=self.clock()), lambda: self.proofs.holder(user_id)
        )
        if holder is None:
            raise InvalidToken
        return found, holder
