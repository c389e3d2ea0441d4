"""How much of what is meant searches find, and what they read for it; `make benchmark WHAT=names` takes many more."""

import random
from statistics import fmean

from benchmarks.names import KINDS, SEED, Measured, measure, people

PEOPLE, SEARCHES = 1_500, 25


def test_searches_find_nearly_all_of_the_best_nobody_else_and_read_little(cloud: None) -> None:
    chance = random.Random(SEED)  # noqa: S311  # to be repeated
    measured = dict(measure(people(PEOPLE, chance), SEARCHES, chance))
    assert measured.keys() == KINDS.keys()
    for name, found in measured.items():
        assert len(found) > SEARCHES / 2, name
        assert fmean(each.recall for each in found) >= 0.95, name
        assert min(each.precision for each in found) == 1, name
    everything: list[Measured] = [each for found in measured.values() for each in found]
    assert max(each.calls for each in everything) <= 60
    assert max(each.units for each in everything) <= 150
