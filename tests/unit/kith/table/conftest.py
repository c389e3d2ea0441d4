from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from kith.table.connection import Table
from kith.table.items import Item


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """A real connection, which needs a region but no network until it is used; undone afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setattr(Item, "_connection", None)
        patch.setattr(Item.Meta, "table_name", "")
        yield Table("scripted", ThreadPoolExecutor(2))
