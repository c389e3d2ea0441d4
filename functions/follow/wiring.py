"""The follow room's collaborators, made once."""

from collections.abc import Callable
from functools import cache

from functions.follow.fame import Fame
from functions.follow.habits import Habits, counted
from functions.follow.jobs import Jobs
from functions.follow.opening import Opening
from functions.follow.service import FollowService
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import DAY, SECOND, system_clock
from kith.domain.delivery import AuthorFacts, Cost, Policy, Threshold
from kith.domain.ids import Identifiers
from kith.domain.users import Tally, User
from kith.messaging import Queue
from kith.table.celebrities import CelebrityStore
from kith.table.feed_states import FeedStateStore
from kith.table.follows import FollowStore
from kith.table.post_lists import PostListStore
from kith.table.relations import RelationStore
from kith.table.tallies import TallyStore
from kith.table.users import UserStore

BUDGET = 3 * SECOND
"""Of each message of a batch of ten: all of them are done well within what the worker has."""


@cache
def service() -> FollowService:
    """Return the use cases."""
    return FollowService(
        table=table(),
        follows=FollowStore(table()),
        relations=RelationStore(table()),
        tallies=TallyStore(table()),
        users=UserStore(table()),
        new_id=Identifiers(),
        clock=system_clock,
        max_following=settings().knobs.max_following,
        feed_retention=settings().knobs.feed_retention_days * DAY,
    )


@cache
def jobs() -> Jobs:
    """Return the use cases of the worker."""
    queue = Queue(settings().graph_queue_url, aws.client("sqs"))
    knobs = settings().knobs
    facts, policy = _policy()
    fame = Fame(
        table=table(),
        users=UserStore(table()),
        tallies=TallyStore(table()),
        follows=FollowStore(table()),
        celebrities=CelebrityStore(table()),
        queue=queue,
        clock=system_clock,
        budget=BUDGET,
        facts=facts,
        policy=policy,
        feed_retention=knobs.feed_retention_days * DAY,
    )
    opening = Opening(
        follows=FollowStore(table()),
        relations=RelationStore(table()),
        queue=queue,
        new_id=Identifiers(),
        clock=system_clock,
        feed_retention=knobs.feed_retention_days * DAY,
        budget=BUDGET,
    )
    return Jobs(fame, opening)


def _policy() -> tuple[Callable[[User, Tally], AuthorFacts], Policy]:
    """Return what this stage decides by whose posts are pulled, and what that has to know."""
    knobs = settings().knobs
    if not knobs.delivery_by_cost_from:
        return counted, Threshold(knobs.celebrity_threshold, knobs.celebrity_demotion)
    habits = Habits(
        least=knobs.delivery_by_cost_from,
        follows=FollowStore(table()),
        lists=PostListStore(table()),
        states=FeedStateStore(table()),
        clock=system_clock,
    )
    return habits.of, Cost()
