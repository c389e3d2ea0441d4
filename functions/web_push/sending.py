"""Telling the browsers of an account that there is a notification: one push for each, however often the event comes.

Whoever sends a push takes a lease on it first, and notes when it is sent. Push services know no idempotency: a push
whose sender dies between sending it and noting so is sent again. Its topic is the same, so that it takes the first one's
place where that has not arrived; noting first would lose it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from functions.web_push import messages
from functions.web_push.notices import Notices
from kith.domain.clock import DAY, SECOND, Clock, milliseconds
from kith.domain.errors import TooMany
from kith.domain.pushes import PushSubscription
from kith.events import NOTIFICATION_CREATED
from kith.push_services import PushGone, PushPutOff, PushRefused
from kith.table.connection import Table
from kith.table.live_sessions import LiveSessions
from kith.table.push_subscriptions import PushSubscriptionStore
from kith.table.pushes import PushStore

WORTH_TELLING = 1 * DAY
"""From when it happened: a push that comes later than that tells nobody anything new."""


class Courier(Protocol):
    """Carries pushes."""

    def carry(
        self, subscription: PushSubscription, payload: bytes, *, topic: str, seconds: int, now: int
    ) -> None:
        """Send a push, to be kept for so many seconds; raise PushGone, PushPutOff or PushRefused where it is not taken."""
        ...


@dataclass(frozen=True, slots=True)
class Push:
    """What is sent to each of an account's browsers."""

    notification_id: int
    payload: bytes
    topic: str
    seconds: int
    """For how long push services keep it while a browser is away."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The use case of an event that tells of a notification."""

    table: Table
    subscriptions: PushSubscriptionStore
    sessions: LiveSessions
    pushes: PushStore
    notices: Notices
    courier: Courier
    charge: Callable[[int], None]
    """Counts a push to an account, and raises TooMany over the limit."""
    report: Callable[[PushSubscription, int], None]
    """Tells whoever watches that a push service refused a push, and with which status."""
    clock: Clock

    def handle(self, message: dict[str, Any]) -> None:
        """Send the pushes that an event asks for, of those that have not been sent.

        Raises:
            Unavailable: some have to be tried another time; somebody else may be sending them.
        """
        if message["detail-type"] != NOTIFICATION_CREATED:
            return
        detail = message["detail"]
        user_id, notification_id = int(detail["user_id"]), int(detail["notification_id"])
        left = WORTH_TELLING - (self.clock() - milliseconds(detail["timestamp"]))
        browsers = self._browsers_of(user_id) if left >= SECOND else []
        if not browsers:
            return
        told = self.notices.told(user_id, notification_id)
        if told is None:
            return
        push = Push(
            notification_id,
            messages.payload(notification_id, told),
            messages.topic(user_id, told),
            min(left, WORTH_TELLING) // SECOND,
        )
        self.table.all_of([partial(self._send_once, push, each) for each in browsers])

    def _browsers_of(self, user_id: int) -> list[PushSubscription]:
        """Return where an account takes pushes, and forget where a session has ended: nobody may be there any more."""
        now = self.clock()
        found = self.subscriptions.of_user(user_id, now=now)
        if not found:
            return []
        alive = self.sessions.among(user_id, {each.session_id for each in found}, now=now)
        if alive is None:
            return []  # suspended, and maybe not for good; what is deleted is erased by others
        for each in found:
            if each.session_id not in alive:
                self.subscriptions.drop(each)
        return [each for each in found if each.session_id in alive]

    def _send_once(self, push: Push, browser: PushSubscription) -> None:
        push_id = browser.push_id(push.notification_id)
        if not self.pushes.lease(push_id, now=self.clock()):
            return
        try:
            self.charge(browser.user_id)
            self.courier.carry(
                browser, push.payload, topic=push.topic, seconds=push.seconds, now=self.clock()
            )
        except PushPutOff as put_off:
            now = self.clock()
            self.pushes.put_off(push_id, until=now + put_off.pause, now=now)
            raise
        except PushGone:
            self.subscriptions.drop(browser)
        except PushRefused as refused:
            self.report(browser, refused.status)
        except TooMany:
            pass  # it stands in the list of notifications all the same
        self.pushes.sent(push_id, now=self.clock())
