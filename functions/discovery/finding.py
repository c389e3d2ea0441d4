"""Finding posts that somebody may take to: in three ways, all of them at the moment of asking.

The graph that this walks are the likes themselves: each is stored from both of its ends in the transaction that makes it.
So there is nothing else to keep, to mend or to erase, and what was liked a moment ago counts. Whatever is found is a
candidate: whether its viewer may see it is decided when it is shown.

What is read is bounded by the constants below, whatever there is: four sequential round trips, in turns of as many calls
as a table makes at a time; at most 11 + SEEDS + ALIKE + HASHTAGS calls, and some 190 read units. For somebody who has done
nothing it is one round trip of three calls.
"""

from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from kith.domain.clock import Clock
from kith.domain.engagements import Deed
from kith.domain.recommendations import (
    Neighbours,
    Recommendation,
    about,
    interests,
    mixed,
    neighbours,
    similar,
    trending,
)
from kith.domain.trends import Window
from kith.domain.visibility import can_view_connections
from kith.table.connection import Table
from kith.table.engagements import EngagementStore
from kith.table.post_lists import PostListStore
from kith.table.reader import PostReader
from kith.table.relations import RelationStore
from kith.table.trends import TrendStore

ENGAGED = 100
"""The newest posts that the viewer has engaged with, which are left out from the start: some 4 read units."""
SEEDS = 20
"""How many of these, the newest, are gone out from: a post and half a list are 1.5 read units, an author 2."""
WRITTEN = 10
"""The newest posts that the viewer has written: a read unit each, for their hashtags."""
LIKERS = 25
"""How many of who likes a post, the newest: up to half a read unit, eventually consistent."""
ALIKE = 30
"""How many of these are looked at, those who are most alike: 2 read units each to know who they are."""
EACH = 50
"""How many of the newest posts that each of them has engaged with: up to 1 read unit, eventually consistent."""
HASHTAGS = 5
"""How many of the viewer's hashtags are looked up, those that come most often."""
TAGGED = 20
"""How many of the newest posts with each: up to 1 read unit."""
POPULAR = 50
"""How many of the posts that are trending."""


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds posts on behalf of a viewer."""

    table: Table
    engagements: EngagementStore
    lists: PostListStore
    reader: PostReader
    relations: RelationStore
    trends: TrendStore
    clock: Clock

    def found(self, viewer_id: int) -> list[Recommendation]:
        """Return what may be worth something to a viewer, the best first; what they have lately engaged with is not.

        Somebody who has done nothing yet is told what is trending.
        """
        now = self.clock()
        popular = self.table.start(lambda: self.trends.top_posts(Window.DAY, now=now, limit=POPULAR))
        written = self.table.start(lambda: self.lists.by_author(viewer_id, limit=WRITTEN))
        engaged = self.engagements.newest(viewer_id, limit=ENGAGED)
        seeds = [each.post_id for each in engaged[:SEEDS]]
        likers = {post_id: self._likers(post_id) for post_id in seeds}
        own = self.reader.some(viewer_id, {*seeds, *(each.post_id for each in written.result())})
        # Who likes a post is told to whoever may see it, and to nobody else.
        visible = [own[post_id] for post_id in seeds if post_id in own]
        alike = neighbours(
            {each.post.post_id: likers[each.post.post_id].result() for each in visible},
            {each.post.post_id: each.post.counts.likes for each in visible},
            viewer_id=viewer_id,
            most=ALIKE,
        )
        hashtags = interests((each.post for each in own.values()), most=HASHTAGS)
        tagged = {hashtag: self._tagged(hashtag) for hashtag in hashtags}
        found = mixed(
            similar(alike, self._engaged(viewer_id, alike)),
            about(hashtags, {hashtag: listed.result() for hashtag, listed in tagged.items()}, now=now),
            trending(popular.result()),
        )
        known = {each.post_id for each in engaged}
        return [each for each in found if each.post_id not in known]

    def _likers(self, post_id: int) -> Future[list[int]]:
        return self.table.start(lambda: self.engagements.lately(Deed.LIKE, post_id, limit=LIKERS))

    def _tagged(self, hashtag: str) -> Future[list[int]]:
        return self.table.start(lambda: [each.post_id for each in self.lists.tagged(hashtag, limit=TAGGED)])

    def _engaged(self, viewer_id: int, alike: Neighbours) -> dict[int, list[int]]:
        """Return what those who are alike have liked and reposted; what they have bookmarked is nobody's business.

        What a private account has done is not to be concluded from what it is alike to, no more than whom it follows.
        """
        done = {account_id: self.table.start(partial(self._done, account_id)) for account_id in alike}
        known = self.relations.known(viewer_id, alike)
        return {
            account_id: post_ids.result()
            for account_id, post_ids in done.items()
            if account_id in known and can_view_connections(viewer_id, *known[account_id])
        }

    def _done(self, account_id: int) -> list[int]:
        engagements = self.engagements.newest(account_id, limit=EACH, consistent=False)
        return [each.post_id for each in engagements if each.like_id or each.repost_id]
