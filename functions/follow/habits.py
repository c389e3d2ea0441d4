"""What a delivery policy may know of an account: how many follow it; by cost also how often it posts, and who reads.

How often it posts is what it did in the last week; who reads, what the newest followers did, which stand for the rest.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from kith.domain import ids
from kith.domain.clock import DAY, Clock
from kith.domain.delivery import Activity, AuthorFacts
from kith.domain.users import Tally, User
from kith.table.feed_states import FeedStateStore
from kith.table.follows import FollowStore
from kith.table.items import FollowerItem
from kith.table.post_lists import PostListStore

WEEK: Final = 7 * DAY
POSTS_RATED: Final = 100
FOLLOWERS_SAMPLED: Final = 40


def counted(user: User, tally: Tally) -> AuthorFacts:
    """Return what is known without a look: how many follow an account."""
    return AuthorFacts(0.0, {Activity.TODAY: tally.followers}, user.is_celebrity)


@dataclass(frozen=True, slots=True)
class Habits:
    """Looks at accounts, from so many followers on: three calls, some 25 read units."""

    least: int
    follows: FollowStore
    lists: PostListStore
    states: FeedStateStore
    clock: Clock

    def of(self, user: User, tally: Tally) -> AuthorFacts:
        """Return how often an account has posted lately, and when its followers were last seen."""
        if tally.followers < self.least:
            return counted(user, tally)
        now = self.clock()
        posts = self.lists.by_author(user.user_id, limit=POSTS_RATED, since=ids.first_at(now - WEEK))
        oldest = ids.created_at(posts[-1].post_id) if len(posts) == POSTS_RATED else now - WEEK
        sample = self.follows.newest_ids(FollowerItem, user.user_id, limit=FOLLOWERS_SAMPLED)
        seen = self.states.seen(sample)
        classes = Counter(_class_of(now - seen_at) for seen_at in seen.values())
        each = tally.followers / max(1, len(sample))
        return AuthorFacts(
            posts_a_day=len(posts) * DAY / max(1, now - oldest),
            followers={activity: round(count * each) for activity, count in classes.items()},
            is_pulled=user.is_celebrity,
        )


def _class_of(absence: int) -> Activity:
    for days, activity in ((1, Activity.TODAY), (7, Activity.THIS_WEEK), (30, Activity.THIS_MONTH)):
        if absence < days * DAY:
            return activity
    return Activity.DORMANT
