"""What is left of a history that ends wrongly is what makes it end so."""

from dataclasses import replace

import pytest

from tests.simulation.host import Host
from tests.simulation.plan import BEFORE, FIRST, Plan, Step, drawn
from tests.simulation.shrinking import shrunk
from tests.simulation.simulation import happen

pytestmark = pytest.mark.xdist_group("simulation")
BUG = "nothing is brought along by a follow"


def plan() -> Plan:
    """Return a history in which somebody publishes and another follows, among what does not matter."""
    steps = [
        Step(BEFORE, "bob", "publish", 1),
        Step(FIRST, "ann", "log in", 2),
        Step(FIRST, "ann", "follow", 3),
        Step(FIRST, "cat", "list sessions", 4),
        Step(FIRST, "cat", "read a feed", 5),
    ]
    return replace(drawn(0), present=("ann", "bob", "cat"), star="bob", steps=tuple(steps))


def test_only_what_matters_is_left(host: Host) -> None:
    smaller = shrunk(host, plan(), bug=BUG)
    report = happen(host, smaller, bug=BUG, is_told=True)
    assert report.wrong is not None
    assert [step.act for step in smaller.steps] == ["publish", "follow"]
    assert not any(smaller.rates.values())
    assert smaller.aim is None
    assert any("ann: follow bob" in line for line in report.story)


def test_a_history_that_ends_as_it_should_is_not_shrunk(host: Host) -> None:
    with pytest.raises(ValueError, match="as it should"):
        shrunk(host, plan())
