"""Who follows both of two accounts.

Exact whenever one of the two has at most LISTED followers and at most KNOWN follow both. Beyond that, the newest LISTED
followers of the one that has fewer are looked at, and the first KNOWN of them that follow both are told: a lower bound.
"""

from dataclasses import dataclass

from kith.domain.users import UserNotFound
from kith.domain.visibility import can_view_author, can_view_connections
from kith.table.connection import Table
from kith.table.follows import FollowStore
from kith.table.items import FollowerItem
from kith.table.relations import RelationStore
from kith.table.users import UserStore

LISTED = 500
"""Newest followers of each that are read: 2 calls, up to 10 read units each, beside one for the other account. If these
are not all, up to as many are looked up by name, a read unit each, 100 a call."""
KNOWN = 200
"""How many that follow both are told of at most: two read units each, 50 a call."""


@dataclass(frozen=True, slots=True)
class _Side:
    user_id: int
    followers: list[int]
    """The newest first, one more than LISTED if there are more."""

    @property
    def is_whole(self) -> bool:
        return len(self.followers) <= LISTED


@dataclass(frozen=True, slots=True)
class Mutuals:
    """The use case of mutual followers."""

    table: Table
    follows: FollowStore
    relations: RelationStore
    users: UserStore

    def between(self, caller_id: int, other_id: int) -> list[int]:
        """Return who follows both the caller and another account, the newest followers first.

        Two sequential round trips, up to four when one of them has very many followers.

        Raises:
            UserNotFound: there is no such account, or the caller may not see its followers.
        """
        (mine, theirs), known = self.table.together(
            lambda: self.table.all_of([lambda: self._side(caller_id), lambda: self._side(other_id)]),
            lambda: self.relations.known(caller_id, [other_id]),
        )
        if other_id not in known or not can_view_connections(caller_id, *known[other_id]):
            raise UserNotFound
        found = self._common(mine, theirs)[:KNOWN]
        # Whom a private account follows is not told by what it has in common with others either.
        accounts = self.relations.known(caller_id, found)
        shows = can_view_author if other_id == caller_id else can_view_connections
        return [each for each in found if each in accounts and shows(caller_id, *accounts[each])]

    def _side(self, user_id: int) -> _Side:
        return _Side(user_id, self.follows.newest_ids(FollowerItem, user_id, limit=LISTED + 1))

    def _common(self, mine: _Side, theirs: _Side) -> list[int]:
        both = set(mine.followers) & set(theirs.followers)
        walked, other = (mine, theirs) if self._is_shorter(mine, theirs) else (theirs, mine)
        followers = walked.followers[:LISTED]
        if not other.is_whole:
            both |= self.relations.follow_among(set(followers) - both, other.user_id)
        return [each for each in followers if each in both]

    def _is_shorter(self, side: _Side, than: _Side) -> bool:
        if side.is_whole or than.is_whole:
            return side.is_whole
        one, other = self.table.together(
            lambda: self.users.tally(side.user_id), lambda: self.users.tally(than.user_id)
        )
        return one.followers <= other.followers
