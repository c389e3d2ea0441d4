"""Faults at a few calls of each scenario; `make prove` puts them at all."""

import zlib

import pytest

from kith.table.schema import ENTITIES
from tests.architecture.house import DOORS
from tests.simulation.crashes import NOT_WRITTEN, crashes
from tests.simulation.faults import Fault
from tests.simulation.host import Host
from tests.simulation.scenarios import SCENARIOS

pytestmark = pytest.mark.xdist_group("simulation")
EVERY = 90
"""Calls; which of them is the first differs from one scenario to the next."""


def test_every_function_and_every_entity_has_a_part_in_some_scenario(host: Host) -> None:
    """A new one must be in a scenario, and so be cut off at each of its calls."""
    woken: set[str] = set()
    written: set[str] = set()
    for name in SCENARIOS:
        run = next(crashes(host, name))
        assert run.wrong is None, str(run)
        woken |= set(run.woken)
        written |= run.written
    functions = {"/".join(door.split(".")[1:]) for door in DOORS}
    assert functions - woken == set()
    assert {pattern.entity for pattern in ENTITIES} - written == set(NOT_WRITTEN)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_fault_at_any_call_changes_nothing_in_the_end(host: Host, name: str) -> None:
    first = zlib.crc32(name.encode()) % 8
    base, *runs = crashes(host, name, first=first, every=EVERY)
    assert base.wrong is None, str(base)
    assert len(runs) == len(Fault) * len(range(first, len(base.calls), EVERY)) > 0 or len(base.calls) <= first
    for run in runs:
        assert run.wrong is None, str(run)
