"""What the post list room answers."""

from pydantic import BaseModel, Field

from functions.post_list.service import Answer
from kith.web.views import ListFields, PostView


class PostList(ListFields):
    """A page of posts, newest first."""

    posts: list[PostView]


class Bookmarks(ListFields):
    """A page of what the caller has bookmarked, newest bookmark first."""

    bookmarks: list[PostView]


class AnswerView(BaseModel):
    """A post in a thread, and how far below the one that was asked for."""

    depth: int = Field(description="1 answers the post itself, 2 answers such an answer, and so on.")
    post: PostView

    @classmethod
    def of(cls, answer: Answer) -> "AnswerView":
        """Return the view of an answer."""
        return cls(depth=answer.depth, post=PostView.of(answer.seen))


class ThreadView(ListFields):
    """A post with what it answers and a page of what answers it. What the caller may not see is left out."""

    ancestors: list[PostView] = Field(description="From the beginning of the thread down.")
    post: PostView
    replies: list[AnswerView] = Field(description="Each below what it answers, oldest first.")
