"""How much is done to posts of late, in the table: counted from a post's own counts, which hold everybody once.

What a post has scored says how much of its counts has gone into it. So a deed that is heard of twice finds no
difference, and one that was done and undone meanwhile finds none either. Whoever has counted looks again: who heard of
a deed in between may have found nothing to count.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from kith.domain.engagements import Engagement
from kith.domain.posts import Post, PostNotFound
from kith.domain.trends import worth
from kith.table import batches
from kith.table.connection import Table
from kith.table.counts import CountStore, alive
from kith.table.engagements import EngagementStore
from kith.table.items import PostTrendItem, TrendingItem
from kith.table.posts import PostStore
from kith.table.transactions import ConditionFailed, Put, write
from kith.table.trends import Overtaken, attributes_of, trend_of

ATTEMPTS: Final = 5


class Moved(Exception):  # an outcome: decide again
    """What a post has scored is not as it was read."""


@dataclass(frozen=True, slots=True)
class PostTrendStore:
    """Scores of posts: a verb per access pattern. Times are in milliseconds."""

    table: Table

    def count(self, post_id: int, *, now: int) -> None:
        """Let what has been done to a post since it was last counted go into its score, as of now.

        Raises:
            Overtaken: others kept counting it, or doing more to it.
        """
        for _ in range(ATTEMPTS):
            # Before its counts: who writes later has then read later.
            present = self.table.get(PostTrendItem, post_id=post_id)
            post = PostStore(self.table).by_id(post_id)
            if post is None:
                return
            counted, value = 0 if present is None else int(present.counted), self._value(post)
            if value == counted:
                return
            trend = trend_of(present).counting(value - counted, now)
            item = PostTrendItem.at(attributes_of(trend, present) | {"counted": value}, post_id=post_id)
            as_read = (
                PostTrendItem.pk.does_not_exist()
                if present is None
                else PostTrendItem.version == present.version
            )
            try:
                with suppress(Moved):
                    write(self.table, Put(item, as_read, Moved()), alive(post, PostNotFound()))
            except PostNotFound:  # just now
                return
        raise Overtaken

    def known_among(self, post_ids: Collection[int]) -> set[int]:
        """Return which of some posts are known to have been among the first of a day."""
        keys = {TrendingItem.pattern.key(post_id=post_id): post_id for post_id in post_ids}
        found = batches.get_all(self.table, keys) if keys else {}
        return {keys[key] for key in found}

    def note(self, post: Post) -> None:
        """Note that a post is among the first of a day, once for ever: the stream tells it."""
        item = TrendingItem.at({"author_id": post.author_id}, post_id=post.post_id)
        with suppress(ConditionFailed, PostNotFound):  # it is known, or the post is gone
            write(self.table, Put(item, TrendingItem.pk.does_not_exist()), alive(post, PostNotFound()))

    def _value(self, post: Post) -> int:
        """Return all that was done to a post by others, as it counts."""
        own = EngagementStore(self.table).of(post.author_id, [post.post_id]).get(post.post_id)
        total = CountStore(self.table).totalled([post])[post.post_id]
        return worth(total.counts, own or Engagement(post.author_id, post.post_id))
