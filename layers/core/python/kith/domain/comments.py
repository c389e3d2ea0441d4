"""Comments: what people say under a post."""

from dataclasses import dataclass

from kith.domain import ids
from kith.domain.errors import NotFound
from kith.domain.text import written

TEXT_MOST = 5_000


class CommentNotFound(NotFound):
    """No such comment, or not one the caller may see."""

    code = "comment_not_found"
    message = "There is no such comment, or you cannot see it."


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment. Its identifier is also its time of creation."""

    comment_id: int
    post_id: int
    author_id: int
    text: str

    @property
    def created_at(self) -> int:
        """When it was made, in milliseconds since the Unix epoch."""
        return ids.created_at(self.comment_id)


def text(value: str) -> str:
    """Return a comment's text as it is stored.

    Raises:
        Invalid: it is empty, longer than 5,000 characters or holds control characters.
    """
    return written("text", value, least=1, most=TEXT_MOST)
