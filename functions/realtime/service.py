"""Tickets: who is calling over HTTP may open one websocket a moment later."""

from dataclasses import dataclass

from kith.domain.clock import SECOND, Clock
from kith.domain.errors import NotFound
from kith.domain.single_use import LIFETIME, Purpose
from kith.table.single_use import SingleUseStore
from kith.tokens import Caller


class NoWebsockets(NotFound):
    """The deployment has no websockets."""

    code = "no_websockets"
    message = "This deployment has no websockets."


@dataclass(frozen=True, slots=True)
class Ticket:
    """What opens one websocket."""

    token: str
    url: str
    expires_in: int
    """Seconds."""


@dataclass(frozen=True, slots=True)
class TicketService:
    """The use case of whoever wants a websocket."""

    tickets: SingleUseStore
    url: str
    """Where clients open websockets; empty where there are none."""
    clock: Clock

    def issue(self, caller: Caller) -> Ticket:
        """Return a ticket that is bound to the caller's session.

        Raises:
            NoWebsockets: there is nothing to open.
            UserNotFound: the account may not act any more.
        """
        if not self.url:
            raise NoWebsockets
        purpose = Purpose.OPEN_WEBSOCKET
        token = self.tickets.issue(caller.user_id, purpose, bound_to=caller.session_id, now=self.clock())
        return Ticket(token, self.url, LIFETIME[purpose] // SECOND)
