"""The feed room's collaborators, made once."""

from functools import cache

from functions.feed.timeline import Timeline
from kith.deployment import table
from kith.domain.clock import system_clock
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from kith.table.keys import KeyStore
from kith.table.reader import PostReader
from kith.web.paging import Cursors


@cache
def timeline() -> Timeline:
    """Return the use case."""
    return Timeline(table(), FeedStore(table()), FollowStore(table()), PostReader(table()), system_clock)


@cache
def cursors() -> Cursors:
    """Return what makes and reads cursors."""
    return Cursors(cache(KeyStore(table()).cursor_key))
