"""Carrying one push to one browser: encrypted for it, and signed for its push service."""

from collections.abc import Callable
from dataclasses import dataclass

from kith.domain.pushes import PushHosts, PushSubscription
from kith.push_encryption import Once, Receiver, encrypted
from kith.push_key import PushKey
from kith.push_services import PushGone, PushServices


@dataclass(frozen=True, slots=True)
class WebPushCourier:
    """Carries pushes as browsers' makers have agreed (RFC 8030, 8291 and 8292)."""

    services: PushServices
    hosts: PushHosts
    key: Callable[[], PushKey]
    """Read once."""
    contact: str
    """Whom a push service may ask about our pushes: a `mailto:` or an `https:` address, or nothing."""

    def carry(
        self, subscription: PushSubscription, payload: bytes, *, topic: str, seconds: int, now: int
    ) -> None:
        """Send a push, to be kept for so many seconds while the browser is away; `now` in milliseconds.

        Raises:
            PushGone: the browser takes none any more, or the stage does not send there any more.
            PushPutOff: it may be taken another time; it may also have been, if the answer was lost.
            PushRefused: it never will be.
            Unavailable: the key could not be read this time.
        """
        if not self.hosts.take(subscription.endpoint):
            raise PushGone
        receiver = Receiver.of(subscription.p256dh, subscription.auth)
        headers = {
            "authorization": self.key().authorization(subscription.endpoint, contact=self.contact, now=now),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(seconds),
            "topic": topic,
            "urgency": "normal",
        }
        self.services.send(subscription.endpoint, encrypted(payload, receiver, Once.drawn()), headers)
