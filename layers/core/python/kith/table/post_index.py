"""Posts as searches find them, by their words, newest first; and how many public ones each hashtag has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from kith.domain.clock import Clock, system_clock
from kith.domain.errors import Unavailable
from kith.domain.posts import Post
from kith.domain.searching import Window
from kith.domain.users import User
from kith.domain.visibility import can_view
from kith.domain.words import words
from kith.table.connection import Table
from kith.table.follows import LAST_ID
from kith.table.index_cards import Ending, Source, as_read, is_settled, rewrite
from kith.table.items import FoundPostItem, IndexedPostItem, IndexedTagItem, PostItem, UserItem
from kith.table.tag_index import TagIndex
from kith.table.transactions import Check, Delete, Operation, Update, write

WORDS_MOST: Final = 200
"""Distinct words of a post by which it is found: a write unit each."""
ASKED_MOST: Final = 4
"""Words of a search that are looked up; any further ones are looked for in what that finds."""
WINDOW: Final = 100
"""Posts that are read for each word at once: some two read units, eventually consistent."""


@dataclass(frozen=True, slots=True)
class PostIndex:
    """Posts by their words: a verb per access pattern."""

    table: Table
    clock: Clock = system_clock
    words_most: int = WORDS_MOST
    """0 where another engine has the words, and this one the hashtags alone."""

    def put(self, post: Post, author: User) -> None:
        """Let searches find a post by its words, and count it among those with its hashtags if all may see it.

        Raises:
            Unavailable: it or its author has changed meanwhile, or somebody else is at it.
        """
        proofs = [Check(PostItem.at(post_id=post.post_id), PostItem.revision == post.revision, Unavailable())]
        if post.hashtags:
            as_open = (UserItem.standing == author.standing) & (UserItem.is_private == author.is_private)
            proofs.append(Check(UserItem.at(user_id=author.user_id), as_open, Unavailable()))
        wanted = list(words(post.text)[: self.words_most])
        hashtags = list(post.hashtags) if can_view(None, post, author) else []
        if self._rewrite(self._card(post.post_id), wanted, hashtags, proofs):
            self._move_tags(self._card(post.post_id))

    def drop(self, post_id: int) -> None:
        """Let no search find a post any more, and count it nowhere.

        Raises:
            Unavailable: somebody else is at it.
        """
        card = self._card(post_id)
        if not card.revision:
            return
        if self._rewrite(card, None, []):
            self._move_tags(self._card(post_id))
        gone = (IndexedPostItem.holds == []) & (IndexedPostItem.moved == [])
        write(self.table, Delete(card, gone & (IndexedPostItem.writing_until == 0), Unavailable()))

    def _card(self, post_id: int) -> IndexedPostItem:
        return self.table.get(IndexedPostItem, post_id=post_id) or IndexedPostItem.at(post_id=post_id)

    def _rewrite(
        self,
        card: IndexedPostItem,
        wanted: Source | None,
        hashtags: Sequence[str],
        proofs: Sequence[Check] = (),
    ) -> bool:
        """Rewrite what is to be rewritten; return whether hashtags may have to be moved."""
        post_id, counted = card.values["post_id"], set(map(str, card.counted))
        changed = sorted(counted ^ set(hashtags))
        # Those of one who was cut off before they were moved stay among them.
        moved = sorted({*map(str, card.moved), *changed})
        of_card = [IndexedPostItem.counted.set(list(hashtags)), IndexedPostItem.moved.set(moved)]  # type: ignore[arg-type]  # the stubs ask for attributes
        beside = [_counting(tag, -1 if tag in counted else 1) for tag in changed]
        if not is_settled(card, wanted):
            rewrite(
                self.table,
                card,
                wanted,
                lambda source: _entries(post_id, source),
                now=self.clock(),
                proofs=proofs,
                ending=Ending(of_card, beside),
            )
        elif changed:
            revision = IndexedPostItem.revision.set(int(card.revision) + 1)
            write(
                self.table, Update(card, [*of_card, revision], as_read(card), Unavailable()), *proofs, *beside
            )
        return bool(moved)

    def _move_tags(self, card: IndexedPostItem) -> None:
        if not card.revision:
            return  # somebody else has dropped it, and moved them
        tags = TagIndex(self.table, self.clock)
        for tag in card.moved:
            tags.refresh(str(tag))
        none = IndexedPostItem.moved.set([])
        write(self.table, Update(card, [none], as_read(card), Unavailable()))

    def with_words(self, asked: Sequence[str], *, before: int | None, limit: int) -> Window:
        """Return posts that may have all of some words, older than one.

        The word whose newest posts reach back furthest leads; what else is read tells of some of them that they lack
        another.
        """
        read = self.table.all_of([partial(self._read, word, before) for word in asked[:ASKED_MOST]])
        leading = min(read, key=lambda ids: (len(ids) == WINDOW, ids[-1] if ids else 0))
        likely = [each for each in leading if all(_may_have(ids, each) for ids in read)]
        if len(likely) > limit:
            return Window(likely[:limit], likely[limit - 1])
        return Window(likely, leading[-1] if len(leading) == WINDOW else None)

    def _read(self, word: str, before: int | None) -> list[int]:
        partition, low = FoundPostItem.pattern.key(word=word, post_id=0)
        _, high = FoundPostItem.pattern.key(word=word, post_id=LAST_ID if before is None else before - 1)
        items = self.table.query(partition, low, high, limit=WINDOW, newest_first=True, consistent=False)
        return [item.values["post_id"] for item in items]


def _may_have(post_ids: Sequence[int], post_id: int) -> bool:
    """Tell whether a post is among those with a word, as far as they have been read."""
    return post_id in post_ids or (len(post_ids) == WINDOW and post_id < post_ids[-1])


def _entries(post_id: int, source: Source) -> Iterator[FoundPostItem]:
    return (FoundPostItem.at(word=word, post_id=post_id) for word in source)


def _counting(tag: str, by: int) -> Operation:
    return Update(
        IndexedTagItem.at(tag=tag),
        [IndexedTagItem.posts.add(by), IndexedTagItem.kind.set(IndexedTagItem)],
    )
