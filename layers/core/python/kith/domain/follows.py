"""The follow graph: who follows whom, and in what state."""

from dataclasses import dataclass
from enum import StrEnum

from kith.domain.errors import Conflict, DomainError, Malformed


class FollowsOneself(Malformed):
    """Nobody can follow themselves."""

    code = "follows_oneself"
    message = "You cannot follow yourself."


class TooManyFollowed(Conflict):
    """The follower already follows as many accounts as one may."""

    code = "too_many_followed"
    message = "You follow as many accounts as one account may."


class FollowState(StrEnum):
    """An edge is accepted at once, or pending until a private account accepts it."""

    ACCEPTED = "accepted"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Follow:
    """One edge: `created_at` is in milliseconds since the Unix epoch."""

    follower_id: int
    followee_id: int
    state: FollowState
    created_at: int


class GraphChanged(DomainError):
    """What was read just before is no longer so; reading again and deciding anew may work."""

    code = "graph_changed"
