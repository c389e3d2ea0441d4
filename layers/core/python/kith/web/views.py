"""What clients send and are sent, where more than one room does: the shapes of the contract."""

from typing import Annotated, Literal, Self

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from kith.domain import ids
from kith.domain.clock import rfc3339, system_clock
from kith.domain.errors import Forbidden
from kith.domain.media import AVATAR_FILES, Medium
from kith.domain.users import EMAIL_MOST, FULL_NAME_MOST, Tally, User
from kith.domain.visibility import can_view
from kith.table.reader import SeenPost
from kith.tokens import Caller
from kith.web.media_links import links


def _decimal(text: str) -> str:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError("must be an identifier in decimal digits")
    return text


Absent = SkipJsonSchema[None]
"""What is left out is None here, and never null outside."""


def is_absent(value: object) -> bool:
    """Tell whether a field is left out of an answer."""
    return value is None


def whole(value: object) -> object:
    """Return the integer that a JSON number is: to JSON Schema, 7.0 is one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Id = Annotated[
    int,
    Field(ge=1, lt=ids.LIMIT, strict=True, description="An identifier, below 2^53."),
    BeforeValidator(whole),
]
PathId = Annotated[
    int,
    Field(ge=1, lt=ids.LIMIT),
    BeforeValidator(_decimal),
    Path(description="An identifier, below 2^53."),
]
WRITTEN: dict[str, str] = {"pattern": "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"}
"""How the OpenAPI document tells of text that people write. It only tells: what accepts a text checks it."""
Username = Annotated[str, Field(json_schema_extra={"pattern": "^[A-Za-z0-9_.]{3,30}$"})]
Email = Annotated[str, Field(json_schema_extra={"format": "email", "maxLength": EMAIL_MOST})]
FullName = Annotated[str, Field(json_schema_extra={**WRITTEN, "maxLength": FULL_NAME_MOST})]
Timestamp = Annotated[
    str, Field(description="RFC 3339, UTC, milliseconds.", examples=["2026-01-31T12:00:00.000Z"])
]


class Submitted(BaseModel):
    """A request body: only declared fields."""

    model_config = ConfigDict(extra="forbid")


class ListFields(BaseModel):
    """What a list answers beside its entries."""

    next_cursor: str | None
    has_more: bool


def must_be_caller(caller: Caller, claimed_id: int | None) -> None:
    """Check an identity that a body claims against the one that the token proves.

    Raises:
        Forbidden: they differ.
    """
    if claimed_id not in {None, caller.user_id}:
        raise Forbidden("The identity in the body is not the one in your token.")


def avatar_of(user: User) -> dict[str, str] | None:
    """Return the addresses of the picture that stands for an account, by the lengths of its sides."""
    if user.avatar_id is None:
        return None
    folder = links().folder(user.avatar_id, viewer_id=None, now=system_clock())
    return {side: folder + file for side, file in AVATAR_FILES.items()}


class UserView(BaseModel):
    """An account, as others see it."""

    user_id: Id
    username: str
    full_name: str
    bio: str
    avatar: dict[str, str] | None = Field(
        description="Addresses of the picture that stands for the account, by the length of its sides: `150`, `320`."
    )
    is_private: bool
    is_verified: bool
    created_at: Timestamp
    follower_count: int
    following_count: int
    post_count: int

    @classmethod
    def of(cls, user: User, tally: Tally) -> "UserView":
        """Return the view of an account."""
        return cls(
            user_id=user.user_id,
            username=user.username,
            full_name=user.full_name,
            bio=user.bio,
            avatar=avatar_of(user),
            is_private=user.is_private,
            is_verified=user.is_verified,
            created_at=rfc3339(ids.created_at(user.user_id)),
            follower_count=tally.followers,
            following_count=tally.following,
            post_count=tally.posts,
        )


class AuthorView(BaseModel):
    """An account, as it stands beside its posts."""

    user_id: Id
    username: str
    full_name: str
    avatar: dict[str, str] | None = Field(
        description="Addresses of the picture that stands for the account, by the length of its sides: `150`, `320`."
    )
    is_verified: bool

    @classmethod
    def of(cls, user: User) -> "AuthorView":
        """Return the view of an author."""
        return cls(
            user_id=user.user_id,
            username=user.username,
            full_name=user.full_name,
            avatar=avatar_of(user),
            is_verified=user.is_verified,
        )


class MentionView(BaseModel):
    """Somebody named in a text."""

    user_id: Id
    username: str


class CountsView(BaseModel):
    """What was done to a post, counted."""

    likes: int = 0
    comments: int = 0
    reposts: int = 0


class ViewerView(BaseModel):
    """What the viewer did to a post."""

    liked: bool = False
    reposted: bool = False
    bookmarked: bool = False


class RenditionView(BaseModel):
    """One way in which a medium is served."""

    name: str
    url: str = Field(
        description="Leads to the file, for a while; a path of this API where it begins with one."
    )
    width: int
    height: int
    bytes: int
    content_type: str


class MediumView(BaseModel):
    """A picture or video that a post shows."""

    media_id: Id
    kind: Literal["image", "video", "avatar"]
    status: Literal["awaiting_upload", "processing", "ready", "rejected"]
    reason: str | None = None
    alt_text: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    blurhash: str | None = None
    renditions: list[RenditionView] = Field(default_factory=list)

    @classmethod
    def of(cls, medium: Medium, *, viewer_id: int | None) -> Self:
        """Return the view of a medium, for one viewer or for everybody."""
        shown = {name: medium.details[name] for name in SHOWN_OF_MEDIA if name in medium.details}
        if files := medium.details.get("renditions"):
            folder = links().folder(medium.media_id, viewer_id=viewer_id, now=system_clock())
            shown["renditions"] = [
                {"url": folder + each["file"], **{name: each[name] for name in each if name != "file"}}
                for each in files
            ]
        return cls(
            media_id=medium.media_id,
            kind=medium.kind.value,
            status=medium.status.value,
            reason=medium.reason,
            alt_text=medium.alt_text,
            **shown,
        )


SHOWN_OF_MEDIA = ("width", "height", "duration", "blurhash")


def media_of(seen: SeenPost) -> list[MediumView]:
    """Return the views of the media that a post shows."""
    viewer_id = None if can_view(None, seen.post, seen.author) else seen.engagement.account_id
    return [MediumView.of(medium, viewer_id=viewer_id) for medium in seen.post.media]


class QuotedView(BaseModel):
    """A post within one that quotes it."""

    post_id: Id
    user_id: Id
    text: str
    media: list[MediumView]
    created_at: Timestamp
    edited_at: Timestamp | None
    author: AuthorView

    @classmethod
    def of(cls, seen: SeenPost) -> "QuotedView":
        """Return the view of a quoted post."""
        post = seen.post
        return cls(
            post_id=post.post_id,
            user_id=post.author_id,
            text=post.text,
            media=media_of(seen),
            created_at=rfc3339(post.created_at),
            edited_at=None if post.edited_at is None else rfc3339(post.edited_at),
            author=AuthorView.of(seen.author),
        )


class PostView(BaseModel):
    """A post, as a viewer sees it."""

    post_id: Id
    user_id: Id
    text: str
    hashtags: list[str]
    mentions: list[MentionView]
    media: list[MediumView]
    visibility: Literal["public", "followers"]
    status: Literal["published", "processing"]
    created_at: Timestamp
    edited_at: Timestamp | None
    reply_to: Id | None
    quote_of: Id | None
    quoted: QuotedView | None = Field(description="The quoted post, where the viewer may see it.")
    counts: CountsView
    viewer: ViewerView

    @classmethod
    def of(cls, seen: SeenPost) -> "PostView":
        """Return the view of a post."""
        post, counts, engagement = seen.post, seen.post.counts, seen.engagement
        return cls(
            post_id=post.post_id,
            user_id=post.author_id,
            text=post.text,
            hashtags=list(post.hashtags),
            mentions=[MentionView(user_id=each.user_id, username=each.username) for each in post.mentions],
            media=media_of(seen),
            visibility=post.visibility.value,
            status=post.status.value,
            created_at=rfc3339(post.created_at),
            edited_at=None if post.edited_at is None else rfc3339(post.edited_at),
            reply_to=post.reply_to,
            quote_of=post.quote_of,
            quoted=None if seen.quoted is None else QuotedView.of(seen.quoted),
            counts=CountsView(likes=counts.likes, comments=counts.comments, reposts=counts.reposts),
            viewer=ViewerView(
                liked=engagement.like_id is not None,
                reposted=engagement.repost_id is not None,
                bookmarked=engagement.bookmark_id is not None,
            ),
        )
