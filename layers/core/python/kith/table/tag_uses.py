"""Which hashtags accounts use, in the table: each account counts once for a hashtag, however often it uses it.

An account's use of a hashtag is an item of its own, and goes into what the hashtag has scored in the same transaction:
a newer one in place of an older one, and out again when the post is gone, changed or no longer for everybody. What
counts no longer is still known for a while, so that whoever is cut off before the boards have looked finds it again.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pynamodb.expressions.condition import Condition

from kith.domain import ids
from kith.domain.clock import SECOND
from kith.domain.errors import Unavailable
from kith.domain.posts import Post, PostChanged
from kith.domain.trends import KEPT
from kith.domain.users import Standing
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import PostItem, TagTrendItem, TagUseItem, UserItem
from kith.table.transactions import Check, Operation, Put, Update, write
from kith.table.trends import TrendStore, attributes_of, trend_of

ATTEMPTS: Final = 5
AT_ONCE: Final = 25
"""Hashtags in one transaction."""
LEAST_SUFFIX: Final = " "
"""What makes of a sort key the least that can come after it."""


class Moved(Exception):  # an outcome: decide again
    """A use or what a hashtag has scored is not as it was read."""


class AccountShown(Exception):  # an outcome: what it uses counts
    """An account is one for everybody."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How far an account counts for a hashtag, as it was read."""

    user_id: int
    tag: str
    post_id: int | None
    """None while it does not."""
    trend: TagTrendItem | None

    def becoming(self, post_id: int) -> list[Operation]:
        """Return the writes after which a post is what counts, from when it was created, whenever it is heard of."""
        used_at = ids.created_at(post_id)
        attributes = {"tag": self.tag, "post_id": post_id, "expires_at": _forgotten(used_at)}
        trend = trend_of(self.trend).counting(1, used_at)
        if self.post_id is not None:
            trend = trend.counting(-1, ids.created_at(self.post_id))
        return [
            Put(_use(self.user_id, self.tag, attributes), self._as_read, Moved()),
            self._scoring(attributes_of(trend, self.trend) | {"expires_at": _forgotten(trend.scored_at)}),
        ]

    def ending(self) -> list[Operation]:
        """Return the writes after which nothing counts."""
        if self.post_id is None:
            return []
        gone = Update(_use(self.user_id, self.tag), [TagUseItem.post_id.remove()], self._as_read, Moved())
        if self.trend is None:  # all of it was so long ago that it is forgotten
            return [gone]
        trend = trend_of(self.trend).counting(-1, ids.created_at(self.post_id))
        return [
            gone,
            self._scoring(attributes_of(trend, self.trend) | {"expires_at": int(self.trend.expires_at)}),
        ]

    @property
    def _as_read(self) -> Condition:
        if self.post_id is None:
            return TagUseItem.post_id.does_not_exist()
        return TagUseItem.post_id == self.post_id

    def _scoring(self, attributes: dict[str, object]) -> Put:
        as_read = (
            TagTrendItem.pk.does_not_exist()
            if self.trend is None
            else TagTrendItem.version == self.trend.version
        )
        return Put(TagTrendItem.at(attributes, tag=self.tag), as_read, Moved())


