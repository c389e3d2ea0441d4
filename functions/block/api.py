"""Blocking and muting over HTTP."""

from functions.block import listing, wiring
from functions.block.schemas import Blocks, Done, Mutes
from functions.block.service import Kept
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.listing import Asked, PageNumber, PageSize
from kith.web.paging import Cursor, Limit
from kith.web.views import PathId

door = Door("block", gatekeeper)


@door.route("POST", "/api/v1/graph/block/{user_id}")
def block(user_id: PathId, caller: Authenticated) -> Done:
    """Block an account: neither follows, sees or hears of the other from now on. It is not told."""
    wiring.service().block(caller.user_id, user_id)
    return Done(status="blocked", message="You and this account are out of each other's sight.")


@door.route("DELETE", "/api/v1/graph/block/{user_id}")
def unblock(user_id: PathId, caller: Authenticated) -> Done:
    """Block an account no longer. Who followed whom does not come back."""
    wiring.service().unblock(caller.user_id, user_id)
    return Done(status="none", message="You do not block this account.")


@door.route("POST", "/api/v1/graph/mute/{user_id}")
def mute(user_id: PathId, caller: Authenticated) -> Done:
    """Keep an account's posts out of one's feed. It is not told."""
    wiring.service().mute(caller.user_id, user_id)
    return Done(status="muted", message="This account's posts are kept out of your feed.")


@door.route("DELETE", "/api/v1/graph/mute/{user_id}")
def unmute(user_id: PathId, caller: Authenticated) -> Done:
    """Let an account's posts into one's feed again."""
    wiring.service().unmute(caller.user_id, user_id)
    return Done(status="none", message="You do not mute this account.")


@door.route("GET", "/api/v1/graph/blocks")
def list_blocks(
    caller: Authenticated,
    limit: Limit = 20,
    cursor: Cursor = None,
    page: PageNumber = None,
    page_size: PageSize = None,
) -> Blocks:
    """List whom one blocks, newest first."""
    kept, fields = listing.kept(caller.user_id, Kept.BLOCKS, Asked(limit, cursor, page, page_size))
    return Blocks.model_validate({"blocks": kept, **fields})


@door.route("GET", "/api/v1/graph/mutes")
def list_mutes(
    caller: Authenticated,
    limit: Limit = 20,
    cursor: Cursor = None,
    page: PageNumber = None,
    page_size: PageSize = None,
) -> Mutes:
    """List whom one mutes, newest first."""
    kept, fields = listing.kept(caller.user_id, Kept.MUTES, Asked(limit, cursor, page, page_size))
    return Mutes.model_validate({"mutes": kept, **fields})


handler = door
