"""The search room's collaborators, made once."""

from functools import cache
from typing import TYPE_CHECKING

from functions.search.completion import Completion
from functions.search.indexing import Indexer
from functions.search.posts import PostSearch
from functions.search.users import UserSearch
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import SECOND, system_clock
from kith.domain.searching import PostEngine, UserEngine
from kith.messaging import Queue
from kith.table.keys import KeyStore
from kith.table.post_index import PostIndex
from kith.table.post_lists import PostListStore
from kith.table.posts import PostStore
from kith.table.reader import PostReader
from kith.table.relations import RelationStore
from kith.table.tag_index import TagIndex
from kith.table.user_index import UserIndex
from kith.table.users import UserStore

if TYPE_CHECKING:
    from kith.web.paging import Cursors

BUDGET = 2 * SECOND
"""Of each message of a batch of five: all of them are done well within what the worker has."""


@cache
def user_engine() -> UserEngine:
    """Return what knows accounts by their names: the table, or OpenSearch where the stage has it."""
    if not settings().opensearch_url:
        return UserIndex(table())
    from kith.opensearch_index import user_documents  # noqa: PLC0415  # few stages have it

    return user_documents(settings().opensearch_url, table())


@cache
def post_engine() -> PostEngine:
    """Return what knows posts by their words: the table, or OpenSearch where the stage has it."""
    if not settings().opensearch_url:
        return PostIndex(table())
    from kith.opensearch_index import post_documents  # noqa: PLC0415  # few stages have it

    return post_documents(settings().opensearch_url, table())


@cache
def users() -> UserSearch:
    """Return the use cases of finding accounts."""
    return UserSearch(
        table=table(),
        index=user_engine(),
        users=UserStore(table()),
        relations=RelationStore(table()),
    )


@cache
def posts() -> PostSearch:
    """Return the use cases of finding posts."""
    return PostSearch(index=post_engine(), reader=PostReader(table()), clock=system_clock)


@cache
def tags() -> TagIndex:
    """Return the hashtags."""
    return TagIndex(table())


@cache
def completion() -> Completion:
    """Return the use case of completing what somebody writes."""
    return Completion(table=table(), users=users(), tags=tags())


@cache
def cursors() -> "Cursors":
    """Return what makes and reads cursors."""
    from kith.web.paging import Cursors  # noqa: PLC0415  # the worker has no use for it

    return Cursors(cache(KeyStore(table()).cursor_key))


@cache
def indexer() -> Indexer:
    """Return the use case of the worker."""
    return Indexer(
        users=UserStore(table()),
        posts=PostStore(table()),
        lists=PostListStore(table()),
        user_index=user_engine(),
        post_index=post_engine(),
        queue=Queue(settings().search_queue_url, aws.client("sqs")),
        clock=system_clock,
        budget=BUDGET,
    )
