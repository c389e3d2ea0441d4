"""The connection room's collaborators, made once."""

from functools import cache

from functions.connection.service import ConnectionService
from kith.deployment import table
from kith.table.follows import FollowStore
from kith.table.keys import KeyStore
from kith.table.relations import RelationStore
from kith.table.users import UserStore
from kith.web.paging import Cursors


@cache
def service() -> ConnectionService:
    """Return the use cases."""
    return ConnectionService(table(), FollowStore(table()), RelationStore(table()), UserStore(table()))


@cache
def cursors() -> Cursors:
    """Return what makes and reads cursors."""
    return Cursors(cache(KeyStore(table()).cursor_key))
