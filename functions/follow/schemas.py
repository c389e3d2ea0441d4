"""What the follow room is sent and answers."""

from typing import Literal

from pydantic import BaseModel, model_validator

from kith.web.views import Id, Submitted


class FollowRequest(Submitted):
    """Whom to follow or unfollow: `followee_id`, or `following_id` for the same; the follower is the caller."""

    follower_id: Id | None = None
    followee_id: Id | None = None
    following_id: Id | None = None
    user_id: Id | None = None
    action: Literal["follow", "unfollow"] = "follow"

    @model_validator(mode="after")
    def _names_one_followee(self) -> "FollowRequest":
        if (self.followee_id is None) == (self.following_id is None):
            raise ValueError("give either followee_id or following_id")
        return self

    @property
    def target_id(self) -> int:
        """Whom it is about."""
        return self.followee_id or self.following_id or 0


class FollowClaim(Submitted):
    """An optional body of the routes that name the followee in the path."""

    user_id: Id | None = None
    follower_id: Id | None = None


class Followed(BaseModel):
    """How the caller stands to an account now, and both counts after it."""

    success: Literal[True] = True
    status: Literal["accepted", "pending"]
    message: str
    follower_id: Id
    following_id: Id
    follower_count: int
    """Of the followed account."""
    following_count: int
    """Of the caller."""


class Unfollowed(BaseModel):
    """The caller does not follow the account now."""

    success: Literal[True] = True
    status: Literal["none"] = "none"
    message: str
    follower_count: int
    following_count: int


class FollowResult(BaseModel):
    """The same answers, where one route does both."""

    success: Literal[True] = True
    status: Literal["accepted", "pending", "none"]
    message: str
    follower_id: Id
    followee_id: Id
    follower_count: int
    following_count: int
