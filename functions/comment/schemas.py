"""What the comment room is sent and answers."""

from pydantic import BaseModel, Field

from functions.comment.service import SeenComment
from kith.domain.clock import rfc3339
from kith.domain.comments import TEXT_MOST
from kith.web.views import WRITTEN, AuthorView, Id, ListFields, Submitted, Timestamp


class NewComment(Submitted):
    """A comment to be."""

    text: str = Field(
        description="1 to 5,000 characters.",
        json_schema_extra={**WRITTEN, "minLength": 1, "maxLength": TEXT_MOST},
    )
    user_id: Id | None = Field(None, description="If given, it must be the caller's.")


class CommentView(BaseModel):
    """A comment, with who wrote it."""

    comment_id: Id
    post_id: Id
    user_id: Id
    text: str
    created_at: Timestamp
    author: AuthorView

    @classmethod
    def of(cls, seen: SeenComment) -> "CommentView":
        """Return the view of a comment."""
        comment = seen.comment
        return cls(
            comment_id=comment.comment_id,
            post_id=comment.post_id,
            user_id=comment.author_id,
            text=comment.text,
            created_at=rfc3339(comment.created_at),
            author=AuthorView.of(seen.author),
        )


class Comments(ListFields):
    """A page of the comments under a post, newest first."""

    comments: list[CommentView]
