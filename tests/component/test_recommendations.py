"""What `make benchmark WHAT=recommendations` measures, of a smaller world: the same at every run."""

import random

from benchmarks.recommendations import SEED, Shape, ask_all, precisions, world_of
from functions.discovery.finding import ALIKE, HASHTAGS, SEEDS

SMALL = Shape(accounts=160, communities=4, posts=60, hits=20, likes=30, viewers=20)


def test_recommendations_foretell_more_than_popularity_at_a_bounded_cost() -> None:
    chance = random.Random(SEED)  # noqa: S311  # the same at every run
    world = world_of(SMALL, chance)
    asked = ask_all(world, chance)
    found = precisions(world, asked)
    popular, trends = found["most popular, not yet liked"], found["trending, not yet liked"]
    assert found["Kith"] > 1.3 * max(popular, trends) > 0
    for each in asked:
        assert len(each.posts) == len(set(each.posts)) == 10
        assert not set(each.posts) & set(world.known(each.account))
        own = each.measurement.own
        assert len(own.operations) <= 12 + SEEDS + ALIKE + HASHTAGS
        assert own.read_units < 200
        assert own.write_units == 4
