"""The web_push room's collaborators, made once."""

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from functions.web_push.notices import Notices
from functions.web_push.sending import Courier, Sender
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import system_clock
from kith.domain.pushes import PushHosts, PushSubscription
from kith.limits import attempts
from kith.metrics import PUSHES_REFUSED
from kith.push_services import PushServices, http_client
from kith.table.announcements import AnnouncementReader
from kith.table.live_sessions import LiveSessions
from kith.table.push_subscriptions import PushSubscriptionStore
from kith.table.pushes import PushStore
from kith.table.websockets import WebsocketStore
from kith.telemetry import logger
from kith.tracing import measure
from kith.vault import Vault

if TYPE_CHECKING:
    from functions.web_push.service import WebPushService


@cache
def service() -> "WebPushService":
    """Return the use cases of the API."""
    # Here, because the worker reads keys only when it sends something.
    from functions.web_push.service import WebPushService  # noqa: PLC0415  # see above
    from kith.push_key import KeptPushKey  # noqa: PLC0415  # see above

    key = KeptPushKey(vault())
    return WebPushService(PushSubscriptionStore(table()), hosts(), cache(key.made), system_clock)


@cache
def sender() -> Sender:
    """Return what sends pushes."""
    charge = attempts("push")
    return Sender(
        table=table(),
        subscriptions=PushSubscriptionStore(table()),
        sessions=LiveSessions(table()),
        pushes=PushStore(table()),
        notices=notices(),
        courier=courier(),
        charge=lambda user_id: charge(hashlib.sha256(str(user_id).encode()).hexdigest()),
        report=report,
        clock=system_clock,
    )


def notices() -> Notices:
    """Return what tells of notifications."""
    return Notices(AnnouncementReader(table()), is_online)


def is_online(user_id: int) -> bool:
    """Tell whether somebody has a websocket just now that may be there."""
    websockets = WebsocketStore(table())
    return bool(websockets.permitted(websockets.of_account(user_id), now=system_clock()))


def report(browser: PushSubscription, status: int) -> None:
    """Say that a push service refused a push: it may be our key that it does not take, or our form."""
    logger("web_push").warning("a push was refused", extra={"host": browser.host, "status": status})
    measure(PUSHES_REFUSED, 1)


@cache
def courier() -> Courier:
    """Return what carries pushes."""
    from functions.web_push.courier import WebPushCourier  # noqa: PLC0415  # it takes long to import
    from kith.push_key import KeptPushKey  # noqa: PLC0415  # the same

    return WebPushCourier(PushServices(http_client()), hosts(), cache(KeptPushKey(vault()).found), contact())


@cache
def hosts() -> PushHosts:
    """Return whom pushes may be sent to."""
    chosen = settings()
    return PushHosts(tuple(chosen.push_hosts.split()), takes_this_machine=bool(chosen.push_to_this_machine))


def contact() -> str:
    """Return whom push services may ask about our pushes."""
    chosen = settings()
    if chosen.mail_from:
        return f"mailto:{chosen.mail_from}"
    return chosen.public_url if chosen.public_url.startswith("https://") else ""


def vault() -> Vault:
    """Return where the key is kept."""
    return Vault(settings().push_secret_name, aws.client("secretsmanager"))
