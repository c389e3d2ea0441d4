"""The follow graph: who follows, asks, blocks and mutes whom."""

from dataclasses import dataclass, replace
from enum import StrEnum

from kith.domain import ids
from kith.domain.errors import Conflict, DomainError, Malformed, NotFound


class FollowsOneself(Malformed):
    """Nobody can follow, block or mute themselves."""

    code = "follows_oneself"
    message = "You cannot do this to yourself."


class TooManyFollowed(Conflict):
    """The follower follows, or has asked to follow, as many accounts as one may."""

    code = "too_many_followed"
    message = "You follow as many accounts as one account may."


class RequestNotFound(NotFound):
    """Nobody with that identifier waits for an answer."""

    code = "request_not_found"
    message = "That account does not wait for your answer."


class GraphChanged(DomainError):
    """What was read just before is no longer so; reading again and deciding anew may work."""

    code = "graph_changed"


class FollowState(StrEnum):
    """What became of the wish to follow: accepted at once, or pending until a private account decides."""

    NONE = "none"
    ACCEPTED = "accepted"
    PENDING = "pending"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Stance:
    """How one account stands to another, from its side. Neither follows or asks while one blocks the other.

    `edge_id`, `block_id` and `mute_id` are identifiers of their own: they tell since when, and order lists.
    """

    account_id: int
    other_id: int
    state: FollowState = FollowState.NONE
    edge_id: int | None = None
    block_id: int | None = None
    mute_id: int | None = None
    is_blocked: bool = False
    """The other blocks the account."""
    revision: int | None = None
    """An identifier of the change that made it so; None when nothing ever did."""

    @property
    def follows(self) -> bool:
        """Tell whether the account follows the other."""
        return self.state is FollowState.ACCEPTED

    @property
    def asks(self) -> bool:
        """Tell whether the account waits for the other's answer."""
        return self.state is FollowState.PENDING

    @property
    def is_severed(self) -> bool:
        """Tell whether one of the two blocks the other."""
        return self.is_blocked or self.block_id is not None

    @property
    def created_at(self) -> int:
        """When it began to follow, asked or was rejected, in milliseconds since the Unix epoch; 0 if it never did."""
        return 0 if self.edge_id is None else ids.created_at(self.edge_id)

    @property
    def is_blank(self) -> bool:
        """Tell whether there is nothing to know."""
        return self.state is FollowState.NONE and not self.is_severed and self.mute_id is None

    def wishing(self, state: FollowState, edge_id: int) -> "Stance":
        """Return it with what became of the wish to follow."""
        return replace(self, state=state, edge_id=edge_id)

    def without_wish(self) -> "Stance":
        """Return it without the wish to follow."""
        return replace(self, state=FollowState.NONE, edge_id=None)
