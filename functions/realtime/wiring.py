"""The realtime room's collaborators, made once."""

from functools import cache
from typing import TYPE_CHECKING

from functions.realtime.bulletins import Bulletins
from functions.realtime.jobs import Jobs
from functions.realtime.messenger import Messenger
from functions.realtime.news import News
from functions.realtime.visits import Departures, Visits
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import SECOND, system_clock
from kith.messaging import Queue
from kith.table.announcements import AnnouncementReader
from kith.table.follows import FollowStore
from kith.table.frames import FrameStore
from kith.table.presence import PresenceStore
from kith.table.reader import PostReader
from kith.table.relations import RelationStore
from kith.table.single_use import SingleUseStore
from kith.table.users import UserStore
from kith.table.websockets import WebsocketStore
from kith.websockets import Switchboard

if TYPE_CHECKING:
    from functions.realtime.service import TicketService

BUDGET = 10 * SECOND
"""A third of what a worker has: a page begun before it is over ends well within the rest."""


@cache
def tickets() -> "TicketService":
    """Return the use case of the API."""
    # Here, because what websockets and events wake has no use for what reads access tokens.
    from functions.realtime.service import TicketService  # noqa: PLC0415  # see above

    return TicketService(SingleUseStore(table()), settings().websocket_url, system_clock)


@cache
def messenger() -> Messenger:
    """Return what reaches who is online."""
    return Messenger(
        table=table(),
        websockets=WebsocketStore(table()),
        frames=FrameStore(table()),
        switchboard=Switchboard(aws.websocket_client(settings().websocket_endpoint)),
        clock=system_clock,
    )


@cache
def visits() -> Visits:
    """Return what sees to connections."""
    return Visits(SingleUseStore(table()), WebsocketStore(table()), messenger(), system_clock)


@cache
def departures() -> Departures:
    """Return what sees to the ends of connections; it is told of no address to send to."""
    return Departures(WebsocketStore(table()), system_clock)


@cache
def jobs() -> Jobs:
    """Return what sees to events."""
    news = News(
        table=table(),
        presence=PresenceStore(table()),
        follows=FollowStore(table()),
        relations=RelationStore(table()),
        users=UserStore(table()),
        reader=PostReader(table()),
        messenger=messenger(),
        queue=Queue(settings().realtime_queue_url, aws.client("sqs")),
        clock=system_clock,
        budget=BUDGET,
    )
    return Jobs(messenger(), news, Bulletins(AnnouncementReader(table()), messenger()))
