"""The block room's collaborators, made once."""

from functools import cache

from functions.block.service import BlockService
from kith.deployment import settings, table
from kith.domain.clock import DAY, system_clock
from kith.domain.ids import Identifiers
from kith.table.follows import FollowStore
from kith.table.keys import KeyStore
from kith.table.relations import RelationStore
from kith.table.users import UserStore
from kith.web.paging import Cursors


@cache
def service() -> BlockService:
    """Return the use cases."""
    return BlockService(
        table=table(),
        follows=FollowStore(table()),
        relations=RelationStore(table()),
        users=UserStore(table()),
        new_id=Identifiers(),
        clock=system_clock,
        feed_retention=settings().knobs.feed_retention_days * DAY,
    )


@cache
def cursors() -> Cursors:
    """Return what makes and reads cursors."""
    return Cursors(cache(KeyStore(table()).cursor_key))
