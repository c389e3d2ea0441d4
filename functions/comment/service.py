"""Commenting on posts, taking comments away, and reading them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kith.domain import comments
from kith.domain.clock import Clock
from kith.domain.comments import Comment, CommentNotFound
from kith.domain.errors import Forbidden, Unauthenticated, Unavailable
from kith.domain.pages import Page, filled
from kith.domain.users import User
from kith.domain.visibility import can_view_author
from kith.table.comments import CommentStore
from kith.table.connection import Table
from kith.table.idempotency import AlreadyAnswered, IdempotencyStore, RequestKey
from kith.table.posts import PostStore
from kith.table.reader import PostReader
from kith.table.relations import RelationStore
from kith.table.users import IdentifierTaken, UserStore

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class SeenComment:
    """A comment that a viewer may see, with its author."""

    comment: Comment
    author: User


@dataclass(frozen=True, slots=True)
class CommentService:
    """The use cases of the comment room."""

    table: Table
    reader: PostReader
    posts: PostStore
    comments: CommentStore
    relations: RelationStore
    users: UserStore
    idempotency: IdempotencyStore
    new_id: Callable[[], int]
    clock: Clock

    def add(
        self,
        author_id: int,
        post_id: int,
        text: str,
        request_key: RequestKey | None,
        render: Callable[[SeenComment], str],
    ) -> str:
        """Comment on a post and return the comment's rendering; the same request again returns the same again.

        Raises:
            Invalid: the text is not acceptable, or the key was used for another request.
            PostNotFound: there is no such post, or the author may not see it.
            Unauthenticated: the author is gone or may not act.
            Unavailable: it could not be stored this time.
        """
        text = comments.text(text)
        for _ in range(ATTEMPTS):
            answered, author = self.table.together(
                lambda: self.idempotency.answer_to(author_id, request_key, now=self.clock()),
                lambda: self.users.by_id(author_id),
            )
            if answered is not None:
                return answered
            if author is None or not author.is_active:
                raise Unauthenticated
            post = self.reader.one(author_id, post_id).post
            comment = Comment(self.new_id(), post_id, author_id, text)
            rendering = render(SeenComment(comment, author))
            answer = request_key.answered(author_id, rendering, now=self.clock()) if request_key else None
            try:
                self.comments.add(post, comment, answer)
            except (IdentifierTaken, AlreadyAnswered):
                continue
            return rendering
        raise Unavailable

    def under(
        self, viewer_id: int, post_id: int, *, before: int | None, limit: int
    ) -> Page[int, SeenComment]:
        """Return a page of the comments under a post, newest first, as far as the viewer may see who wrote them.

        Raises:
            PostNotFound: there is no such post, or the viewer may not see it.
        """
        _, first = self.table.together(
            lambda: self.reader.one(viewer_id, post_id),
            lambda: self.comments.newest(post_id, limit=limit + 1, before=before),
        )

        return filled(
            lambda start, count: self.comments.newest(post_id, limit=count, before=start),
            lambda comment: comment.comment_id,
            lambda found: self._seen(viewer_id, found),
            start=before,
            limit=limit,
            first=first,
        )

    def remove(self, caller_id: int, post_id: int, comment_id: int) -> None:
        """Take a comment away that one wrote, or that somebody wrote under one's post.

        Raises:
            CommentNotFound: there is none, or the caller may not see it.
            PostNotFound: there is no such post, or the caller may not see it.
            Forbidden: neither the comment nor the post is the caller's.
        """
        post, comment = self.table.together(
            lambda: self.posts.by_id(post_id), lambda: self.comments.by_id(post_id, comment_id)
        )
        if post is None or comment is None:
            self.reader.one(caller_id, post_id)
            raise CommentNotFound
        if caller_id not in {comment.author_id, post.author_id}:
            self.reader.one(caller_id, post_id)
            if not self._seen(caller_id, [comment]):
                raise CommentNotFound
            raise Forbidden("This comment is somebody else's.")
        self.comments.remove(post, comment)

    def _seen(self, viewer_id: int, found: Sequence[Comment]) -> dict[int, SeenComment]:
        """Return those of some comments whose authors a viewer may see, by identifier."""
        known = self.relations.known(viewer_id, (comment.author_id for comment in found))
        return {
            comment.comment_id: SeenComment(comment, known[comment.author_id][0])
            for comment in found
            if comment.author_id in known and can_view_author(viewer_id, *known[comment.author_id])
        }
