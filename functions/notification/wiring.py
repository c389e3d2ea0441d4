"""The notification room's collaborators, made once."""

import hashlib
from functools import cache, partial
from typing import TYPE_CHECKING

from functions.notification.noticing import Noticer
from functions.notification.service import NotificationService
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import SECOND, system_clock
from kith.domain.ids import Identifiers
from kith.limits import attempts
from kith.messaging import Queue
from kith.table.bells import BellStore
from kith.table.keys import KeyStore
from kith.table.notification_choices import ChoiceStore
from kith.table.notification_reader import NotificationReader
from kith.table.notifications import NotificationStore
from kith.table.posts import PostStore
from kith.table.relations import RelationStore

if TYPE_CHECKING:
    from kith.web.paging import Cursors

BUDGET = 3 * SECOND
"""Of each message of a batch of ten: all of them are done well within what the worker has."""


@cache
def service() -> NotificationService:
    """Return the use cases of the API."""
    from kith.web import unsubscribing  # noqa: PLC0415  # the worker has no use for it

    return NotificationService(
        table=table(),
        notifications=NotificationStore(table()),
        reader=NotificationReader(table()),
        choices=ChoiceStore(table()),
        unsubscriber=partial(unsubscribing.owner, cache(KeyStore(table()).cursor_key)),
        clock=system_clock,
    )


@cache
def cursors() -> "Cursors":
    """Return what makes and reads cursors."""
    from kith.web.paging import Cursors  # noqa: PLC0415  # the worker has no use for it

    return Cursors(cache(KeyStore(table()).cursor_key))


@cache
def noticer() -> Noticer:
    """Return the use case of the worker."""
    charge = attempts("notice")
    return Noticer(
        table=table(),
        posts=PostStore(table()),
        relations=RelationStore(table()),
        reader=NotificationReader(table()),
        notifications=NotificationStore(table()),
        bells=BellStore(table()),
        queue=Queue(settings().notices_queue_url, aws.client("sqs")),
        charge=lambda user_id, actor_id: charge(_digest(user_id, actor_id)),
        new_id=Identifiers(),
        clock=system_clock,
        budget=BUDGET,
    )


def _digest(user_id: int, actor_id: int) -> str:
    return hashlib.sha256(f"notice {user_id} {actor_id}".encode()).hexdigest()
