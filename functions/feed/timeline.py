"""The chronological feed: skeleton -> hydrate -> rules -> present.

The skeleton are candidates; whether the reader may see a post is decided here, at every read, from what is so now.
Taking candidates out of the table after an unfollow is housekeeping, not correctness.
After atproto's bsky pipeline, with a bounded refill of pages that the rules have thinned out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kith.domain import ids
from kith.domain.clock import Clock
from kith.domain.feeds import FeedEntry
from kith.domain.posts import Post
from kith.domain.users import User
from kith.domain.visibility import Relation, can_view
from kith.table.connection import Table
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore

REFILLS = 4
"""How many times a page is filled up at most; then it is given short, with a cursor to go on from."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One post that the reader may see, with its author and how it arrived."""

    entry: FeedEntry
    post: Post
    author: User


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a feed. `resume_before` is the post after which the next page starts, None at the end."""

    shown: list[Shown]
    resume_before: int | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The use case of the feed room."""

    table: Table
    feeds: FeedStore
    follows: FollowStore
    clock: Clock

    def page(self, reader_id: int, before: int | None, limit: int) -> Page:
        """Return up to `limit` visible posts older than `before`, newest first.

        Two sequential round trips, one more for each refill.
        """
        now = self.clock()
        entries, hidden = self.table.together(
            lambda: self.feeds.before(reader_id, before or ids.LIMIT, limit=limit + 1, now=now),
            lambda: self.follows.hidden_from(reader_id, now=now),
        )
        shown: list[Shown] = []
        for refill in range(REFILLS):
            candidates, more = entries[:limit], len(entries) > limit
            shown += self._visible(reader_id, candidates, hidden)
            if len(shown) >= limit or not more or refill == REFILLS - 1:
                break
            entries = self.feeds.before(reader_id, candidates[-1].post_id, limit=limit + 1, now=now)
        if len(shown) > limit:
            return Page(shown[:limit], shown[limit - 1].post.post_id)
        return Page(shown, candidates[-1].post_id if more else None)

    def _visible(
        self, reader_id: int, candidates: Sequence[FeedEntry], hidden: frozenset[int]
    ) -> list[Shown]:
        wanted = [entry for entry in candidates if entry.author_id not in hidden]
        if not wanted:
            return []
        posts, authors = self.feeds.hydrate(wanted)
        found = [
            Shown(entry, posts[entry.post_id], authors[entry.author_id])
            for entry in wanted
            if entry.post_id in posts and entry.author_id in authors
        ]
        # An entry comes of a follow, and an unfollow hides its author: whoever is not hidden is followed.
        followed = Relation(follows=True)
        return [each for each in found if can_view(reader_id, each.post, each.author, followed)]
