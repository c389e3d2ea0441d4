"""Bells over HTTP."""

from functions.bell import wiring
from functions.bell.schemas import Bell, Bells
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.paging import Cursor, Limit, Position
from kith.web.views import AuthorView, PathId

door = Door("bell", gatekeeper)


@door.route("GET", "/api/v1/notifications/bells")
def list_bells(caller: Authenticated, limit: Limit = 20, cursor: Cursor = None) -> Bells:
    """List the authors of whose new posts one is told."""
    position = Position(wiring.cursors(), "bells", caller.user_id)
    page = wiring.service().page(caller.user_id, before=position.opened(cursor), limit=limit)
    return Bells(bells=list(map(AuthorView.of, page.seen)), **position.fields(page.resume_at))


@door.route("POST", "/api/v1/notifications/bells/{user_id}")
def hang_bell(user_id: PathId, caller: Authenticated) -> Bell:
    """Be told of each new post of an account that one follows."""
    wiring.service().hang(caller.user_id, user_id)
    return Bell(user_id=user_id, bell=True)


@door.route("DELETE", "/api/v1/notifications/bells/{user_id}")
def take_bell_down(user_id: PathId, caller: Authenticated) -> Bell:
    """Be told of an account's new posts no longer."""
    wiring.service().take_down(caller.user_id, user_id)
    return Bell(user_id=user_id, bell=False)


handler = door
