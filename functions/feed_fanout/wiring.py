"""The fan-out's collaborators, made once."""

from functools import cache

from functions.feed_fanout.deliver import Deliverer
from functions.feed_fanout.plan import Planner
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import DAY, system_clock
from kith.messaging import Queue
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from kith.table.mentions import MentionStore
from kith.table.posts import PostStore
from kith.table.users import UserStore


@cache
def planner() -> Planner:
    """Return what plans deliveries."""
    return Planner(
        feeds=FeedStore(table()),
        follows=FollowStore(table()),
        posts=PostStore(table()),
        mentions=MentionStore(table()),
        deliveries=Queue(settings().deliveries_queue_url, aws.client("sqs")),
        batch=settings().knobs.fanout_batch,
        clock=system_clock,
    )


@cache
def deliverer() -> Deliverer:
    """Return what delivers."""
    return Deliverer(
        table=table(),
        feeds=FeedStore(table()),
        posts=PostStore(table()),
        follows=FollowStore(table()),
        users=UserStore(table()),
        feed_retention=settings().knobs.feed_retention_days * DAY,
    )
