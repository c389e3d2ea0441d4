"""The verification room's collaborators, made once."""

from functools import cache

from functions.verification.sending import Sender
from functions.verification.service import VerificationService
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import system_clock
from kith.limits import attempts
from kith.mailing import Mailer
from kith.messaging import Queue
from kith.table.mails import MailStore
from kith.table.proofs import ProofStore
from kith.table.single_use import SingleUseStore
from kith.table.users import UserStore


@cache
def service() -> VerificationService:
    """Return the use cases of the API."""
    # Here, because the worker has no use for what hashes passwords and reads access tokens.
    from kith.passwords import Argon2Passwords  # noqa: PLC0415  # see above
    from kith.table.sessions import SessionStore  # noqa: PLC0415  # see above

    return VerificationService(
        table=table(),
        tokens=SingleUseStore(table()),
        proofs=ProofStore(table()),
        sessions=SessionStore(table()),
        passwords=Argon2Passwords(),
        mails=Queue(settings().mail_queue_url, aws.client("sqs")),
        charge=attempts("reset"),
        clock=system_clock,
    )


@cache
def sender() -> Sender | None:
    """Return what sends mails, or None where nobody is said to send them."""
    if not settings().mail_from:
        return None
    return Sender(
        users=UserStore(table()),
        proofs=ProofStore(table()),
        tokens=SingleUseStore(table()),
        mails=MailStore(table()),
        mailer=Mailer(aws.client("sesv2"), settings().mail_from),
        charge=attempts("mail"),
        public_url=settings().public_url,
        clock=system_clock,
    )