@dataclass(frozen=True, slots=True)
class TagUseStore:
    """Uses of hashtags: a verb per access pattern."""

    table: Table

    def note(self, post: Post, tags: Collection[str]) -> None:
        """Let a post that is for everybody be its author's use of hashtags, where no newer one is.

        Raises:
            PostChanged: the post is not as it was read, or its author's account no longer one for everybody.
            Unavailable: others kept changing it.
        """
        admitted = Check(UserItem.at(user_id=post.author_id), _shown(), PostChanged())

        def noted(usage: Usage) -> list[Operation]:
            return usage.becoming(post.post_id) if (usage.post_id or 0) < post.post_id else []

        self._change(post.author_id, tags, noted, [_as_read(post), admitted])

    def withdraw(self, user_id: int, post_id: int, tags: Collection[str], *, as_read: Post | None) -> None:
        """Let a post no longer be its author's use of hashtags; None is one that is gone.

        Raises:
            PostChanged: the post is not as it was read.
            Unavailable: others kept changing it.
        """

        def withdrawn(usage: Usage) -> list[Operation]:
            return usage.ending() if usage.post_id == post_id else []

        self._change(user_id, tags, withdrawn, [] if as_read is None else [_as_read(as_read)])

    def take_back(self, user_id: int, tags: Collection[str]) -> None:
        """Let an account that is hidden or gone count no longer for hashtags.

        Raises:
            AccountShown: it is neither.
            Unavailable: others kept changing it.
        """
        hidden = UserItem.pk.does_not_exist() | ~_shown()
        self._change(
            user_id, tags, Usage.ending, [Check(UserItem.at(user_id=user_id), hidden, AccountShown())]
        )

    def used(self, user_id: int, *, after: str | None, limit: int) -> list[TagUseItem]:
        """Return uses of an account's, in the order of their digests, from after one."""
        partition, _ = UserItem.pattern.key(user_id=user_id)
        low, high = TagUseItem.pattern.sort_range
        if after is not None:
            low = TagUseItem.pattern.key(user_id=user_id, digest=after)[1] + LEAST_SUFFIX
        found = self.table.query(partition, low, high, limit=limit)
        return [item for item in found if isinstance(item, TagUseItem)]

    def forget(self, user_id: int, uses: Sequence[TagUseItem], *, now: int) -> None:
        """Take uses of a deleted account away for good, from the boards before they are no longer known."""
        tags = [use.tag for use in uses]
        self.take_back(user_id, tags)
        TrendStore(self.table).see_tags(tags, now=now)
        batches.delete_all(self.table, [(use.pk, use.sk) for use in uses])

    def _change(
        self,
        user_id: int,
        tags: Collection[str],
        changed: Callable[[Usage], list[Operation]],
        grounds: Sequence[Check] = (),
    ) -> None:
        ordered = sorted(tags)
        for start in range(0, len(ordered), AT_ONCE):
            self._change_some(user_id, ordered[start : start + AT_ONCE], changed, grounds)

    def _change_some(
        self,
        user_id: int,
        tags: Sequence[str],
        changed: Callable[[Usage], list[Operation]],
        grounds: Sequence[Check],
    ) -> None:
        for _ in range(ATTEMPTS):
            operations = [each for usage in self._usages(user_id, tags) for each in changed(usage)]
            try:
                if operations:
                    write(self.table, *grounds, *operations)
            except Moved:
                continue
            return
        raise Unavailable

    def _usages(self, user_id: int, tags: Sequence[str]) -> Iterator[Usage]:
        uses = {tag: _use(user_id, tag) for tag in tags}
        trends = {tag: TagTrendItem.pattern.key(tag=tag) for tag in tags}
        keys = [(use.pk, use.sk) for use in uses.values()]
        found = batches.get_all(self.table, [*keys, *trends.values()])
        for tag, key in zip(tags, keys, strict=True):
            use, trend = found.get(key), found.get(trends[tag])
            yield Usage(
                user_id,
                tag,
                int(use.post_id) if isinstance(use, TagUseItem) and use.post_id is not None else None,
                trend if isinstance(trend, TagTrendItem) else None,
            )


def _shown() -> Condition:
    """Return the demand that an account is there and for everybody."""
    shown: Condition = (UserItem.is_private == False) & (UserItem.standing == Standing.ACTIVE)  # noqa: E712  # a condition, not a truth
    return shown


def _as_read(post: Post) -> Check:
    return Check(PostItem.at(post_id=post.post_id), PostItem.revision == post.revision, PostChanged())


def _use(user_id: int, tag: str, attributes: dict[str, object] | None = None) -> TagUseItem:
    # Not the hashtag itself: it may be of any script, and ranges of sort keys are ranges of ASCII.
    digest = hashlib.sha256(tag.encode()).hexdigest()
    return TagUseItem.at(attributes, user_id=user_id, digest=digest)


def _forgotten(moment: int) -> int:
    """Return when nobody needs to know any more of what was at a moment, in seconds."""
    return (moment + KEPT) // SECOND
