"""What follows from deleting a post: it is taken out of every feed, and all that hung on it is taken away.

Each walk goes on where it was when its message comes again; what is done twice is done once.
"""

from dataclasses import asdict, dataclass

from kith.domain.clock import Clock
from kith.messaging import Queue
from kith.table.audience import START, Audience, Stage
from kith.table.feeds import FeedStore, oldest_stored
from kith.table.items import RemovalItem
from kith.table.remains import Remains


@dataclass(frozen=True, slots=True)
class Remover:
    """The use case of `post.deleted`."""

    remains: Remains
    audience: Audience
    feeds: FeedStore
    queue: Queue
    """Its own: where it asks to go on."""
    clock: Clock
    feed_retention: int
    """Milliseconds."""
    budget: int
    """Milliseconds after which no further page is begun for one message."""

    def go_on(self, author_id: int, post_id: int, stage: Stage | None = START) -> None:
        """Take a deleted post away, page by page, from where it was; it asks to go on when its time is up.

        Raises:
            Unavailable: the rest has to be tried another time.
        """
        removal = self.remains.removal(author_id, post_id)
        if removal is None:
            return
        until = self.clock() + self.budget
        if post_id < oldest_stored(self.clock(), self.feed_retention):
            stage = None  # no feed has it any more
        while stage is not None:
            readers, stage = self.audience.page(author_id, stage)
            self.feeds.withdraw([post_id], readers, by_id=author_id)
            if self.clock() >= until:
                self._ask_to_go_on(removal, stage)
                return
        while self.remains.clear_page(post_id):
            if self.clock() >= until:
                self._ask_to_go_on(removal, None)
                return
        self.remains.close(removal)

    def _ask_to_go_on(self, removal: RemovalItem, stage: Stage | None) -> None:
        values = removal.values
        self.queue.send(
            [
                {
                    "author_id": values["user_id"],
                    "post_id": values["post_id"],
                    "stage": None if stage is None else asdict(stage),
                }
            ]
        )
