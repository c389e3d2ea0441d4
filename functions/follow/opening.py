"""An account that becomes public lets everyone follow who waits for it: anyone may follow now, so who asked does.

Each follow is what asking again would be: one transaction that holds only while the account is public and the wish is
there, with its own event. Nobody begins to wait for a public account, so a walk over the waiting finds all of them;
one that finds the account private stops, because becoming public again is another event, with another walk.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kith.domain.clock import Clock
from kith.domain.errors import Unauthenticated, Unavailable
from kith.domain.follows import FollowState, GraphChanged
from kith.messaging import Queue
from kith.table.follows import FollowStore
from kith.table.graph import GraphChange
from kith.table.relations import RelationStore
from kith.table.users import IdentifierTaken

ATTEMPTS = 5
PAGE = 100
WALK = "opening"


@dataclass(frozen=True, slots=True)
class Opening:
    """The use case of an account that may have become public."""

    follows: FollowStore
    relations: RelationStore
    queue: Queue
    """Its own: where it asks to go on."""
    new_id: Callable[[], int]
    clock: Clock
    feed_retention: int
    """Milliseconds."""
    budget: int
    """Milliseconds after which nobody else is let follow for one message."""

    def walk(self, user_id: int, after: int = 0) -> None:
        """Let follow who waits, oldest first, from after an entry among them, while the account is public.

        Raises:
            UserNotFound: there is no such account.
            Unavailable: the rest has to be tried another time.
        """
        until = self.clock() + self.budget
        while waiting := self.follows.requests_after(user_id, after, limit=PAGE):
            for request in waiting:
                if not self._let_follow(request.other_id, user_id):
                    return
                if self.clock() >= until:
                    self.queue.send([{"walk": WALK, "user_id": user_id, "after": request.entry_id}])
                    return
            after = waiting[-1].entry_id

    def _let_follow(self, follower_id: int, user_id: int) -> bool:
        """Let one follow who still wants to; tell whether the account is open to anyone."""
        for _ in range(ATTEMPTS):
            pair = self.relations.between(follower_id, user_id)
            if pair.other.is_private or not pair.other.is_active:
                return False
            if not pair.mine.asks:
                return True
            after = pair.mine.wishing(FollowState.ACCEPTED, self.new_id())
            change = GraphChange(follower_id, self.new_id(), self.clock(), self.feed_retention)
            change.move(pair.mine, after, other=pair.other)
            try:
                self.follows.carry_out(change)
            except (GraphChanged, IdentifierTaken):
                continue
            except Unauthenticated:  # the follower is deleted, and their wish is being erased
                pass
            return True
        raise Unavailable
