"""What the follow room is sent and answers."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from functions.follow.service import Outcome
from kith.domain.follows import FollowState
from kith.web.views import Id, Submitted


class FollowRequest(Submitted):
    """Whom to follow or unfollow: `followee_id`, or `following_id` for the same; the follower is the caller."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["followee_id"]}, {"required": ["following_id"]}]}
    )

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


class Decision(Submitted):
    """What to do with who asks to follow."""

    action: Literal["accept", "reject"]


class Followed(BaseModel):
    """How the caller stands to an account now, and both counts after it."""

    success: Literal[True] = True
    status: Literal["accepted", "pending"]
    message: str
    follower_id: Id
    following_id: Id
    follower_count: int = Field(description="Of the followed account.")
    following_count: int = Field(description="Of the caller.")

    @classmethod
    def of(cls, outcome: Outcome, follower_id: int, following_id: int) -> "Followed":
        """Return the answer to who has followed."""
        return cls(
            status="pending" if outcome.state is FollowState.PENDING else "accepted",
            message=message_of(outcome),
            follower_id=follower_id,
            following_id=following_id,
            follower_count=outcome.follower_count,
            following_count=outcome.following_count,
        )


class Unfollowed(BaseModel):
    """There is no edge now; both counts are those after it."""

    success: Literal[True] = True
    status: Literal["none"] = "none"
    message: str
    follower_count: int = Field(description="Of who was followed.")
    following_count: int = Field(description="Of who followed.")

    @classmethod
    def of(cls, outcome: Outcome, message: str | None = None) -> "Unfollowed":
        """Return the answer to who has ended an edge."""
        return cls(
            message=message or message_of(outcome),
            follower_count=outcome.follower_count,
            following_count=outcome.following_count,
        )


class FollowResult(BaseModel):
    """The same answers, where one route does both."""

    success: Literal[True] = True
    status: Literal["accepted", "pending", "none"]
    message: str
    follower_id: Id
    followee_id: Id
    follower_count: int
    following_count: int

    @classmethod
    def of(cls, outcome: Outcome, follower_id: int, followee_id: int, action: str) -> "FollowResult":
        """Return the answer to who has followed or unfollowed."""
        if action == "unfollow":
            answer = Unfollowed.of(outcome).model_dump()
        else:
            answer = Followed.of(outcome, follower_id, followee_id).model_dump(
                exclude={"following_id", "follower_id"}
            )
        return cls(**answer, follower_id=follower_id, followee_id=followee_id)


class Decided(BaseModel):
    """What became of a request."""

    success: Literal[True] = True
    status: Literal["accepted", "rejected"]
    message: str

    @classmethod
    def of(cls, outcome: Outcome) -> "Decided":
        """Return the answer to who has decided."""
        if outcome.state is FollowState.ACCEPTED:
            return cls(status="accepted", message="That account follows you now.")
        return cls(status="rejected", message="That account may not follow you; it may ask again.")


def message_of(outcome: Outcome) -> str:
    """Return what to tell a person of how they stand to an account now."""
    match outcome.state, outcome.changed:
        case FollowState.ACCEPTED, True:
            return "You follow this account now."
        case FollowState.ACCEPTED, False:
            return "You follow this account already."
        case FollowState.PENDING, True:
            return "You asked to follow this private account."
        case FollowState.PENDING, False:
            return "You have asked to follow this private account already."
        case _, True:
            return "You do not follow this account any more."
        case _:
            return "You did not follow this account."
