"""How two accounts stand to each other, and what is counted about one."""

from dataclasses import dataclass

from kith.domain.follows import Stance
from kith.domain.users import Tally, User, UserNotFound
from kith.domain.visibility import can_view_author
from kith.table.connection import Table
from kith.table.follows import FollowStore
from kith.table.relations import RelationStore, relation_of
from kith.table.users import UserStore


@dataclass(frozen=True, slots=True)
class Relationship:
    """How two accounts stand to each other, from the first one's side."""

    mine: Stance
    theirs: Stance


@dataclass(frozen=True, slots=True)
class RelationshipService:
    """The use cases of the relationship room."""

    table: Table
    follows: FollowStore
    relations: RelationStore
    users: UserStore

    def between(self, viewer_id: int, user_id: int) -> Relationship:
        """Return how a viewer and an account stand to each other.

        Raises:
            UserNotFound: there is no such account, or not for the viewer.
        """
        pair = self.relations.between(viewer_id, user_id)
        if not can_view_author(viewer_id, pair.other, relation_of(pair.mine)):
            raise UserNotFound
        return Relationship(pair.mine, pair.theirs)

    def stats(self, viewer_id: int, user_id: int) -> Tally:
        """Return an account's counts.

        Raises:
            UserNotFound: there is no such account, or not for the viewer.
        """
        _, tally = self.table.together(
            lambda: self._visible(viewer_id, user_id), lambda: self.users.tally(user_id)
        )
        return tally

    def is_celebrity(self, viewer_id: int, user_id: int) -> bool:
        """Tell whether an account is a celebrity, in one read.

        Raises:
            UserNotFound: there is no such account, or not for the viewer.
        """
        return self._visible(viewer_id, user_id).is_celebrity

    def celebrities(self, user_id: int) -> list[int]:
        """Return the celebrities whom an account follows, in one read."""
        return self.follows.celebrities(user_id)

    def _visible(self, viewer_id: int, user_id: int) -> User:
        known = self.relations.known(viewer_id, [user_id])
        if user_id not in known or not can_view_author(viewer_id, *known[user_id]):
            raise UserNotFound
        return known[user_id][0]
