"""The profile room's collaborators, made once."""

from functools import cache

from functions.profile.service import ProfileService
from kith.deployment import table
from kith.domain.clock import system_clock
from kith.table.profiles import ProfileStore
from kith.table.relations import RelationStore
from kith.table.users import UserStore


@cache
def service() -> ProfileService:
    """Return the use cases."""
    return ProfileService(
        table(), UserStore(table()), RelationStore(table()), ProfileStore(table()), system_clock
    )
