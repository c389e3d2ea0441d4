"""Following and unfollowing."""

from dataclasses import dataclass

from kith.domain import users
from kith.domain.clock import Clock
from kith.domain.errors import Unavailable
from kith.domain.follows import Follow, FollowsOneself, FollowState, GraphChanged
from kith.domain.users import UserNotFound
from kith.domain.visibility import can_view_author
from kith.table.connection import Table
from kith.table.follows import FollowStore
from kith.table.users import UserStore

ATTEMPTS = 5
"""How often a decision is made anew because the graph changed while it was carried out."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a follower stands to an account: `state` is None without an edge. Counts are read after the change."""

    state: FollowState | None
    changed: bool
    follower_count: int
    following_count: int


@dataclass(frozen=True, slots=True)
class FollowService:
    """The use cases of the follow room."""

    table: Table
    follows: FollowStore
    users: UserStore
    clock: Clock
    max_following: int
    feed_retention: int
    """Milliseconds."""

    def follow(self, follower_id: int, followee_id: int) -> Standing:
        """Follow a public account, or ask a private one. Doing it twice is doing it once.

        Raises:
            FollowsOneself: the two are one.
            UserNotFound: there is no such account, or not for the follower.
            Unauthenticated: the follower's account has been deleted meanwhile.
            TooManyFollowed: the follower follows as many as one may.
        """
        if follower_id == followee_id:
            raise FollowsOneself
        for _ in range(ATTEMPTS):
            followee, edge = self.follows.between(follower_id, followee_id)
            if not can_view_author(follower_id, followee):
                raise UserNotFound
            if edge is not None:
                return self._standing(follower_id, followee_id, edge.state, changed=False)
            state = FollowState.PENDING if followee.is_private else FollowState.ACCEPTED
            try:
                self.follows.add(
                    Follow(follower_id, followee_id, state, self.clock()), max_following=self.max_following
                )
            except GraphChanged:
                continue
            return self._standing(follower_id, followee_id, state, changed=True)
        raise Unavailable

    def unfollow(self, follower_id: int, followee_id: int) -> Standing:
        """Unfollow an account, or take back the wish to follow it. Doing it twice is doing it once.

        Raises:
            FollowsOneself: the two are one.
            UserNotFound: there is no such account.
            Unauthenticated: the follower's account has been deleted meanwhile.
        """
        if follower_id == followee_id:
            raise FollowsOneself
        for _ in range(ATTEMPTS):
            followee, edge = self.follows.between(follower_id, followee_id)
            if followee.standing is users.Standing.DELETED:
                raise UserNotFound
            if edge is None:
                return self._standing(follower_id, followee_id, None, changed=False)
            try:
                self.follows.remove(edge, now=self.clock(), retention=self.feed_retention)
            except GraphChanged:
                continue
            return self._standing(follower_id, followee_id, None, changed=True)
        raise Unavailable

    def _standing(
        self, follower_id: int, followee_id: int, state: FollowState | None, *, changed: bool
    ) -> Standing:
        followee, follower = self.table.together(
            lambda: self.users.tally(followee_id), lambda: self.users.tally(follower_id)
        )
        return Standing(state, changed, followee.followers, follower.following)
