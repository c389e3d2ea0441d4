"""The comment room's collaborators, made once."""

from functools import cache

from functions.comment.service import CommentService
from kith.deployment import table
from kith.domain.clock import system_clock
from kith.domain.ids import Identifiers
from kith.table.comments import CommentStore
from kith.table.idempotency import IdempotencyStore
from kith.table.keys import KeyStore
from kith.table.posts import PostStore
from kith.table.reader import PostReader
from kith.table.relations import RelationStore
from kith.table.users import UserStore
from kith.web.paging import Cursors


@cache
def service() -> CommentService:
    """Return the use cases."""
    return CommentService(
        table=table(),
        reader=PostReader(table()),
        posts=PostStore(table()),
        comments=CommentStore(table()),
        relations=RelationStore(table()),
        users=UserStore(table()),
        idempotency=IdempotencyStore(table()),
        new_id=Identifiers(),
        clock=system_clock,
    )


@cache
def cursors() -> Cursors:
    """Return what makes and reads cursors."""
    return Cursors(cache(KeyStore(table()).cursor_key))
