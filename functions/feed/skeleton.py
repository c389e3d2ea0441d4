"""What a feed might show, before it is known what of it the reader may see: what was delivered, and what is pulled.

Every source returns what it has of so many posts older than one, newest first, or of all that are left. The newest of
all of them together are therefore complete, and what several sources bring is one post with several bringers.
After the skeletons of atproto's bsky.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from kith.domain.clock import Clock
from kith.domain.feeds import Arrival, FeedEntry
from kith.table.connection import Table
from kith.table.feeds import FeedStore, oldest_kept
from kith.table.follows import FollowStore
from kith.table.items import FollowingItem
from kith.table.post_lists import Listed, PostListStore
from kith.table.recents import KEPT, RecentStore

REPOSTS_EXPECTED = 10
"""Entries on a page beyond one for each post."""
UNORDERED = 10
"""Posts made at the same moment may stand in either order among recent ones: so many of a cut list are not trusted."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that a feed might show, and who brings it: each once."""

    post_id: int
    entries: tuple[FeedEntry, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where candidates come from."""

    table: Table
    feeds: FeedStore
    follows: FollowStore
    lists: PostListStore
    recents: RecentStore
    clock: Clock
    feed_retention: int
    """Milliseconds."""
    max_following: int

    def delivered(self, reader_id: int, before: int, count: int) -> list[FeedEntry]:
        """Return what was delivered to a reader."""
        now, found, posts = self.clock(), list[FeedEntry](), set[int]()
        size = count + REPOSTS_EXPECTED
        while True:
            entries = self.feeds.before(reader_id, before, limit=size, now=now)
            is_full = len(entries) == size
            cut = entries[-1].post_id if is_full else None
            # Of the post at the end there may be more.
            whole = [entry for entry in entries if entry.post_id != cut]
            found += whole
            posts |= {entry.post_id for entry in whole}
            if not is_full or len(posts) >= count:
                return found
            before = whole[-1].post_id if whole else before
            size *= 2  # so that posts with many bringers take few calls

    def pulled(self, reader_id: int, accounts: Iterable[int], before: int, count: int) -> list[FeedEntry]:
        """Return what accounts have published for readers to pull: from what is known of them, or their own lists."""
        since = oldest_kept(self.clock(), self.feed_retention)
        found: dict[tuple[int, bool], list[int]] = {}
        further: list[tuple[int, bool]] = []
        for account_id, recent in self.recents.of(list(accounts)).items():
            floor = _trusted_from(recent.posts, before)
            posts = [each for each in recent.posts if max(floor, since) <= each < before]
            found[account_id, False] = posts
            found[account_id, True] = [each for each in recent.reposts if since <= each < before]
            if len(posts) < count and floor > since:
                further.append((account_id, False))
            if len(recent.reposts) >= KEPT:
                further.append((account_id, True))
        calls = [partial(self._listed, each, before, count, since) for each in further]
        for each, listed in zip(further, self.table.all_of(calls), strict=True):
            found[each] += [entry.post_id for entry in listed]
        return self._entries(reader_id, found)

    def everything(self, reader_id: int, before: int, count: int) -> list[FeedEntry]:
        """Return what all whom a reader follows have published, and the reader, without looking at what was delivered.

        It takes two calls for each of them.
        """
        since = oldest_kept(self.clock(), self.feed_retention)
        following = self.follows.newest_ids(FollowingItem, reader_id, limit=self.max_following)
        lists = [
            (reader_id, False),
            *((each, is_repost) for each in following for is_repost in (False, True)),
        ]
        calls = [partial(self._listed, each, before, count, since) for each in lists]
        found = {
            each: [entry.post_id for entry in listed]
            for each, listed in zip(lists, self.table.all_of(calls), strict=True)
        }
        return self._entries(reader_id, found)

    def _listed(self, whose: tuple[int, bool], before: int, count: int, since: int) -> Sequence[Listed]:
        """Return what somebody has published, or reposted if the second of the pair says so."""
        account_id, is_repost = whose
        of_kind = self.lists.reposted if is_repost else self.lists.by_author
        return of_kind(account_id, limit=count, before=before, since=since)

    def _entries(self, reader_id: int, found: dict[tuple[int, bool], list[int]]) -> list[FeedEntry]:
        now = self.clock()
        return [
            FeedEntry(
                reader_id,
                post_id,
                account_id,
                Arrival.OWN if account_id == reader_id else Arrival.PULLED,
                now,
                is_repost,
            )
            for (account_id, is_repost), post_ids in found.items()
            for post_id in dict.fromkeys(post_ids)
        ]


def _trusted_from(recent: Sequence[int], before: int) -> int:
    """Return from which post on a list of recent ones, up to one, lacks none."""
    if len(recent) < KEPT:
        return 0
    known = sorted(filter(None, recent))
    return known[UNORDERED] if len(known) > UNORDERED else before


def merged(entries: Iterable[FeedEntry], count: int) -> list[Candidate]:
    """Return the newest posts that some entries bring, up to `count`; of one bringer's entries the first counts."""
    posts: dict[int, dict[int, FeedEntry]] = {}
    for entry in entries:
        posts.setdefault(entry.post_id, {}).setdefault(entry.by_id, entry)
    newest = sorted(posts, reverse=True)[:count]
    return [Candidate(post_id, tuple(posts[post_id].values())) for post_id in newest]
