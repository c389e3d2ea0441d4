"""Hashtags as searches find them: by how they begin, those with most posts first."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from kith.domain.clock import Clock, system_clock
from kith.table import batches
from kith.table.connection import Table
from kith.table.index_cards import Source, as_read, is_settled, rewrite
from kith.table.items import FoundTagItem, IndexedTagItem, Item
from kith.table.transactions import ConditionFailed, Delete, write

BEGINNING_MOST: Final = 10
"""Letters of a beginning under which hashtags stand; who looks for more of them looks through those."""
USED_MOST: Final = 99
LOOKED_AT: Final = 100
"""Entries that are read at once: some two read units, eventually consistent."""


@dataclass(frozen=True, slots=True)
class TagCount:
    """A hashtag, and how many posts have it that everybody may see."""

    tag: str
    posts: int


@dataclass(frozen=True, slots=True)
class TagPage:
    """Hashtags, the most used first, and the place to go on from; None at the end."""

    tags: list[TagCount]
    resume_at: str | None


@dataclass(frozen=True, slots=True)
class TagIndex:
    """Hashtags: a verb per access pattern."""

    table: Table
    clock: Clock = system_clock

    def refresh(self, tag: str) -> None:
        """Let searches find a hashtag in the order of how many posts have it; one without any is not found.

        Raises:
            Unavailable: somebody else is at it, or its count has changed meanwhile.
        """
        card = self.table.get(IndexedTagItem, tag=tag)
        if card is None:
            return
        posts = int(card.posts)
        wanted = [f"{USED_MOST - min(posts.bit_length(), USED_MOST):02}"] if posts else None
        if not is_settled(card, wanted):
            rewrite(
                self.table,
                card,
                wanted,
                lambda source: _entries(tag, source),
                now=self.clock(),
                provided=IndexedTagItem.posts == posts,
            )
        if not posts:
            self._discard(tag)

    def _discard(self, tag: str) -> None:
        """Forget a hashtag that no post has, unless one has it again."""
        card = self.table.get(IndexedTagItem, tag=tag)
        if card is not None and is_settled(card, None):
            with suppress(ConditionFailed):  # one has it again, or somebody else sees to this
                write(self.table, Delete(card, as_read(card) & (IndexedTagItem.posts == 0)))

    def beginning(self, beginning: str, *, after: str | None, limit: int) -> TagPage:
        """Return hashtags that begin with something, after a place."""
        found = self._under(beginning[:BEGINNING_MOST], after)
        likely = [item for item in found if item.values["tag"].startswith(beginning)]
        counted = self.counts([item.values["tag"] for item in likely[:limit]])
        resume_at: str | None = found[-1].sk if len(found) == LOOKED_AT else None
        if len(likely) > limit:
            resume_at = likely[limit - 1].sk
        return TagPage([each for each in counted if each.posts > 0], resume_at)

    def _under(self, beginning: str, after: str | None) -> list[Item]:
        partition, _ = FoundTagItem.pattern.key(beginning=beginning, rank="0", tag="any")
        low, high = FoundTagItem.pattern.sort_range
        return self.table.query(
            partition, low if after is None else after + " ", high, limit=LOOKED_AT, consistent=False
        )

    def counts(self, tags: Sequence[str]) -> list[TagCount]:
        """Return how many posts some hashtags have, in their order."""
        keys = {tag: IndexedTagItem.pattern.key(tag=tag) for tag in tags}
        found = batches.get_all(self.table, keys.values()) if keys else {}
        items = {tag: found.get(key) for tag, key in keys.items()}
        return [
            TagCount(tag, int(item.posts) if isinstance(item, IndexedTagItem) else 0)
            for tag, item in items.items()
        ]


def _entries(tag: str, source: Source) -> Iterator[FoundTagItem]:
    (rank,) = source
    for end in range(1, min(len(tag), BEGINNING_MOST) + 1):
        yield FoundTagItem.at(beginning=tag[:end], rank=rank, tag=tag)
