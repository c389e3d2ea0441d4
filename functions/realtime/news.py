"""News of a post for those who follow its author and are online: by a walk over whichever are fewer.

Either the author's followers are walked and looked up in the list of who is online, or that list is walked and looked
up among the followers. A walk that takes long goes on with a message to its own queue.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

from functions.realtime import frames
from functions.realtime.frames import Frame
from functions.realtime.messenger import Messenger
from kith.domain.clock import Clock
from kith.messaging import Queue
from kith.table.connection import Table
from kith.table.follows import FollowStore
from kith.table.presence import PresenceStore
from kith.table.reader import PostReader
from kith.table.relations import RelationStore
from kith.table.users import UserStore

PAGE: Final = 500
FOLLOWERS, ONLINE = "followers", "online"


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the news of a post has gone: among whom, and after which of them. It fits into a message."""

    post_id: int
    author_id: int
    event_id: str
    among: str
    after: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """The use case of a published post."""

    table: Table
    presence: PresenceStore
    follows: FollowStore
    relations: RelationStore
    users: UserStore
    reader: PostReader
    messenger: Messenger
    queue: Queue
    """Its own: where it asks to go on."""
    clock: Clock
    budget: int
    """Milliseconds after which no other page is begun for one message."""

    def published(self, post_id: int, author_id: int, event_id: str) -> None:
        """Tell everybody who is online of a post that they follow the author of and may see.

        Raises:
            Unavailable: the rest has to be told another time.
        """
        followers = self.users.tally(author_id).followers
        if followers:
            among = FOLLOWERS if self.presence.are_more_than(followers) else ONLINE
            self.go_on(Walk(post_id, author_id, event_id, among))

    def go_on(self, walk: Walk) -> None:
        """Go on with a walk.

        Raises:
            Unavailable: the rest has to be told another time.
        """
        until, after = self.clock() + self.budget, walk.after
        while True:
            online, last = self._page(walk, after)
            self._tell(walk, online)
            if last is None:
                return
            after = last
            if self.clock() >= until:
                self.queue.send([_message(walk, after)])
                return

    def _page(self, walk: Walk, after: int) -> tuple[list[int], int | None]:
        """Return who is online among the next, and after whom the walk goes on; None at the end."""
        now = self.clock()
        if walk.among == ONLINE:
            return self.presence.after(after, limit=PAGE, now=now)
        followers = self.follows.followers_after(walk.author_id, after, limit=PAGE)
        last = followers[-1].entry_id if len(followers) == PAGE else None
        return self.presence.among((each.other_id for each in followers), now=now), last

    def _tell(self, walk: Walk, user_ids: Iterable[int]) -> None:
        readers = sorted(self.relations.attentive_among(user_ids, walk.author_id))
        self.table.all_of([partial(self._tell_one, walk, reader) for reader in readers])

    def _tell_one(self, walk: Walk, reader_id: int) -> None:
        self.messenger.tell(reader_id, walk.event_id, lambda: self._frame(walk, reader_id))

    def _frame(self, walk: Walk, reader_id: int) -> Frame | None:
        """Return what a reader hears of a post, if they may see it."""
        may_see = bool(self.reader.some(reader_id, [walk.post_id]))
        return frames.post(walk.post_id, walk.author_id) if may_see else None


def _message(walk: Walk, after: int) -> dict[str, Any]:
    return {"walk": asdict(walk) | {"after": after}}
