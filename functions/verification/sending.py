"""Sending the mails that events and requests ask for, one per message however often it comes.

Whoever handles a message takes a lease on its mail, and notes when it is sent. SES knows no idempotency: a mail whose
sender dies between sending it and noting so is sent again when the message comes again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from functions.verification import mails
from kith import events
from kith.domain.clock import Clock
from kith.domain.single_use import Purpose
from kith.mailing import Mail, Mailer
from kith.table.mails import MailStore
from kith.table.proofs import Holder, ProofStore, password_mark
from kith.table.single_use import SingleUseStore
from kith.table.users import UserStore, email_digest


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be: to whom, with a token bound to what, and how it is written with it."""

    to: Holder
    address: str
    purpose: Purpose
    bound_to: str
    written: Callable[[str, str, str], Mail]


@dataclass(frozen=True, slots=True)
class Sender:
    """The use case of a message that asks for a mail."""

    users: UserStore
    proofs: ProofStore
    tokens: SingleUseStore
    mails: MailStore
    mailer: Mailer
    charge: Callable[[str], None]
    """Counts a mail to an address, named by a digest, and raises TooMany over the limit."""
    public_url: str
    clock: Clock

    def handle(self, message: dict[str, Any]) -> None:
        """Send the mail that a message asks for, if it asks for one and it has not been sent.

        Raises:
            Unavailable: it has to be tried another time; somebody else may be sending it.
            TooMany: the address got too many; this one is dropped.
            MailRefused: it can never be sent.
        """
        detail = message["detail"]
        letter = self._letter(message["detail-type"], detail)
        if letter is None:
            return
        message_id = detail.get("message_id") or detail["event_id"]
        if self.mails.lease(message_id, now=self.clock()):
            self._send(letter)
            self.mails.sent(message_id, now=self.clock())

    def _letter(self, name: str, detail: dict[str, Any]) -> Letter | None:
        match name:
            case mails.PASSWORD_FORGOTTEN:
                return self._about_password(detail["email_digest"])
            case events.USER_REGISTERED:
                return self._about_present_address(detail["user_id"])
            case events.USER_UPDATED if "email" in detail["changed"]:
                return self._about_pending_address(detail["user_id"])
            case _:
                return None

    def _send(self, letter: Letter) -> None:
        self.charge(email_digest(letter.address))
        user = letter.to.user
        token = self.tokens.issue(user.user_id, letter.purpose, bound_to=letter.bound_to, now=self.clock())
        mail = letter.written(user.username, token, self.public_url)
        self.mailer.send(letter.address, mail)

    def _about_password(self, digest: str) -> Letter | None:
        user_id = self.users.id_of_digest(digest)
        holder = None if user_id is None else self.proofs.holder(user_id)
        if holder is None or email_digest(holder.credentials.email) != digest:
            return None
        bound_to = password_mark(holder.credentials.password_hash)
        return Letter(
            holder, holder.credentials.email, Purpose.RESET_PASSWORD, bound_to, mails.password_reset
        )

    def _about_present_address(self, user_id: int) -> Letter | None:
        holder = self.proofs.holder(user_id)
        if holder is None or holder.credentials.email_verified:
            return None
        return _verification(holder, holder.credentials.email)

    def _about_pending_address(self, user_id: int) -> Letter | None:
        holder = self.proofs.holder(user_id)
        if holder is None or holder.credentials.pending_email is None:
            return None
        return _verification(holder, holder.credentials.pending_email)


def _verification(holder: Holder, address: str) -> Letter:
    return Letter(holder, address, Purpose.VERIFY_EMAIL, email_digest(address), mails.email_verification)
