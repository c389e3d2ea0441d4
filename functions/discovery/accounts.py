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
FRIENDS = 50
"""How many friends of friends are looked at, of whom some may not be for the viewer: 2 read units each."""
POSTS = 50
"""How many posts that are recommended are looked at for their authors: some 3 read units each, and 2 for an author."""


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

        Ten sequential round trips, with the lists of all friends as one; 81 calls besides those of the friends. Who is not for
        the viewer is ruled out before the rest are weighed, by the greatest among them.
        """
        friends = self.friends.ranked(viewer_id, most=FRIENDS)
        posts = self.finder.found(viewer_id)[:POSTS]
        seen = self.reader.some(viewer_id, [post.post_id for post in posts])
        authored = [(seen[each.post_id].author.user_id, each) for each in posts if each.post_id in seen]
        strangers = self._strangers(
            viewer_id, {*(each.user_id for each in friends), *(author_id for author_id, _ in authored)}
        )
        best = introduced(
            {each.user_id: each.through for each in friends if each.user_id in strangers},
            [(author_id, post) for author_id, post in authored if author_id in strangers],
        )[: min(limit, MOST)]
        tallies = self.users.tallies([strangers[each.user_id] for each in best])
        return [RecommendedAccount(strangers[each.user_id], tallies[each.user_id], each) for each in best]

    def _strangers(self, viewer_id: int, user_ids: set[int]) -> dict[int, User]:
        """Return those of some accounts that the viewer may see, and with which they have nothing to do yet."""
        met = self.relations.met(viewer_id, user_ids - {viewer_id})
        # A stance that is not blank means followed, asked, refused by them, muted or blocked.
        return {
            user_id: user
            for user_id, (user, stance) in met.items()
            if stance.is_blank and can_view_author(viewer_id, user, relation_of(stance))
        }
