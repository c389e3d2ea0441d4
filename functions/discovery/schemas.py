"""What the discovery room answers."""

from typing import Literal

from pydantic import BaseModel, Field

from functions.discovery.accounts import RecommendedAccount
from functions.discovery.posts import RecommendedPost
from kith.domain.recommendations import Tie
from kith.web.views import Absent, AuthorView, Id, ListFields, PostView, UserView, is_absent

TOLD = 3
"""How many friends in common are named."""


class PostReason(BaseModel):
    """Why a post is recommended."""

    kind: Literal["similar", "hashtag", "trending"]
    post_id: Id | Absent = Field(
        default=None,
        exclude_if=is_absent,
        description="The post that the viewer has engaged with, to which it is similar.",
    )
    hashtag: str | Absent = Field(
        default=None, exclude_if=is_absent, description="One that the viewer writes, or engages with."
    )


class RecommendedPostView(BaseModel):
    """A post that is recommended."""

    post: PostView
    author: AuthorView
    reason: PostReason

    @classmethod
    def of(cls, found: RecommendedPost) -> "RecommendedPostView":
        """Return the view of a post."""
        reason = found.reason
        return cls(
            post=PostView.of(found.seen),
            author=AuthorView.of(found.seen.author),
            reason=PostReason(kind=reason.way.value, post_id=reason.post_id, hashtag=reason.hashtag),
        )


class RecommendedPostList(ListFields):
    """A page of recommended posts, the best first."""

    posts: list[RecommendedPostView]


class AccountReason(BaseModel):
    """Why an account is recommended."""

    kind: Literal["friends_of_friends", "similar_taste", "trending"]
    common: int | Absent = Field(
        default=None, exclude_if=is_absent, description="How many whom the viewer follows follow it."
    )
    through: list[Id] | Absent = Field(
        default=None, exclude_if=is_absent, description=f"Some of these, {TOLD} at most."
    )
    post_id: Id | Absent = Field(
        default=None,
        exclude_if=is_absent,
        description="The post that the viewer has engaged with, to which it publishes something similar.",
    )
    hashtag: str | Absent = Field(
        default=None,
        exclude_if=is_absent,
        description="One that it uses, and that the viewer writes or engages with.",
    )


class RecommendedAccountView(BaseModel):
    """An account that is recommended."""

    user: UserView
    reason: AccountReason

    @classmethod
    def of(cls, found: RecommendedAccount) -> "RecommendedAccountView":
        """Return the view of an account."""
        return cls(user=UserView.of(found.user, found.tally), reason=_reason(found))


class RecommendedAccountList(ListFields):
    """Accounts to follow, the best first. There are no further pages."""

    users: list[RecommendedAccountView]
    next_cursor: None = None
    has_more: Literal[False] = False


def _reason(found: RecommendedAccount) -> AccountReason:
    introduction = found.introduction
    match introduction.tie:
        case Tie.FRIENDS_OF_FRIENDS:
            through = introduction.through
            return AccountReason(kind="friends_of_friends", common=len(through), through=list(through[:TOLD]))
        case Tie.SIMILAR_TASTE if introduction.origin is not None:
            origin = introduction.origin
            return AccountReason(kind="similar_taste", post_id=origin.post_id, hashtag=origin.hashtag)
        case _:
            return AccountReason(kind="trending")
