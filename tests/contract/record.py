"""What was answered in conversations, and which routes have done in them what they are for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from tests.component.routes import ROUTES, Described

OUT_OF_REACH = {
    "POST /api/v1/email/verify": "takes a code from a mail",
    "POST /api/v1/password/reset": "takes a code from a mail",
    "POST /api/v1/notifications/unsubscribe": "takes what stands in a mail",
    "GET /api/v1/downloads/{token}": "takes a token that comes when a worker has made an archive",
    "GET /media/{token}/{file}": "takes a token that comes when a worker has drawn a picture",
}
"""Routes that no conversation can bring to do what they are for, and why."""


@dataclass
class Record:
    """What was answered."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By route and status."""
    kinds: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By how the request was made up, and status."""

    def unserved(self, routes: Iterable[Described] = ROUTES) -> set[str]:
        """Return the routes that have never done what they are for."""
        served = {route for route, status in self.answers if status < HTTPStatus.BAD_REQUEST}
        return {str(route) for route in routes} - served
