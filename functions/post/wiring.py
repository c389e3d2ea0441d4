"""The post room's collaborators, made once."""

from functools import cache

from functions.post.jobs import Jobs
from functions.post.removing import Remover
from functions.post.service import PostService
from functions.post.waiting import Waiting
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import DAY, SECOND, system_clock
from kith.domain.ids import Identifiers
from kith.messaging import Queue
from kith.table.audience import Audience
from kith.table.feeds import FeedStore
from kith.table.idempotency import IdempotencyStore
from kith.table.media import MediaStore
from kith.table.mentions import MentionStore
from kith.table.posts import PostStore
from kith.table.reader import PostReader
from kith.table.relations import RelationStore
from kith.table.remains import Remains

BUDGET = 20 * SECOND
"""A third of what the worker has: a step begun before it is over ends well within the rest."""


@cache
def service() -> PostService:
    """Return the use cases."""
    knobs = settings().knobs
    return PostService(
        table=table(),
        posts=PostStore(table()),
        relations=RelationStore(table()),
        reader=reader(),
        idempotency=IdempotencyStore(table()),
        new_id=Identifiers(),
        clock=system_clock,
        feed_retention=knobs.feed_retention_days * DAY,
        daily_most=knobs.max_posts_per_day,
    )


@cache
def reader() -> PostReader:
    """Return what reads posts."""
    return PostReader(table())


@cache
def jobs() -> Jobs:
    """Return the use cases of the worker."""
    remover = Remover(
        remains=Remains(table()),
        audience=Audience(table()),
        feeds=FeedStore(table()),
        queue=Queue(settings().posts_queue_url, aws.client("sqs")),
        clock=system_clock,
        feed_retention=settings().knobs.feed_retention_days * DAY,
        budget=BUDGET,
    )
    posts = PostStore(table())
    return Jobs(remover, Waiting(posts, MediaStore(table())), posts, MentionStore(table()))
