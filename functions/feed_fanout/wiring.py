"""The fan-out's collaborators, made once."""

from functools import cache

from functions.feed_fanout.deliver import Deliverer
from functions.feed_fanout.jobs import MergingJobs, PublishingJobs
from functions.feed_fanout.merge import Merger
from functions.feed_fanout.plan import Planner
from functions.feed_fanout.rebuild import Rebuilder
from functions.feed_fanout.withdraw import Withdrawer
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import DAY, SECOND, system_clock
from kith.messaging import Queue
from kith.table.audience import Audience
from kith.table.engagements import EngagementStore
from kith.table.feed_states import FeedStateStore
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from kith.table.mentions import MentionStore
from kith.table.post_lists import PostListStore
from kith.table.posts import PostStore
from kith.table.recents import RecentStore
from kith.table.relations import RelationStore
from kith.table.users import UserStore

BUDGET = 10 * SECOND
"""A third of what a worker has: a page begun before it is over ends well within the rest."""


@cache
def publishing() -> PublishingJobs:
    """Return what sees to posts and reposts."""
    planner = Planner(
        feeds=FeedStore(table()),
        follows=FollowStore(table()),
        posts=PostStore(table()),
        engagements=EngagementStore(table()),
        mentions=MentionStore(table()),
        recents=RecentStore(table()),
        users=UserStore(table()),
        deliveries=Queue(settings().deliveries_queue_url, aws.client("sqs")),
        batch=settings().knobs.fanout_batch,
        clock=system_clock,
    )
    withdrawer = Withdrawer(
        audience=Audience(table()),
        posts=PostStore(table()),
        feeds=FeedStore(table()),
        engagements=EngagementStore(table()),
        recents=RecentStore(table()),
        planner=planner,
        queue=Queue(settings().fanout_queue_url, aws.client("sqs")),
        clock=system_clock,
        feed_retention=settings().knobs.feed_retention_days * DAY,
        budget=BUDGET,
    )
    return PublishingJobs(planner, withdrawer)


@cache
def merging() -> MergingJobs:
    """Return what sees to follows, and to readers who are back."""
    merger = Merger(
        table=table(),
        feeds=FeedStore(table()),
        follows=FollowStore(table()),
        relations=RelationStore(table()),
        lists=PostListStore(table()),
        posts=PostStore(table()),
        recents=RecentStore(table()),
        users=UserStore(table()),
        clock=system_clock,
        feed_retention=settings().knobs.feed_retention_days * DAY,
    )
    rebuilder = Rebuilder(
        follows=FollowStore(table()),
        states=FeedStateStore(table()),
        merger=merger,
        queue=Queue(settings().merges_queue_url, aws.client("sqs")),
        clock=system_clock,
        budget=BUDGET,
    )
    return MergingJobs(merger, rebuilder)


@cache
def deliverer() -> Deliverer:
    """Return what delivers."""
    knobs = settings().knobs
    return Deliverer(
        table=table(),
        feeds=FeedStore(table()),
        states=FeedStateStore(table()),
        posts=PostStore(table()),
        engagements=EngagementStore(table()),
        follows=FollowStore(table()),
        users=UserStore(table()),
        clock=system_clock,
        feed_retention=knobs.feed_retention_days * DAY,
        dormant_after=knobs.dormant_after_days * DAY,
    )
