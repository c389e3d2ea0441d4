"""What the engagement room answers."""

from pydantic import BaseModel, Field

from functions.engagement.service import Doer
from kith.domain import ids
from kith.domain.clock import rfc3339
from kith.web.views import AuthorView, Id, ListFields, Timestamp


class Liked(BaseModel):
    """Whether the caller likes a post, and how many do."""

    liked: bool
    likes: int


class Reposted(BaseModel):
    """Whether the caller has reposted a post, and how many have."""

    reposted: bool
    reposts: int


class Bookmarked(BaseModel):
    """Whether the caller has bookmarked a post. How many have is told to nobody."""

    bookmarked: bool


class DoerView(BaseModel):
    """Somebody who likes a post or has reposted it."""

    user_id: Id
    created_at: Timestamp = Field(description="Since when.")
    user: AuthorView

    @classmethod
    def of(cls, doer: Doer) -> "DoerView":
        """Return the view of somebody."""
        return cls(
            user_id=doer.user.user_id,
            created_at=rfc3339(ids.created_at(doer.deed_id)),
            user=AuthorView.of(doer.user),
        )


class Likes(ListFields):
    """A page of who likes a post, newest first."""

    likes: list[DoerView]


class Reposts(ListFields):
    """A page of who has reposted a post, newest first."""

    reposts: list[DoerView]
