"""Following and unfollowing, asking and being asked."""

from collections.abc import Callable
from dataclasses import dataclass

from kith.domain.clock import Clock
from kith.domain.errors import Unauthenticated, Unavailable
from kith.domain.follows import FollowsOneself, FollowState, GraphChanged, RequestNotFound, Stance
from kith.domain.users import Standing, User, UserNotFound
from kith.domain.visibility import can_view_author
from kith.table.connection import Table
from kith.table.follows import FollowStore
from kith.table.graph import GraphChange
from kith.table.relations import Pair, RelationStore, relation_of
from kith.table.tallies import TallyStore
from kith.table.users import IdentifierTaken, UserStore

ATTEMPTS = 5
"""How often a decision is made anew because the graph changed while it was carried out."""
CROWDED = 3
"""Attempts in vain from which an account's counters are spread."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a follower stands to an account now. Counts are read after the change."""

    state: FollowState
    changed: bool
    follower_count: int
    following_count: int


@dataclass(frozen=True, slots=True)
class FollowService:
    """The use cases of the follow room."""

    table: Table
    follows: FollowStore
    relations: RelationStore
    tallies: TallyStore
    users: UserStore
    new_id: Callable[[], int]
    clock: Clock
    max_following: int
    feed_retention: int
    """Milliseconds."""

    def follow(self, follower_id: int, followee_id: int) -> Outcome:
        """Follow a public account, or ask a private one. Doing it twice is doing it once.

        Raises:
            FollowsOneself: the two are one.
            UserNotFound: there is no such account, or not for the follower.
            Unauthenticated: the follower's account has been deleted meanwhile.
            TooManyFollowed: the follower follows as many as one may.
        """

        def decided(pair: Pair) -> FollowState | None:
            _check_visible(follower_id, pair)
            state = FollowState.PENDING if pair.other.is_private else FollowState.ACCEPTED
            return None if pair.mine.follows or pair.mine.state is state else state

        return self._wish(follower_id, followee_id, decided)

    def unfollow(self, follower_id: int, followee_id: int) -> Outcome:
        """Unfollow an account, or take back the wish to follow it. Doing it twice is doing it once.

        Raises:
            FollowsOneself: the two are one.
            UserNotFound: there is no such account, or not for the follower.
            Unauthenticated: the follower's account has been deleted meanwhile.
        """

        def decided(pair: Pair) -> FollowState | None:
            if pair.other.standing is Standing.DELETED:
                raise UserNotFound
            if pair.mine.follows or pair.mine.asks:
                return FollowState.NONE
            _check_visible(follower_id, pair)
            return None

        return self._wish(follower_id, followee_id, decided)

    def remove_follower(self, user_id: int, follower_id: int) -> Outcome:
        """Make somebody follow no longer. Doing it twice is doing it once.

        Raises:
            FollowsOneself: the two are one.
            UserNotFound: there is no such account, or not for the user.
        """

        def decided(pair: Pair) -> FollowState | None:
            if pair.theirs.follows:
                return FollowState.NONE
            _check_visible(user_id, pair)
            return None

        return self._answer(user_id, follower_id, decided)

    def decide(self, user_id: int, follower_id: int, *, accept: bool) -> Outcome:
        """Accept or reject who has asked to follow.

        Raises:
            RequestNotFound: that account does not wait for an answer.
            UserNotFound: there is no such account, or not for the user.
        """

        def decided(pair: Pair) -> FollowState | None:
            if not pair.theirs.asks:
                _check_visible(user_id, pair)
                raise RequestNotFound
            return FollowState.ACCEPTED if accept else FollowState.REJECTED

        return self._answer(user_id, follower_id, decided)

    def _wish(
        self, follower_id: int, followee_id: int, decided: Callable[[Pair], FollowState | None]
    ) -> Outcome:
        if follower_id == followee_id:
            raise FollowsOneself
        for _ in range(ATTEMPTS):
            pair = self.relations.between(follower_id, followee_id)
            state = decided(pair)
            if state is None or self._moved(follower_id, pair.mine, state, pair.other):
                return self._outcome(pair.mine, state)
        raise Unavailable

    def _answer(
        self, user_id: int, follower_id: int, decided: Callable[[Pair], FollowState | None]
    ) -> Outcome:
        if user_id == follower_id:
            raise FollowsOneself
        for _ in range(ATTEMPTS):
            pair, own = self.table.together(
                lambda: self.relations.between(user_id, follower_id), lambda: self.users.by_id(user_id)
            )
            if own is None:
                raise Unauthenticated
            if pair.other.standing is Standing.DELETED:
                raise UserNotFound
            state = decided(pair)
            if state is None or self._moved(user_id, pair.theirs, state, own):
                return self._outcome(pair.theirs, state)
        raise Unavailable

    def _moved(self, caller_id: int, before: Stance, state: FollowState, followee: User) -> bool:
        """Carry out a decision; tell whether it could be, or has to be made anew."""
        after = before.without_wish() if state is FollowState.NONE else before.wishing(state, self.new_id())
        change = GraphChange(caller_id, self.new_id(), self.clock(), self.feed_retention)
        change.move(before, after, other=followee, most=self.max_following)
        try:
            conflicts = self.follows.carry_out(change)
        except (GraphChanged, IdentifierTaken):
            return False
        if conflicts >= CROWDED:
            self.tallies.spread(followee)
        return True

    def _outcome(self, stance: Stance, state: FollowState | None) -> Outcome:
        followee, follower = self.table.together(
            lambda: self.users.tally(stance.other_id), lambda: self.users.tally(stance.account_id)
        )
        return Outcome(
            stance.state if state is None else state,
            changed=state is not None,
            follower_count=followee.followers,
            following_count=follower.following,
        )


def _check_visible(viewer_id: int, pair: Pair) -> None:
    """Check that there is an account for a viewer: whom it hides from, it answers as if it were not there."""
    if not can_view_author(viewer_id, pair.other, relation_of(pair.mine)):
        raise UserNotFound
