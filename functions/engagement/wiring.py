"""The engagement room's collaborators, made once."""

from functools import cache

from functions.engagement.service import EngagementService
from kith.deployment import table
from kith.domain.ids import Identifiers
from kith.table.counts import CountStore
from kith.table.engagements import EngagementStore
from kith.table.keys import KeyStore
from kith.table.posts import PostStore
from kith.table.reader import PostReader
from kith.table.relations import RelationStore
from kith.table.users import UserStore
from kith.web.paging import Cursors


@cache
def service() -> EngagementService:
    """Return the use cases."""
    return EngagementService(
        table=table(),
        reader=PostReader(table()),
        posts=PostStore(table()),
        engagements=EngagementStore(table()),
        relations=RelationStore(table()),
        counts=CountStore(table()),
        users=UserStore(table()),
        new_id=Identifiers(),
    )


@cache
def cursors() -> Cursors:
    """Return what makes and reads cursors."""
    return Cursors(cache(KeyStore(table()).cursor_key))
