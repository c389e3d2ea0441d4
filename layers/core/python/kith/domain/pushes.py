"""Where browsers take pushes: addresses at their makers' push services, and nowhere else.

Whoever subscribes says where a server is to send to. One that sends wherever it is told reaches what only it can
(OWASP, Server-Side Request Forgery), so an address is taken at known hosts only, in the one spelling that browsers have.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from kith.domain.errors import Invalid

ENDPOINT_MOST: Final = 2_000
PLACES: Final = tuple("0123456789")
"""Where an account keeps its subscriptions, one in each."""
KNOWN_HOSTS: Final = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
    "web.push.apple.com",
    "*.push.apple.com",
)
"""Of Chrome, Edge and those made of it; of Firefox, of Edge and of Safari."""

_PATH: Final = r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*"
_ENDPOINT: Final = re.compile(rf"https://([a-z0-9-]+(?:\.[a-z0-9-]+)+){_PATH}")
"""No name or password, no port, no fragment, and no character that one reader might take for another."""
_ON_THIS_MACHINE: Final = re.compile(rf"http://(127\.0\.0\.1|localhost):[0-9]{{1,5}}{_PATH}")


@dataclass(frozen=True, slots=True)
class PushHosts:
    """Whom pushes may be sent to: known hosts and further ones, each a name or, as `*.push.example`, all names under one."""

    further: tuple[str, ...] = ()
    takes_this_machine: bool = False
    """Over plain HTTP, as a push service stands that only tests know."""

    def take(self, endpoint: str) -> bool:
        """Tell whether an address may be sent to."""
        if len(endpoint) > ENDPOINT_MOST:
            return False
        if self.takes_this_machine and _ON_THIS_MACHINE.fullmatch(endpoint):
            return True
        found = _ENDPOINT.fullmatch(endpoint)
        return found is not None and any(_is_of(found[1], each) for each in (*KNOWN_HOSTS, *self.further))

    def check(self, endpoint: str) -> None:
        """Check an address that somebody gives.

        Raises:
            Invalid: it may not be sent to.
        """
        if not self.take(endpoint):
            raise Invalid.because("endpoint", "must be an address at a push service that is known here")


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """That a browser takes pushes for an account, while a session of it lasts; times in milliseconds."""

    user_id: int
    endpoint: str
    p256dh: str
    auth: str
    session_id: str
    created_at: int
    expires_at: int | None = None
    """When the browser will have forgotten it, if it says so."""
    place: str = ""
    """Which of its account's places it has."""

    @property
    def subscription_id(self) -> str:
        """Its name: who knows the address itself may send to it."""
        return digest_of(self.endpoint)

    @property
    def host(self) -> str:
        """Whose push service it is at."""
        return self.endpoint.split("/")[2]

    def push_id(self, notification_id: int) -> str:
        """Return the name of the one push that tells it of a notification; it tells of neither."""
        named = f"{self.user_id} {notification_id} {self.subscription_id}"
        return hashlib.sha256(named.encode()).hexdigest()


def digest_of(endpoint: str) -> str:
    """Return what stands for an address where it need not be known."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _is_of(host: str, named: str) -> bool:
    return host == named or (named.startswith("*.") and host.endswith(named[1:]))
