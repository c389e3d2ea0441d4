"""Who is a celebrity, and that everyone who follows one finds it among theirs.

The flag follows the delivery policy, mostly the count of followers, with a distance between becoming a celebrity and
ceasing to be one. It is read anew after every change of the count and after every change of itself, so that the last of
them decides on what then is so.

Markers and edges agree at the end, whatever happens at the same time, comes twice or is cut off:

- Whoever begins to follow while the flag is set gets the marker in the same transaction, which demands that the flag
  is as it was read.
- Whoever ceases to follow loses the marker in the same transaction.
- Who followed before the flag changed is reached by a walk, and a walk starts at the beginning after every change of
  the flag: the change is itself an event, told as often as it takes.
- A walk puts a marker only while the edge is there and the flag is set; while it is not, one that ends when feeds show
  nothing any more of what was published during the fame. Each is checked in the transaction that does it. A walk that is
  late thus stops, and leaves the rest to the later one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kith.domain.clock import Clock
from kith.domain.delivery import AuthorFacts, Policy
from kith.domain.errors import Unavailable
from kith.domain.posts import Delivery
from kith.domain.users import Standing, Tally, User
from kith.messaging import Queue
from kith.table.celebrities import MARKED_AT_ONCE, CelebrityStore, FameChanged
from kith.table.connection import Table
from kith.table.feeds import LATE
from kith.table.follows import FollowStore
from kith.table.tallies import TallyStore
from kith.table.users import UserStore

ATTEMPTS = 5
WALK = "fame"


@dataclass(frozen=True, slots=True)
class Fame:
    """The use cases of changes of an account's followers, and of its fame."""

    table: Table
    users: UserStore
    tallies: TallyStore
    follows: FollowStore
    celebrities: CelebrityStore
    queue: Queue
    """Its own: where it asks to go on."""
    clock: Clock
    budget: int
    """Milliseconds after which no further page is begun for one message."""
    facts: Callable[[User, Tally], AuthorFacts]
    """Tells what the policy may know of an account."""
    policy: Policy
    """Whose posts are to be pulled: they are the celebrities."""
    feed_retention: int
    """Milliseconds."""

    def judge(self, user_id: int) -> bool:
        """Make an account a celebrity, or no longer, as the policy now says; return whether it is one.

        Raises:
            Unavailable: it kept changing.
        """
        for _ in range(ATTEMPTS):
            user, tally = self.table.together(
                lambda: self.users.by_id(user_id), lambda: self.users.tally(user_id)
            )
            if user is None or user.standing is Standing.DELETED:
                return False
            deserved = self.policy(self.facts(user, tally)) is Delivery.PULL
            if deserved == user.is_celebrity or self.tallies.name_celebrity(user, is_celebrity=deserved):
                return deserved
        raise Unavailable

    def changed(self, user_id: int) -> None:
        """Let all who follow an account know whether it is a celebrity."""
        self.walk(user_id, 0, is_celebrity=self.judge(user_id))

    def walk(self, user_id: int, after: int, *, is_celebrity: bool) -> None:
        """Go on with letting followers know, from after an entry among them, while it is so."""
        until = self.clock() + self.budget
        while followers := self.follows.followers_after(user_id, after, limit=MARKED_AT_ONCE):
            if not self._mark(user_id, [each.other_id for each in followers], is_celebrity=is_celebrity):
                return
            after = followers[-1].entry_id
            if self.clock() >= until:
                self.queue.send(
                    [{"walk": WALK, "user_id": user_id, "is_celebrity": is_celebrity, "after": after}]
                )
                return

    def _mark(self, user_id: int, follower_ids: list[int], *, is_celebrity: bool) -> bool:
        """Put markers or take them away; tell whether the account's fame is still what that is for."""
        try:
            if is_celebrity:
                self.celebrities.mark(user_id, follower_ids)
            else:
                self.celebrities.unmark(
                    user_id, follower_ids, until=self.clock() + self.feed_retention + LATE
                )
        except FameChanged:
            return False
        return True
