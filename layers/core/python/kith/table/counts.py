"""A post's counts in the table: in the post itself, and spread over further items once many count at once.

Whatever is counted is counted in one of these items, on the condition that it is there; deleting a post takes all of
them away at once, so nothing can be done to what is gone.
"""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from kith.domain.errors import Unavailable
from kith.domain.posts import Counts, Post, PostNotFound
from kith.table.connection import Table
from kith.table.items import CountedItem, CountItem, PostItem
from kith.table.transactions import Check, ConditionFailed, Delete, Put, Update, write

SHARDS_MOST = 32
"""Each takes some tens of likes a second without getting in the way of others."""
CROWDED = 3
"""Attempts in vain from which a post's counts are spread."""


@dataclass(frozen=True, slots=True)
class CountStore:
    """Counts of posts: a verb per access pattern."""

    table: Table

    def totalled(self, posts: Iterable[Post]) -> dict[int, Post]:
        """Return posts with all their counts, by identifier; it takes no call for those whose counts are not spread."""
        found = {post.post_id: post for post in posts}
        spread = [post for post in found.values() if post.count_shards > 1]
        totals = self.table.all_of([partial(self._totalled, post) for post in spread])
        return found | {post.post_id: post for post in totals}

    def _totalled(self, post: Post) -> Post:
        partition, _ = PostItem.pattern.key(post_id=post.post_id)
        further = self.table.query(partition, *CountItem.pattern.sort_range, limit=SHARDS_MOST)
        counts = sum((counts_of(item) for item in further if isinstance(item, CountItem)), post.counts)
        return replace(post, counts=counts)

    def spread_if_crowded(self, post: Post, attempts_in_vain: int) -> None:
        """Spread a post's counts over twice as many items if counting had to wait for others.

        What was counted is done, whether or not this comes about: the next one that has to wait tries it again.
        """
        if attempts_in_vain < CROWDED or post.count_shards >= SHARDS_MOST:
            return
        more = range(post.count_shards, 2 * post.count_shards)
        with suppress(ConditionFailed, Unavailable):  # somebody else was faster, or too many were
            write(
                self.table,
                Update(
                    PostItem.at(post_id=post.post_id),
                    [
                        PostItem.count_shards.set(2 * post.count_shards),
                        PostItem.revision.set(post.revision + 1),
                    ],
                    PostItem.revision == post.revision,
                ),
                *(
                    Put(CountItem.at(post_id=post.post_id, shard=str(shard)), CountItem.pk.does_not_exist())
                    for shard in more
                ),
            )


def counts_of(item: CountedItem) -> Counts:
    """Return the counts in one item."""
    return Counts(int(item.likes), int(item.comments), int(item.reposts))


def counting(post: Post, **by: int) -> Update:
    """Return the write that counts something that is done to a post, if it is there."""
    item = _any_of(post)
    actions = [getattr(type(item), name).add(number) for name, number in by.items()]
    return Update(item, actions, type(item).pk.exists(), PostNotFound())


def alive(post: Post, otherwise: Exception) -> Check:
    """Return the demand that a post is there, made of an item that not everybody has to do with at once."""
    item = _any_of(post)
    return Check(item, type(item).pk.exists(), otherwise)


def uncounted(post: Post) -> list[Delete]:
    """Return the writes that take a post's further counts away."""
    shards = range(1, post.count_shards)
    return [Delete(CountItem.at(post_id=post.post_id, shard=str(shard))) for shard in shards]


def _any_of(post: Post) -> PostItem | CountItem:
    shard = secrets.randbelow(post.count_shards)
    if shard == 0:
        return PostItem.at(post_id=post.post_id)
    return CountItem.at(post_id=post.post_id, shard=str(shard))
