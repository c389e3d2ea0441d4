"""The feed room's collaborators, made once."""

from functools import cache
from typing import TYPE_CHECKING

from functions.feed.audit import Auditor
from functions.feed.ranked import RankedTimeline
from functions.feed.sampling import Sampler
from functions.feed.skeleton import Sources
from functions.feed.tasting import Taster
from functions.feed.timeline import Timeline
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import DAY, system_clock
from kith.domain.ranking import WeightedSum
from kith.messaging import Queue
from kith.table.engagements import EngagementStore
from kith.table.feed_states import FeedStateStore
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from kith.table.keys import KeyStore
from kith.table.post_lists import PostListStore
from kith.table.posts import PostStore
from kith.table.reader import PostReader
from kith.table.recents import RecentStore
from kith.table.tastes import TasteStore
from kith.table.users import UserStore

if TYPE_CHECKING:
    from kith.web.paging import Cursors


@cache
def sources() -> Sources:
    """Return where candidates come from."""
    knobs = settings().knobs
    return Sources(
        table=table(),
        feeds=FeedStore(table()),
        follows=FollowStore(table()),
        lists=PostListStore(table()),
        recents=RecentStore(table(), system_clock),
        clock=system_clock,
        feed_retention=knobs.feed_retention_days * DAY,
        max_following=knobs.max_following,
    )


@cache
def timeline() -> Timeline:
    """Return the use case."""
    return Timeline(
        table=table(),
        sources=sources(),
        follows=FollowStore(table()),
        states=FeedStateStore(table()),
        engagements=EngagementStore(table()),
        reader=PostReader(table()),
        rebuilds=Queue(settings().merges_queue_url, aws.client("sqs")),
        clock=system_clock,
    )


@cache
def ranked() -> RankedTimeline:
    """Return the use case of ranked order."""
    return RankedTimeline(timeline(), TasteStore(table()), WeightedSum(), system_clock)


@cache
def auditor() -> Auditor:
    """Return what compares feeds with what they should be."""
    retention = settings().knobs.feed_retention_days * DAY
    return Auditor(timeline(), sources(), FeedStore(table()), system_clock, retention)


@cache
def sampler() -> Sampler:
    """Return what audits a few feeds."""
    return Sampler(FeedStateStore(table()), auditor())


@cache
def taster() -> Taster:
    """Return what learns what readers take to."""
    return Taster(PostStore(table()), TasteStore(table()), UserStore(table()), system_clock)


@cache
def cursors() -> "Cursors":
    """Return what makes and reads cursors."""
    from kith.web.paging import Cursors  # noqa: PLC0415  # workers turn no pages, and carry nothing of HTTP

    return Cursors(cache(KeyStore(table()).cursor_key))
