"""What follows from deleting a post: it is taken out of every feed, and all that hung on it is taken away.

Each walk goes on where it was when its message comes again; what is done twice is done once. Former followers come
before followers, so that who follows again meanwhile is met among the followers, who are walked oldest first.
"""

from dataclasses import dataclass
from typing import Final

from kith.domain import ids
from kith.domain.clock import DAY, Clock
from kith.messaging import Queue
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from kith.table.remains import Remains

FORMER_FOLLOWERS, FOLLOWERS, REMAINS = "former_followers", "followers", "remains"
WALK: Final = (FORMER_FOLLOWERS, FOLLOWERS, REMAINS)
"""In this order."""
PAGE = 1_000
LATE = 15 * DAY
"""How much longer than it should a feed entry may be there: time-to-live deletes late."""


@dataclass(frozen=True, slots=True)
class Remover:
    """The use case of `post.deleted`."""

    remains: Remains
    follows: FollowStore
    feeds: FeedStore
    queue: Queue
    """Its own: where it asks to go on."""
    clock: Clock
    feed_retention: int
    """Milliseconds."""
    budget: int
    """Milliseconds after which no further page is begun for one message."""

    def go_on(self, author_id: int, post_id: int, walk: str = FORMER_FOLLOWERS, after: int = 0) -> None:
        """Take a deleted post away, page by page, from where it was; it asks to go on when its time is up.

        Raises:
            Unavailable: the rest has to be tried another time.
        """
        removal = self.remains.removal(author_id, post_id)
        if removal is None:
            return
        until = self.clock() + self.budget
        if ids.created_at(post_id) < self.clock() - self.feed_retention - LATE:
            walk = REMAINS  # no feed has it any more
        while True:
            walk, after = self._page(author_id, post_id, walk, after)
            if walk not in WALK:
                break
            if self.clock() >= until:
                message = {"walk": walk, "author_id": author_id, "post_id": post_id, "after": after}
                self.queue.send([message])
                return
        self.remains.close(removal)

    def _page(self, author_id: int, post_id: int, walk: str, after: int) -> tuple[str, int]:
        """Do one page of a walk; return where to go on."""
        match walk:
            case "former_followers":
                readers = self.follows.former_followers_after(author_id, after, limit=PAGE)
                self.feeds.withdraw([post_id], readers)
                return (walk, readers[-1]) if readers else (FOLLOWERS, 0)
            case "followers":
                followers = self.follows.followers_after(author_id, after, limit=PAGE)
                self.feeds.withdraw([post_id], [follower.other_id for follower in followers])
                return (walk, followers[-1].entry_id) if followers else (REMAINS, 0)
        return (walk, 0) if self.remains.clear_page(post_id) else ("", 0)
