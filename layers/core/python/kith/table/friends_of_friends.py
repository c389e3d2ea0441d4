"""Whom to follow next: friends of friends, those first whom one has most friends in common with.

What `suggested` reads does not grow with the graph beyond the constants below: at most 2 + ROUNDS round trips, and
2 + FRIENDS calls besides those of the rounds.
"""

import heapq
from collections import defaultdict
from dataclasses import dataclass
from functools import partial

from kith.domain.visibility import can_view_author, can_view_connections
from kith.table.connection import Table
from kith.table.follows import FollowStore
from kith.table.items import FollowingItem
from kith.table.relations import RelationStore, relation_of
from kith.table.users import UserStore

FOLLOWED = 1_000
"""Newest accounts followed that are left out from the start: 1 call, up to 20 read units. Older ones leave in the
rounds, by how the caller stands to them."""
FRIENDS = 100
"""How many of these, the newest, are asked whom they follow: a call each, and one for all of their accounts, which
are a read unit each. One round trip, in turns of as many calls as a table makes at a time."""
EACH = 300
"""How many of whom a friend follows, the newest, are counted: up to 3 read units, eventually consistent."""
SPARE = 10
"""How many more candidates than wanted a round looks at: 2 read units each, 50 candidates a call."""
ROUNDS = 4
"""How often at most it looks at more of them, because too many may not be suggested; then fewer are."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An account, and whom the caller follows that follow it, the newest first."""

    user_id: int
    through: list[int]


@dataclass(frozen=True, slots=True)
class FriendsOfFriends:
    """Finds accounts on behalf of somebody who may want to follow them."""

    table: Table
    follows: FollowStore
    relations: RelationStore
    users: UserStore

    def suggested(self, caller_id: int, limit: int) -> list[Suggestion]:
        """Return up to `limit` accounts, by the number of friends in common, of as many the newest account first.

        Exact as long as the caller follows at most FRIENDS accounts and none of these more than EACH; beyond that, the
        newest follows stand for all. Whoever follows nobody gets none.
        """
        step = limit + SPARE
        ranked = self.ranked(caller_id, most=step * ROUNDS)
        found: list[Suggestion] = []
        for start in range(0, len(ranked), step):
            found += self._admitted(caller_id, ranked[start : start + step])
            if len(found) >= limit:
                break
        return found[:limit]

    def ranked(self, caller_id: int, *, most: int) -> list[Suggestion]:
        """Return up to `most` accounts in the same order, of which some may be none to suggest: nobody asked for them.

        Two round trips, and the calls of `suggested` but for those of its rounds.
        """
        followed = self.follows.newest_ids(FollowingItem, caller_id, limit=FOLLOWED)
        friends = followed[:FRIENDS]
        lists, accounts = self.table.together(
            lambda: self.table.all_of([partial(self._newest_of, friend_id) for friend_id in friends]),
            lambda: self.users.by_ids(friends),
        )
        through: defaultdict[int, list[int]] = defaultdict(list)
        for friend_id, other_ids in zip(friends, lists, strict=True):
            # Seen as by a stranger: what a private account shows to its followers is not for a suggestion to tell.
            if friend_id in accounts and can_view_connections(caller_id, accounts[friend_id]):
                for other_id in other_ids:
                    through[other_id].append(friend_id)
        for known_id in (caller_id, *followed):
            through.pop(known_id, None)
        candidates = (Suggestion(user_id, friend_ids) for user_id, friend_ids in through.items())
        return heapq.nlargest(most, candidates, key=lambda each: (len(each.through), each.user_id))

    def _newest_of(self, friend_id: int) -> list[int]:
        return self.follows.newest_ids(FollowingItem, friend_id, limit=EACH, consistent=False)

    def _admitted(self, caller_id: int, candidates: list[Suggestion]) -> list[Suggestion]:
        met = self.relations.met(caller_id, [each.user_id for each in candidates])
        # A stance that is not blank means followed, asked, refused by them, muted or blocked.
        admitted = {
            user_id
            for user_id, (user, stance) in met.items()
            if stance.is_blank and can_view_author(caller_id, user, relation_of(stance))
        }
        return [each for each in candidates if each.user_id in admitted]
