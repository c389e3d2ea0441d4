"""A few histories; `make prove` lets thousands happen."""

from collections import Counter

import pytest

from tests.simulation.host import Host
from tests.simulation.simulation import simulate

pytestmark = pytest.mark.xdist_group("simulation")
SEEDS = 10


def test_whatever_goes_wrong_everything_ends_as_it_should(host: Host) -> None:
    happened, without_outage = Counter[str](), Counter[str]()
    for seed in range(SEEDS):
        report = simulate(host, seed)
        assert report.wrong is None, f"seed {seed}: {report.wrong}"
        happened += report.happened
        if not report.happened["outage"]:
            without_outage += report.happened
    assert without_outage["asked"] > 20 * SEEDS
    assert without_outage["answered"] >= 0.99 * without_outage["asked"]
    assert happened["answered"] >= 0.95 * happened["asked"]
    assert happened["facts relied on"] > 20 * SEEDS
    for situation in (
        "killed",
        "answer lost",
        "throttled",
        "outage",
        "unprocessed reads",
        "unprocessed writes",
        "refused event",
        "refused message",
        "repeated event",
        "repeated message",
        "stream read again",
        "stale read",
        "short page",
        "request sent twice",
        "expired item forgotten",
        "stalled",
        "frames",
    ):
        assert happened[situation] > 0, situation


def test_the_same_seed_is_the_same_history(host: Host) -> None:
    once, again, other = simulate(host, 3), simulate(host, 3), simulate(host, 4)
    assert once.calls == again.calls
    assert once.happened == again.happened
    assert once.calls != other.calls


@pytest.mark.parametrize(
    "bug",
    [
        "unprocessed reads are dropped",
        "an event is counted each time it comes",
        "nothing is brought along by a follow",
        "visibility comes from a remembered edge",
    ],
)
def test_a_planted_bug_is_found(host: Host, bug: str) -> None:
    """Those that show quickly; `make prove` looks for all of them."""
    assert any(simulate(host, seed, bug=bug).wrong for seed in range(2 * SEEDS)), bug
    assert simulate(host, 0).wrong is None, "it is gone again"
