"""The digest room's collaborators, made once."""

from functools import cache, partial

from functions.digest.calendar import Calendar
from functions.digest.jobs import Jobs
from functions.digest.sending import Sender
from functions.digest.suppressing import Suppressing
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import SECOND, system_clock
from kith.domain.notifications import Pace
from kith.mailing import Mailer
from kith.messaging import Queue
from kith.metrics import DIGESTS_REFUSED
from kith.table.digests import DigestStore
from kith.table.keys import KeyStore
from kith.table.mails import MailStore
from kith.table.notification_choices import ChoiceStore
from kith.table.notification_reader import NotificationReader
from kith.table.notifications import NotificationStore
from kith.table.proofs import ProofStore
from kith.table.suppressions import SuppressionStore
from kith.telemetry import logger
from kith.tracing import measure
from kith.web.unsubscribing import token_for


@cache
def jobs() -> Jobs:
    """Return the use cases of the worker."""
    return Jobs(calendar(), sender(), Suppressing(SuppressionStore(table()), system_clock))


def calendar() -> Calendar:
    """Return what knows when digests are due."""
    return Calendar(
        digests=DigestStore(table()),
        choices=ChoiceStore(table()),
        queue=Queue(settings().digests_queue_url, aws.client("sqs")),
        periods={
            Pace.HOURLY: settings().knobs.digest_hourly_seconds * SECOND,
            Pace.DAILY: settings().knobs.digest_daily_seconds * SECOND,
        },
        clock=system_clock,
    )


def sender() -> Sender:
    """Return what sends digests."""
    return Sender(
        digests=DigestStore(table()),
        notifications=NotificationStore(table()),
        reader=NotificationReader(table()),
        choices=ChoiceStore(table()),
        proofs=ProofStore(table()),
        suppressions=SuppressionStore(table()),
        mails=MailStore(table()),
        mailer=Mailer(aws.client("sesv2"), settings().mail_from, settings().mail_configuration_set),
        report=report,
        unsubscribe_token=partial(token_for, cache(KeyStore(table()).cursor_key)),
        public_url=settings().public_url,
        api_url=settings().api_url.rstrip("/"),  # that of a REST API ends with one
        clock=system_clock,
    )


def report(reason: str) -> None:
    """Say that SES refused a mail."""
    logger("digest").warning("SES refused a digest", extra={"reason": reason})
    measure(DIGESTS_REFUSED, 1)
