"""The post room's collaborators, made once."""

from functools import cache

from functions.post.service import PostService
from kith.deployment import settings, table
from kith.domain.clock import DAY, system_clock
from kith.domain.ids import Identifiers
from kith.table.idempotency import IdempotencyStore
from kith.table.posts import PostStore
from kith.table.relations import RelationStore


@cache
def service() -> PostService:
    """Return the use cases."""
    return PostService(
        table=table(),
        posts=PostStore(table()),
        relations=RelationStore(table()),
        idempotency=IdempotencyStore(table()),
        new_id=Identifiers(),
        clock=system_clock,
        feed_retention=settings().knobs.feed_retention_days * DAY,
    )
