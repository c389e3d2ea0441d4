"""The trending room's collaborators, made once."""

from functools import cache
from typing import TYPE_CHECKING

from functions.trending.counting import Trender
from functions.trending.service import TrendingService
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import SECOND, system_clock
from kith.messaging import Queue
from kith.table.keys import KeyStore
from kith.table.post_trends import PostTrendStore
from kith.table.posts import PostStore
from kith.table.reader import PostReader
from kith.table.tag_uses import TagUseStore
from kith.table.trends import TrendStore
from kith.table.users import UserStore

if TYPE_CHECKING:
    from kith.web.paging import Cursors

BUDGET = 20 * SECOND
"""A third of what the worker has: a page begun before it is over, or the only one of an account, ends within the rest."""


@cache
def service() -> TrendingService:
    """Return the use cases of the API."""
    return TrendingService(trends=TrendStore(table()), reader=PostReader(table()), clock=system_clock)


@cache
def cursors() -> "Cursors":
    """Return what makes and reads cursors."""
    from kith.web.paging import Cursors  # noqa: PLC0415  # the worker has no use for it

    return Cursors(cache(KeyStore(table()).cursor_key))


@cache
def trender() -> Trender:
    """Return the use case of the worker."""
    return Trender(
        table=table(),
        posts=PostStore(table()),
        users=UserStore(table()),
        uses=TagUseStore(table()),
        post_trends=PostTrendStore(table()),
        trends=TrendStore(table()),
        queue=Queue(settings().trending_queue_url, aws.client("sqs")),
        clock=system_clock,
        budget=BUDGET,
    )
