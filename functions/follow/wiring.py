"""The follow room's collaborators, made once."""

from functools import cache

from functions.follow.service import FollowService
from kith.deployment import settings, table
from kith.domain.clock import DAY, system_clock
from kith.table.follows import FollowStore
from kith.table.users import UserStore


@cache
def service() -> FollowService:
    """Return the use cases."""
    return FollowService(
        table=table(),
        follows=FollowStore(table()),
        users=UserStore(table()),
        clock=system_clock,
        max_following=settings().knobs.max_following,
        feed_retention=settings().knobs.feed_retention_days * DAY,
    )
