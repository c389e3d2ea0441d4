"""Sending digests, one mail for each however often it is asked for, with what is still visible and unread by then.

SES knows no idempotency: a mail whose sender dies between sending it and noting so is sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from functions.digest import mails
from kith.domain import ids
from kith.domain.clock import Clock
from kith.domain.digests import Digest
from kith.domain.notifications import Notification
from kith.mailing import Mail, Mailer, MailRefused, in_ascii
from kith.table.digests import DigestStore
from kith.table.mails import MailStore
from kith.table.notification_choices import ChoiceStore
from kith.table.notification_reader import NotificationReader
from kith.table.notifications import NotificationStore
from kith.table.proofs import Holder, ProofStore
from kith.table.suppressions import SuppressionStore

PAGE: Final = 50
TOLD_MOST: Final = 50
"""Notifications in a mail, the newest; those that are not shown are counted."""
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Sender:
    """The use case of a digest that is due."""

    digests: DigestStore
    notifications: NotificationStore
    reader: NotificationReader
    choices: ChoiceStore
    proofs: ProofStore
    suppressions: SuppressionStore
    mails: MailStore
    mailer: Mailer
    report: Callable[[str], None]
    """Tells whoever watches that SES refused a mail, and why."""
    unsubscribe_token: Callable[[int], str]
    """Makes what lets whoever has it stop the digests of an account."""
    public_url: str
    api_url: str
    clock: Clock

    def send(self, digest: Digest) -> None:
        """Send a digest, if there is anything in it and it has not been sent.

        Raises:
            Unavailable: it has to be tried another time; somebody else may be sending it.
        """
        first = self.digests.close(digest)
        if first is not None and self.mails.lease(digest.message_id, now=self.clock()):
            holder = self.proofs.holder(digest.user_id)
            if holder is not None:
                self._send(digest, first, holder)
            self.mails.sent(digest.message_id, now=self.clock())
        self.digests.done(digest)

    def _send(self, digest: Digest, first: int, holder: Holder) -> None:
        token = self.unsubscribe_token(digest.user_id)
        headers = mails.unsubscribe_headers(self.api_url, token)
        try:
            address = in_ascii(holder.credentials.email)  # as SES tells of those whose mail comes back
            if self.suppressions.has(address, now=self.clock()):
                return
            mail = self._written(digest, first, holder, token)
            if mail is not None:
                self.mailer.send(address, mail, headers=headers)
        except MailRefused as refused:
            self.report(refused.reason)

    def _written(self, digest: Digest, first: int, holder: Holder, token: str) -> Mail | None:
        found = self._unread(digest, first)
        seen = self.reader.some(digest.user_id, found)
        lines = [seen[each.notification_id].text for each in found if each.notification_id in seen]
        if not lines:
            return None
        return mails.digest(
            holder.user.username,
            lines[:SHOWN],
            len(lines[SHOWN:]),
            public_url=self.public_url,
            unsubscribe_token=token,
        )

    def _unread(self, digest: Digest, first: int) -> list[Notification]:
        """Return what happened in the digest's period and has not been read, as far as it is wanted at its pace."""
        read_up_to = self.notifications.read_up_to(digest.user_id)
        choices = self.choices.of(digest.user_id)
        after, before = max(first - 1, read_up_to), ids.first_at(digest.due_at)
        wanted, is_more = list[Notification](), True
        while is_more and len(wanted) < TOLD_MOST:
            page = self.notifications.newest(
                digest.user_id, limit=PAGE, now=self.clock(), before=before, after=after
            )
            wanted += [each for each in page if choices[each.subject.type].email is digest.pace]
            is_more = len(page) == PAGE
            before = page[-1].notification_id if page else before
        return wanted[:TOLD_MOST]
