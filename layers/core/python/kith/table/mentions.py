"""Who is named in posts, and no longer is once their account is gone."""

from contextlib import suppress
from dataclasses import dataclass

from kith.domain.errors import Unavailable
from kith.domain.posts import Post
from kith.domain.users import Standing
from kith.table.connection import Table
from kith.table.items import MentionItem, PostItem
from kith.table.posts import PostStore
from kith.table.transactions import ConditionFailed, Delete, Update, write
from kith.table.users import UserStore

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class MentionStore:
    """Mentions: a verb per access pattern."""

    table: Table

    def unmention_deleted(self, post: Post) -> None:
        """Take out whom a post names and who was deleted while it was written: their erasure may have missed it.

        Raises:
            Unavailable: others kept changing the post.
        """
        if not post.mentions:
            return
        known = UserStore(self.table).by_ids(mention.user_id for mention in post.mentions)
        for mention in post.mentions:
            user = known.get(mention.user_id)
            if user is None or user.standing is Standing.DELETED:
                self.unmention(post.post_id, mention.user_id)

    def unmention(self, post_id: int, user_id: int) -> None:
        """Take an account out of those that a post names; its text stays its author's.

        Raises:
            Unavailable: others kept changing the post.
        """
        told = MentionItem.at(user_id=user_id, post_id=post_id)
        for _ in range(ATTEMPTS):
            post = PostStore(self.table).by_id(post_id)
            named = [mention.user_id for mention in post.mentions] if post else []
            if post is None or user_id not in named:
                write(self.table, Delete(told))
                return
            with suppress(ConditionFailed):  # it has changed, or is gone: read again
                write(
                    self.table,
                    Update(
                        PostItem.at(post_id=post_id),
                        [
                            PostItem.mentions[named.index(user_id)].remove(),
                            PostItem.revision.set(post.revision + 1),
                        ],
                        PostItem.revision == post.revision,
                    ),
                    Delete(told),
                )
                return
        raise Unavailable
