"""What people do to posts, beside answering: liking, reposting and bookmarking them."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Deed(StrEnum):
    """Something that one account can have done to one post, once."""

    LIKE = "like"
    REPOST = "repost"
    BOOKMARK = "bookmark"


@dataclass(frozen=True, slots=True)
class Engagement:
    """How an account stands to a post. Each deed has an identifier, which tells since when; None is not done."""

    account_id: int
    post_id: int
    like_id: int | None = None
    repost_id: int | None = None
    bookmark_id: int | None = None
    revision: int | None = None
    """An identifier of the change that made it so; None when nothing ever did."""

    def deed_id(self, deed: Deed) -> int | None:
        """Return the identifier of a deed, or None."""
        found: int | None = getattr(self, f"{deed}_id")
        return found

    def having(self, deed: Deed, deed_id: int | None, *, revision: int) -> "Engagement":
        """Return it with a deed done, or undone."""
        match deed:
            case Deed.LIKE:
                return replace(self, revision=revision, like_id=deed_id)
            case Deed.REPOST:
                return replace(self, revision=revision, repost_id=deed_id)
            case Deed.BOOKMARK:
                return replace(self, revision=revision, bookmark_id=deed_id)

    @property
    def is_blank(self) -> bool:
        """Tell whether there is nothing to know."""
        return all(self.deed_id(deed) is None for deed in Deed)
