"""This deployment: its settings and its table, read and connected once, when first needed."""

from functools import cache

from kith.settings import Settings
from kith.table.connection import Table


@cache
def settings() -> Settings:
    """Return what the environment says."""
    return Settings.from_environment()


@cache
def table() -> Table:
    """Return the table."""
    return Table(settings().table_name)
