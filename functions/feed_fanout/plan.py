"""Planning deliveries: pages of followers become messages of a hundred, with a checkpoint.

A post is brought by its author to the author's followers, and by each who reposts it to theirs. Whoever is a celebrity
when it happens does not bring it: their followers pull. A plan that is cut off goes on from its checkpoint when the
event comes again, and repeats one page at most; a message that is sent twice writes the same entries twice, which is
once. A post that is gone, or reposted no longer, is not planned any further.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kith.domain.clock import Clock
from kith.domain.posts import Delivery
from kith.messaging import Queue
from kith.table.engagements import EngagementStore
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from kith.table.mentions import MentionStore
from kith.table.posts import PostStore
from kith.table.recents import RecentStore
from kith.table.users import UserStore

PAGE_MESSAGES = 10
"""Messages per page: as many as one call sends."""


@dataclass(frozen=True, slots=True)
class Planner:
    """The use cases of `post.created` and `post.reposted`."""

    feeds: FeedStore
    follows: FollowStore
    posts: PostStore
    engagements: EngagementStore
    mentions: MentionStore
    recents: RecentStore
    users: UserStore
    deliveries: Queue
    batch: int
    clock: Clock

    def published(self, post_id: int) -> int:
        """Send a delivery message for each `batch` of a post's author's followers; return how many were sent.

        Raises:
            PostNotFound: the post has gone meanwhile.
            Unavailable: the rest has to be planned another time.
        """
        post = self.posts.by_id(post_id)
        if post is None:
            return 0
        self.mentions.unmention_deleted(post)
        if post.delivery is Delivery.PULL and self._all_pull(post.author_id):
            return 0
        return self._planned(
            post_id,
            post.author_id,
            self.feeds.planned_to(post_id),
            lambda reached: self.feeds.plan_reached(post_id, reached, now=self.clock()),
            # One that waited for its media was not published when it was created.
            published_at=None if post.media else post.created_at,
        )

    def reposted(self, post_id: int, by_id: int) -> int:
        """Send a delivery message for each `batch` of the followers of who reposted a post; return how many were sent.

        There is no checkpoint: a plan of ten thousand followers, beyond which they pull, takes a second.

        Raises:
            Unavailable: it has to be planned another time.
        """
        delivery = self.engagements.delivery_of_repost(by_id, post_id)
        if delivery is None or (delivery is Delivery.PULL and self._all_pull(by_id)):
            return 0
        return self._planned(post_id, by_id, 0, lambda _reached: None, is_repost=True)

    def _all_pull(self, account_id: int) -> bool:
        """See to what an account publishes for readers to pull; tell whether all who follow it do.

        Whoever came to follow between the end of its fame and the publishing neither pulls nor was brought it along: a
        celebrity no longer, it pushes that as well. What reaches a feed both ways is there once.
        """
        self.recents.cut(account_id)
        account = self.users.by_id(account_id)
        return account is None or account.is_celebrity

    def _planned(
        self,
        post_id: int,
        by_id: int,
        reached: int,
        note: Callable[[int], None],
        *,
        is_repost: bool = False,
        published_at: int | None = None,
    ) -> int:
        sent = 0
        about = {
            "post_id": post_id,
            "by_id": by_id,
            "is_repost": is_repost,
            **({} if published_at is None else {"published_at": published_at}),
        }
        page = self.batch * PAGE_MESSAGES
        while followers := self.follows.followers_after(by_id, reached, limit=page):
            batches = [
                followers[start : start + self.batch] for start in range(0, len(followers), self.batch)
            ]
            messages = [
                {
                    **about,
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
            note(reached)
        return sent
