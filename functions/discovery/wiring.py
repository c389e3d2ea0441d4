"""The discovery room's collaborators, made once."""

from functools import cache

from functions.discovery.accounts import RecommendedAccounts
from functions.discovery.finding import Finder
from functions.discovery.posts import RecommendedPosts
from kith.deployment import table
from kith.domain.clock import system_clock
from kith.table.engagements import EngagementStore
from kith.table.follows import FollowStore
from kith.table.friends_of_friends import FriendsOfFriends
from kith.table.keys import KeyStore
from kith.table.post_lists import PostListStore
from kith.table.reader import PostReader
from kith.table.recommendations import RecommendationStore
from kith.table.relations import RelationStore
from kith.table.trends import TrendStore
from kith.table.users import UserStore
from kith.web.paging import Cursors


@cache
def finder() -> Finder:
    """Return what finds posts."""
    return Finder(
        table=table(),
        engagements=EngagementStore(table()),
        lists=PostListStore(table()),
        reader=PostReader(table()),
        relations=RelationStore(table()),
        trends=TrendStore(table()),
        clock=system_clock,
    )


@cache
def posts() -> RecommendedPosts:
    """Return the use case of discovering posts."""
    return RecommendedPosts(
        table(), finder(), RecommendationStore(table()), PostReader(table()), system_clock
    )


@cache
def accounts() -> RecommendedAccounts:
    """Return the use case of discovering accounts."""
    users, relations = UserStore(table()), RelationStore(table())
    friends = FriendsOfFriends(table(), FollowStore(table()), relations, users)
    return RecommendedAccounts(friends, finder(), PostReader(table()), relations, users)


@cache
def cursors() -> Cursors:
    """Return what makes and reads cursors."""
    return Cursors(cache(KeyStore(table()).cursor_key))
