"""The bell room's collaborators, made once."""

from functools import cache

from functions.bell.service import BellService
from kith.deployment import table
from kith.table.bells import BellStore
from kith.table.keys import KeyStore
from kith.table.relations import RelationStore
from kith.web.paging import Cursors


@cache
def service() -> BellService:
    """Return the use cases."""
    return BellService(bells=BellStore(table()), relations=RelationStore(table()))


@cache
def cursors() -> Cursors:
    """Return what makes and reads cursors."""
    return Cursors(cache(KeyStore(table()).cursor_key))
