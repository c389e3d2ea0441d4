"""The suggestion room's collaborators, made once."""

from functools import cache

from functions.suggestion.mutuals import Mutuals
from kith.deployment import table
from kith.table.follows import FollowStore
from kith.table.friends_of_friends import FriendsOfFriends
from kith.table.relations import RelationStore
from kith.table.users import UserStore


@cache
def friends_of_friends() -> FriendsOfFriends:
    """Return the use case of suggestions."""
    return FriendsOfFriends(table(), FollowStore(table()), RelationStore(table()), UserStore(table()))


@cache
def mutuals() -> Mutuals:
    """Return the use case of mutual followers."""
    return Mutuals(table(), FollowStore(table()), RelationStore(table()), UserStore(table()))
