"""Taking back what somebody has reposted out of the feeds that it was brought into.

It looks whether the repost is really gone, takes entries out, and looks again: whoever has reposted it anew meanwhile
has it brought there anew.
"""

from dataclasses import asdict, dataclass

from functions.feed_fanout.plan import Planner
from kith.domain.clock import Clock
from kith.messaging import Queue
from kith.table.audience import START, Audience, Stage
from kith.table.engagements import EngagementStore
from kith.table.feeds import FeedStore, oldest_stored
from kith.table.posts import PostStore
from kith.table.recents import RecentStore


@dataclass(frozen=True, slots=True)
class Withdrawer:
    """The use case of `post.unreposted`."""

    audience: Audience
    posts: PostStore
    feeds: FeedStore
    engagements: EngagementStore
    recents: RecentStore
    planner: Planner
    queue: Queue
    """Its own: where it asks to go on."""
    clock: Clock
    feed_retention: int
    """Milliseconds."""
    budget: int
    """Milliseconds after which no further page is begun for one message."""

    def unreposted(self, post_id: int, by_id: int, stage: Stage | None = START) -> None:
        """Take a repost out of feeds, page by page, from where it was; it asks to go on when its time is up.

        Raises:
            Unavailable: the rest has to be tried another time.
        """
        until = self.clock() + self.budget
        post = self.posts.by_id(post_id)
        if post is not None and post.author_id == by_id:
            return  # it is in feeds as what it is: its author's
        if post_id < oldest_stored(self.clock(), self.feed_retention):
            stage = None  # no feed has it any more
        while stage is not None and self.engagements.delivery_of_repost(by_id, post_id) is None:
            readers, stage = self.audience.page(by_id, stage)
            self.feeds.withdraw([post_id], readers, by_id=by_id)
            if stage is not None and self.clock() >= until:
                self.queue.send([{"post_id": post_id, "by_id": by_id, "stage": asdict(stage)}])
                return
        if self.engagements.delivery_of_repost(by_id, post_id) is None:
            self.recents.forget(by_id, post_id)
        self.planner.reposted(post_id, by_id)
