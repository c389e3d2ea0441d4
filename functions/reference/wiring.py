"""The reference room's collaborators, made once."""

from functools import cache

from functions.reference.service import Reference
from kith.deployment import table


@cache
def reference() -> Reference:
    """Return the use cases."""
    return Reference(table())
