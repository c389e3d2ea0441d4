"""The post list room's collaborators, made once."""

from functools import cache

from functions.post_list.service import PostListService
from kith.deployment import table
from kith.table.keys import KeyStore
from kith.table.post_lists import PostListStore
from kith.table.posts import PostStore
from kith.table.reader import PostReader
from kith.table.relations import RelationStore
from kith.table.threads import ThreadStore
from kith.web.paging import Cursors


@cache
def service() -> PostListService:
    """Return the use cases."""
    return PostListService(
        table=table(),
        lists=PostListStore(table()),
        reader=PostReader(table()),
        posts=PostStore(table()),
        relations=RelationStore(table()),
        threads=ThreadStore(table()),
    )


@cache
def cursors() -> Cursors:
    """Return what makes and reads cursors."""
    return Cursors(cache(KeyStore(table()).cursor_key))
