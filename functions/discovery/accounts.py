"""Accounts that somebody may want to follow: friends of friends, mixed with who publishes what they may take to.

There is one list, which is short and has no further pages: nobody can walk through all accounts by it.
"""

from dataclasses import dataclass

from functions.discovery.finding import Finder
from kith.domain.recommendations import Introduction, introduced
from kith.domain.users import Tally, User
from kith.domain.visibility import can_view_author
from kith.table.friends_of_friends import FriendsOfFriends
from kith.table.reader import PostReader
from kith.table.relations import RelationStore, relation_of
from kith.table.users import UserStore

MOST = 20
"""Accounts that are ever answered."""
CANDIDATES = 50
"""How many are looked at, of which some may not be for the viewer: 2 read units each, in one call."""
POSTS = 50
"""How many posts that are recommended are looked at for their authors: some 3 read units each."""


@dataclass(frozen=True, slots=True)
class RecommendedAccount:
    """An account that is shown, and why."""

    user: User
    tally: Tally
    introduction: Introduction


@dataclass(frozen=True, slots=True)
class RecommendedAccounts:
    """The use case of discovering accounts."""

    friends: FriendsOfFriends
    finder: Finder
    reader: PostReader
    relations: RelationStore
    users: UserStore

    def found(self, viewer_id: int, limit: int) -> list[RecommendedAccount]:
        """Return up to `limit` accounts with which the viewer has nothing to do yet, the best first, and no more than MOST.

        Ten sequential round trips, with the lists of all friends as one; 80 calls besides those of the friends.
        """
        friends = self.friends.ranked(viewer_id, most=CANDIDATES)
        posts = self.finder.found(viewer_id)[:POSTS]
        seen = self.reader.some(viewer_id, [post.post_id for post in posts])
        candidates = introduced(
            {each.user_id: each.through for each in friends},
            [
                (seen[post.post_id].author.user_id, post)
                for post in posts
                if post.post_id in seen and not seen[post.post_id].relation.follows
            ],
        )
        strangers = [each for each in candidates if each.user_id != viewer_id][:CANDIDATES]
        met = self.relations.met(viewer_id, [each.user_id for each in strangers])
        # A stance that is not blank means followed, asked, refused by them, muted or blocked.
        admitted = [
            each
            for each in strangers
            if each.user_id in met
            and met[each.user_id][1].is_blank
            and can_view_author(viewer_id, met[each.user_id][0], relation_of(met[each.user_id][1]))
        ][: min(limit, MOST)]
        tallies = self.users.tallies([met[each.user_id][0] for each in admitted])
        return [RecommendedAccount(met[each.user_id][0], tallies[each.user_id], each) for each in admitted]
