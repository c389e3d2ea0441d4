"""Finding posts by words: candidates of the index, then their texts as they are now, as far as a viewer may see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from kith.domain.clock import Clock
from kith.domain.pages import Page
from kith.domain.relevance import relevance
from kith.domain.searching import PostEngine
from kith.domain.words import words
from kith.table.reader import PostReader, SeenPost

WORDS_MOST: Final = 8
"""Words of a search; further ones are left out."""
ROUNDS: Final = 4
"""How often at most a page is filled up; then it is given short, with a place to go on from."""
MORE: Final = 10
"""Posts that are looked at beyond those that a page takes, to know whether there are more."""
POOL: Final = 50
"""Posts that are put in order at once when the best come first: the newest that have the words."""


def asked(query: str) -> tuple[str, ...]:
    """Return the words that a post has to have."""
    return words(query)[:WORDS_MOST]


@dataclass(frozen=True, slots=True)
class RankedPage:
    """Part of what a search finds, best first, and which posts come after it."""

    seen: list[SeenPost]
    remaining: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PostSearch:
    """The use cases of finding posts."""

    index: PostEngine
    reader: PostReader
    clock: Clock

    def newest(self, viewer_id: int, query: str, *, before: int | None, limit: int) -> Page[int, SeenPost]:
        """Return a page of the posts with all words of a search, newest first.

        That there are more is told of posts that the viewer may see: who may not see a post does not learn by its words
        that it is there.
        """
        wanted, shown, start = asked(query), list[SeenPost](), before
        if not wanted:
            return Page([], None)
        for _ in range(ROUNDS):
            window = self.index.with_words(wanted, before=start, limit=limit + MORE)
            seen = self._with_words(viewer_id, wanted, window.post_ids)
            shown += [seen[post_id] for post_id in window.post_ids if post_id in seen]
            start = window.resume_at
            if len(shown) > limit or start is None:
                break
        if len(shown) > limit:
            return Page(shown[:limit], shown[limit - 1].post.post_id)
        return Page(shown, start)

    def best(self, viewer_id: int, query: str, *, remaining: Sequence[int] | None, limit: int) -> RankedPage:
        """Return a page of the newest posts with all words of a search, the best of them first.

        Their order is made once, with the first page; `remaining` is what of it is still to be shown.
        """
        wanted, now = asked(query), self.clock()
        if remaining is not None:
            seen = self._with_words(viewer_id, wanted, remaining[:limit])
            shown = [seen[post_id] for post_id in remaining[:limit] if post_id in seen]
            return RankedPage(shown, tuple(remaining[limit:]))
        if not wanted:
            return RankedPage([], ())
        window = self.index.with_words(wanted, before=None, limit=POOL)
        pool = self._with_words(viewer_id, wanted, window.post_ids).values()
        best = sorted(pool, key=lambda each: (-relevance(each.post, wanted, now), -each.post.post_id))
        return RankedPage(best[:limit], tuple(each.post.post_id for each in best[limit:]))

    def _with_words(
        self, viewer_id: int, wanted: Collection[str], post_ids: Sequence[int]
    ) -> dict[int, SeenPost]:
        seen = self.reader.some(viewer_id, post_ids)
        return {post_id: each for post_id, each in seen.items() if set(wanted) <= set(words(each.post.text))}
