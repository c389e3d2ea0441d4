"""What the relationship room answers."""

from typing import Literal

from pydantic import BaseModel, Field

from functions.relationship.service import Relationship
from kith.domain.users import Tally
from kith.web.views import Id


class RelationshipView(BaseModel):
    """How the caller (`user_id`) and an account stand to each other; `relationship` is the first that holds."""

    user_id: Id
    target_user_id: Id
    relationship: Literal["mutual", "following", "followed_by", "pending", "requested", "none"]
    is_following: bool
    is_followed_by: bool
    is_mutual: bool
    is_pending: bool = Field(description="The caller has asked.")
    is_requested: bool = Field(description="The account has asked the caller.")

    @classmethod
    def of(cls, relationship: Relationship) -> "RelationshipView":
        """Return the view of a relationship."""
        mine, theirs = relationship.mine, relationship.theirs
        names: dict[Literal["mutual", "following", "followed_by", "pending", "requested", "none"], bool] = {
            "mutual": mine.follows and theirs.follows,
            "following": mine.follows,
            "followed_by": theirs.follows,
            "pending": mine.asks,
            "requested": theirs.asks,
            "none": True,
        }
        return cls(
            user_id=mine.account_id,
            target_user_id=mine.other_id,
            relationship=next(name for name, holds in names.items() if holds),
            is_following=names["following"],
            is_followed_by=names["followed_by"],
            is_mutual=names["mutual"],
            is_pending=names["pending"],
            is_requested=names["requested"],
        )


class Stats(BaseModel):
    """An account's counts, exact."""

    user_id: Id
    follower_count: int
    following_count: int
    pending_requests_count: int = Field(description="Told to oneself only; 0 for anyone else.")

    @classmethod
    def of(cls, user_id: int, viewer_id: int, tally: Tally) -> "Stats":
        """Return the view of an account's counts."""
        return cls(
            user_id=user_id,
            follower_count=tally.followers,
            following_count=tally.following,
            pending_requests_count=tally.requests if user_id == viewer_id else 0,
        )


class Celebrity(BaseModel):
    """Whether so many follow an account that its posts are pulled at reading."""

    user_id: Id
    is_celebrity: bool


class Celebrities(BaseModel):
    """The celebrities whom the caller follows."""

    celebrities: list[Id]
    count: int

    @classmethod
    def of(cls, user_ids: list[int]) -> "Celebrities":
        """Return the view of some celebrities."""
        return cls(celebrities=user_ids, count=len(user_ids))
