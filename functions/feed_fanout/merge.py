"""Bringing what an account has published into the feed of who begins to follow it, and out of that of who ceases to.

Both are one thing: look how the two stand to each other, do what follows from that, and look again. Whatever is
delivered late, twice or at the same time, the last one who acts sees how it is in the end. Who is cut off before looking
again may leave what is deleted meanwhile; so a message that comes late looks through the feed for that, however the two
stand by then. After Mastodon's `FeedManager`, whose merge and unmerge are two.
"""

from dataclasses import dataclass
from functools import partial

from kith.domain.clock import MINUTE, Clock
from kith.domain.errors import Unavailable
from kith.domain.feeds import Arrival, FeedEntry
from kith.domain.users import Standing
from kith.table.connection import Table
from kith.table.feeds import FeedStore, oldest_kept, oldest_stored
from kith.table.follows import FollowStore
from kith.table.post_lists import PostListStore
from kith.table.posts import POSTS_MOST, PostStore
from kith.table.recents import RecentStore
from kith.table.relations import RelationStore
from kith.table.users import UserStore

ATTEMPTS = 5
LATE = 1 * MINUTE
"""A message that somebody had before comes again after more than that."""
MERGED_MOST = 500
"""Posts, and as many reposts, that a follow brings along: the newest."""


@dataclass(frozen=True, slots=True)
class Merger:
    """The use case of two accounts of which one has begun or ceased to follow the other."""

    table: Table
    feeds: FeedStore
    follows: FollowStore
    relations: RelationStore
    lists: PostListStore
    posts: PostStore
    recents: RecentStore
    users: UserStore
    clock: Clock
    feed_retention: int
    """Milliseconds."""

    def settle(self, reader_id: int, account_id: int, arrival: Arrival = Arrival.BACKFILLED) -> None:
        """Let a feed hold what an account has published exactly if its reader follows the account.

        Args:
            reader_id: whose feed.
            account_id: who has published.
            arrival: how it comes into the feed.

        Raises:
            Unavailable: the two kept changing their minds.
        """
        brought = set[int]()
        for _ in range(ATTEMPTS):
            follows = self._follows(reader_id, account_id)
            if follows:
                brought |= self._merge(reader_id, account_id, arrival)
            else:
                # Of who has been erased meanwhile nothing tells any more what they had reposted.
                self._unmerge(reader_id, account_id, brought)
            if self._follows(reader_id, account_id) == follows:
                return
        raise Unavailable

    def clear(self, reader_id: int, *, since: int, by_id: int | None = None) -> None:
        """Take what is gone out of a feed, if what has been to be seen to since a time may have been seen to before.

        Whoever was cut off at that may have brought it: of anybody, or of one account. What the reader only follows no
        longer is out of sight, and may stay.
        """
        now = self.clock()
        if now <= since + LATE:
            return
        brought = self.feeds.brought(reader_id, now=now)
        bringers = brought.keys() if by_id is None else brought.keys() & {by_id}
        known = self.users.by_ids({reader_id, *bringers})
        here = {each for each, user in known.items() if user.standing is not Standing.DELETED}
        self.table.all_of(
            [
                partial(self._withdraw_gone, reader_id, each, brought[each])
                if {reader_id, each} <= here
                # What somebody has reposted is erased after the feeds that it is in.
                else partial(self.feeds.withdraw, brought[each], [reader_id], by_id=each)
                for each in bringers
            ]
        )

    def _follows(self, reader_id: int, account_id: int) -> bool:
        stance, _ = self.relations.stances(reader_id, account_id)
        return stance.follows

    def _merge(self, reader_id: int, account_id: int, arrival: Arrival) -> set[int]:
        now = self.clock()
        pulled = self._pulled(reader_id, account_id, now)
        posts, reposts = self._published(account_id, oldest_kept(now, self.feed_retention))
        brought = {*posts, *reposts}
        if not brought:
            return brought
        self.feeds.deliver(
            [
                *(
                    FeedEntry(reader_id, each, account_id, arrival, now)
                    for each in posts
                    if each not in pulled
                ),
                *(FeedEntry(reader_id, each, account_id, arrival, now, is_repost=True) for each in reposts),
            ],
            retention=self.feed_retention,
        )
        self._withdraw_gone(reader_id, account_id, brought)
        return brought

    def _unmerge(self, reader_id: int, account_id: int, brought: set[int]) -> None:
        oldest = oldest_stored(self.clock(), self.feed_retention)
        posts, reposts = self._published(account_id, oldest, most=POSTS_MOST)
        removed = (post_id for post_id in self.posts.removed(account_id) if post_id >= oldest)
        self.feeds.withdraw({*posts, *reposts, *removed, *brought}, [reader_id], by_id=account_id)

    def _withdraw_gone(self, reader_id: int, account_id: int, brought: set[int]) -> None:
        """Take out of a feed which of some posts an account has neither published nor reposted any more."""
        # As far back as they reach, however many: others may have been published meanwhile.
        posts, reposts = self._published(account_id, min(brought), most=POSTS_MOST)
        self.feeds.withdraw(brought - {*posts, *reposts}, [reader_id], by_id=account_id)

    def _pulled(self, reader_id: int, account_id: int, now: int) -> frozenset[int]:
        """Return what the reader pulls of the account anyway."""
        if account_id not in self.follows.pulled(reader_id, now=now):
            return frozenset()
        return frozenset(self.recents.now_of(account_id).posts)

    def _published(
        self, account_id: int, oldest: int, *, most: int = MERGED_MOST
    ) -> tuple[list[int], list[int]]:
        """Return the posts and the reposts of an account that are not older than one, newest first."""
        posts = self.lists.by_author(account_id, limit=most, since=oldest)
        reposts = self.lists.reposted(account_id, limit=most, since=oldest)
        return [each.post_id for each in posts], [each.post_id for each in reposts]
