"""Tickets for websockets, over HTTP."""

from functions.realtime import wiring
from functions.realtime.schemas import TicketView
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door

door = Door("realtime", gatekeeper)


@door.route("POST", "/api/v1/realtime/ticket")
def issue_ticket(caller: Authenticated) -> TicketView:
    """Get a ticket for one websocket: connect to `url?ticket=...` within 30 seconds.

    A browser cannot send an access token with a websocket, and an address must not hold one. A handshake with a ticket
    that is used up, too old or none is refused with 401. The websocket then sends JSON:
    `{"type": "notification", "notification"}` when you are told of something, as in the list of notifications but without
    avatars; `{"type": "media", "media_id", "status"}` when a picture or video of yours is `ready` or `rejected`; and
    `{"type": "feed", "post_id", "user_id"}` when somebody whom you follow has published. Send `{"type": "ping"}` every few minutes, which is answered alike:
    after ten minutes of silence it is closed, and after two hours in any case. It is closed as well when your session
    ends, and when you open more than ten: then the oldest is. What happens while you have none is not told later.
    """
    return TicketView.of(wiring.tickets().issue(caller))


handler = door
