from collections.abc import Iterator

import pytest

from tests.simulation.host import Host


@pytest.fixture(scope="package")
def host() -> Iterator[Host]:
    """This process, as if it were many machines, while these tests run."""
    with Host().prepared() as prepared:
        yield prepared
