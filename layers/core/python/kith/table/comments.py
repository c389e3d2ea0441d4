"""Comments in the table."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from kith.domain.comments import Comment, CommentNotFound
from kith.domain.errors import Unauthenticated
from kith.domain.posts import Post, PostNotFound
from kith.table import batches
from kith.table.connection import Table
from kith.table.counts import CountStore, counting
from kith.table.follows import LAST_ID
from kith.table.idempotency import Answer, recording
from kith.table.items import CommentedItem, CommentItem, TallyItem
from kith.table.posts import PostStore
from kith.table.transactions import Check, Delete, Put, write
from kith.table.users import IdentifierTaken


@dataclass(frozen=True, slots=True)
class CommentStore:
    """Comments: a verb per access pattern."""

    table: Table

    def by_id(self, post_id: int, comment_id: int) -> Comment | None:
        """Return a comment, or None."""
        item = self.table.get(CommentItem, post_id=post_id, comment_id=comment_id)
        return None if item is None else comment_of(item)

    def by_ids(self, keys: Iterable[tuple[int, int]]) -> list[Comment]:
        """Return the comments that exist among some, named by post and comment, oldest first."""
        wanted = [CommentItem.pattern.key(post_id=post_id, comment_id=each) for post_id, each in keys]
        items = batches.get_all(self.table, wanted).values() if wanted else []
        comments = (comment_of(item) for item in items if isinstance(item, CommentItem))
        return sorted(comments, key=lambda comment: comment.comment_id)

    def newest(self, post_id: int, *, limit: int, before: int | None = None) -> list[Comment]:
        """Return up to `limit` comments under a post, newest first, from before another one."""
        partition, low = CommentItem.pattern.key(post_id=post_id, comment_id=0)
        last = LAST_ID if before is None else before - 1
        _, high = CommentItem.pattern.key(post_id=post_id, comment_id=last)
        items = self.table.query(partition, low, high, limit=limit, newest_first=True)
        return [comment_of(item) for item in items if isinstance(item, CommentItem)]

    def add(self, post: Post, comment: Comment, answer: Answer | None) -> None:
        """Store a comment under a post, with the answer to its request.

        Raises:
            PostNotFound: the post is gone.
            Unauthenticated: the account that comments is gone.
            IdentifierTaken: another comment has the identifier.
            AlreadyAnswered: a request with the same key has been answered.
        """
        vain = write(
            self.table,
            Put(
                CommentItem.at(
                    {"author_id": comment.author_id, "text": comment.text},
                    post_id=comment.post_id,
                    comment_id=comment.comment_id,
                ),
                CommentItem.pk.does_not_exist(),
                IdentifierTaken(),
            ),
            Put(
                CommentedItem.at(
                    {"post_id": comment.post_id}, user_id=comment.author_id, comment_id=comment.comment_id
                )
            ),
            counting(post, comments=1),
            Check(
                TallyItem.at(user_id=comment.author_id, shard="0"), TallyItem.pk.exists(), Unauthenticated()
            ),
            *([recording(answer)] if answer else []),
        )
        CountStore(self.table).spread_if_crowded(post, vain)

    def remove(self, post: Post, comment: Comment) -> None:
        """Take a comment away, with its count.

        Raises:
            CommentNotFound: it is gone already.
            PostNotFound: the post is gone.
        """
        there = CommentItem.pk.exists()
        write(
            self.table,
            counting(post, comments=-1),
            Delete(_item(comment), there, CommentNotFound()),
            Delete(_near(comment)),
        )

    def erase(self, comments: Iterable[CommentedItem]) -> None:
        """Take the comments away of an account that is erased."""
        self.table.all_of([partial(self._erase_one, item) for item in comments])

    def _erase_one(self, near: CommentedItem) -> None:
        post_id, comment_id = int(near.post_id), near.values["comment_id"]
        post, comment = PostStore(self.table).by_id(post_id), self.by_id(post_id, comment_id)
        if post is not None and comment is not None:
            with suppress(CommentNotFound, PostNotFound):  # just now: nothing is counted of it any more
                self.remove(post, comment)
        write(self.table, Delete(CommentItem.at(post_id=post_id, comment_id=comment_id)), Delete(near))


def comment_of(item: CommentItem) -> Comment:
    """Return the comment that an item holds."""
    return Comment(item.values["comment_id"], item.values["post_id"], int(item.author_id), item.text)


def _item(comment: Comment) -> CommentItem:
    return CommentItem.at(post_id=comment.post_id, comment_id=comment.comment_id)


def _near(comment: Comment) -> CommentedItem:
    return CommentedItem.at(user_id=comment.author_id, comment_id=comment.comment_id)
