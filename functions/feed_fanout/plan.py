"""Planning a post's delivery: pages of its author's followers become messages of a hundred, with a checkpoint.

A plan that is cut off goes on from its checkpoint when the event comes again, and repeats one page at most; a message
that is sent twice writes the same entries twice, which is once. A post that is gone is not planned any further.
"""

from dataclasses import dataclass

from kith.domain.clock import Clock
from kith.events import PostCreated
from kith.messaging import Queue
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from kith.table.mentions import MentionStore
from kith.table.posts import PostStore

PAGE_MESSAGES = 10
"""Messages per page: as many as one call sends."""


@dataclass(frozen=True, slots=True)
class Planner:
    """The use case of `post.created`."""

    feeds: FeedStore
    follows: FollowStore
    posts: PostStore
    mentions: MentionStore
    deliveries: Queue
    batch: int
    clock: Clock

    def plan(self, post: PostCreated) -> int:
        """Send a delivery message for each `batch` of the author's followers; return how many were sent.

        Raises:
            PostNotFound: the post has gone meanwhile.
            Unavailable: the rest has to be planned another time.
        """
        stored = self.posts.by_id(post.post_id)
        if stored is None:
            return 0
        self.mentions.unmention_deleted(stored)
        sent = 0
        page = self.batch * PAGE_MESSAGES
        reached = self.feeds.planned_to(post.post_id)
        while followers := self.follows.followers_after(post.author_id, reached, limit=page):
            batches = [
                followers[start : start + self.batch] for start in range(0, len(followers), self.batch)
            ]
            messages = [
                {
                    "post_id": post.post_id,
                    "author_id": post.author_id,
                    "readers": [follower.other_id for follower in batch],
                    "entries": [batch[0].entry_id, batch[-1].entry_id],
                }
                for batch in batches
            ]
            self.deliveries.send(messages)
            sent += len(messages)
            if len(followers) < page:
                break
            reached = followers[-1].entry_id
            self.feeds.plan_reached(post.post_id, reached, now=self.clock())
        return sent
