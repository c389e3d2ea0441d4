"""The relationship room's collaborators, made once."""

from functools import cache

from functions.relationship.service import RelationshipService
from kith.deployment import table
from kith.table.follows import FollowStore
from kith.table.relations import RelationStore
from kith.table.users import UserStore


@cache
def service() -> RelationshipService:
    """Return the use cases."""
    return RelationshipService(table(), FollowStore(table()), RelationStore(table()), UserStore(table()))
