"""Lists of the follow graph over HTTP."""

from functions.connection import listing
from functions.connection.schemas import Expand, Followers, Following, Waiting
from functions.connection.service import Connections
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.listing import Asked, PageNumber, PageSize
from kith.web.paging import Cursor, Limit
from kith.web.views import PathId

door = Door("connection", gatekeeper)


@door.route("GET", "/api/v1/graph/followers/{user_id}")
def list_followers(
    user_id: PathId,
    caller: Authenticated,
    limit: Limit = 20,
    cursor: Cursor = None,
    page: PageNumber = None,
    page_size: PageSize = None,
    expand: Expand = None,
) -> Followers:
    """List who follows an account, newest first. Those whom the caller may not see are left out."""
    asked = Asked(limit, cursor, page, page_size)
    found, fields = listing.connections(caller.user_id, user_id, Connections.FOLLOWERS, asked, expand)
    return Followers.model_validate({"followers": found, **fields})


@door.route("GET", "/api/v1/graph/following/{user_id}")
def list_following(
    user_id: PathId,
    caller: Authenticated,
    limit: Limit = 20,
    cursor: Cursor = None,
    page: PageNumber = None,
    page_size: PageSize = None,
    expand: Expand = None,
) -> Following:
    """List whom an account follows, newest first. Those whom the caller may not see are left out."""
    asked = Asked(limit, cursor, page, page_size)
    found, fields = listing.connections(caller.user_id, user_id, Connections.FOLLOWING, asked, expand)
    return Following.model_validate({"following": found, **fields})


@door.route("GET", "/api/v1/graph/requests/pending")
def list_requests(
    caller: Authenticated,
    limit: Limit = 20,
    cursor: Cursor = None,
    page: PageNumber = None,
    page_size: PageSize = None,
    expand: Expand = None,
) -> Waiting:
    """List who waits to follow one, newest first."""
    asked = Asked(limit, cursor, page, page_size)
    found, fields = listing.requests(caller.user_id, asked, expand)
    return Waiting.model_validate({"requests": found, **fields})


handler = door
