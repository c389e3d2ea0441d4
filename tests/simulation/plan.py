"""What is to happen in a history: who does what, what the stage has set, how often things go wrong, and when time passes.

All of it follows from a seed. What an act draws while it is done follows from a seed of its own, so that it does the same
in a history that is without some of the others.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from kith.domain.clock import DAY, HOUR
from tests.simulation.acts import ACTS, APART, CONTENDED, FIRST_OF_ALL
from tests.simulation.digests import PERIODS
from tests.simulation.faults import drawn_rates
from tests.simulation.people import NAMES

BEFORE, FIRST, LATER = range(3)
"""Parts of a history: nothing goes wrong yet; everything does; and again, after some time has passed."""
ACTS_EACH = 16
OF_THEM_LATER = 5
"""Where time passes."""
AIMS = (
    *(None,) * 4,
    "dynamodb.BatchWriteItem",
    "dynamodb.TransactWriteItems",
    "dynamodb.UpdateItem",
    "eventbridge.PutEvents",
    "sqs.SendMessageBatch",
)
SWARM = (0, 0, 1, 1, 8)
"""How much more or less often than usual each act comes in a history."""
WITHOUT = 0.5
"""How often a history is without a group of acts; otherwise it has all of it, and twice as much."""
PRIVATE = 0.1
"""Of the accounts."""
GAPS = (0, 0, 0, 7 * HOUR, 2 * DAY, 8 * DAY, 40 * DAY)
"""How much time passes between the two parts.

Seven hours are more than the stream waits for a function, two days more than an answer is kept for its key, eight more
than a message stays in a queue, and forty more than feeds are kept, and than what was given up is.
"""


@dataclass(frozen=True)
class Step:
    """Something that somebody does."""

    part: int
    name: str
    act: str
    seed: int
    pause: float = 0
    """Seconds until the next."""


@dataclass(frozen=True)
class Plan:
    """A history before it happens."""

    seed: int
    """Of what goes on when, and of what goes wrong."""
    present: tuple[str, ...]
    private: frozenset[str]
    star: str | None
    """Whom most have to do with."""
    newest: int
    """Posts that people still talk about."""
    knobs: Mapping[str, int]
    rates: Mapping[str, float]
    """How often what goes wrong."""
    aim: str | None
    """An operation whose callers are killed often."""
    steps: tuple[Step, ...]
    gap: int
    """Milliseconds that pass before the later part."""
    left: int
    """Things that go on after the last step until nothing goes wrong any more, at most."""


def drawn(seed: int) -> Plan:
    """Return the history that a seed stands for.

    Fewer people, one of them a star, or few posts to talk about meet each other more.
    """
    chance = random.Random(seed)  # to be repeated
    present = NAMES[: chance.randint(3, len(NAMES))]
    newest = chance.choice((1, 2, 8))
    gap = chance.choice(GAPS)
    return Plan(
        seed=seed,
        present=present,
        private=frozenset(name for name in present if chance.random() < PRIVATE),
        star=chance.choice(present) if chance.random() < 0.7 else None,
        newest=newest,
        knobs=_drawn_knobs(chance),
        rates=drawn_rates(chance),
        aim=chance.choice(AIMS),
        steps=_drawn_steps(chance, present, newest=newest, with_later=bool(gap)),
        gap=gap,
        left=chance.choice((0, 300, 2_000)),
    )


def _drawn_knobs(chance: random.Random) -> dict[str, int]:
    """Draw a stage in which a handful of people are many."""
    threshold = chance.choice((2, 2, 3, 3, 4, 100))
    return {
        "celebrity_threshold": threshold,
        "celebrity_demotion": max(1, threshold - chance.randint(0, 1)),
        "fanout_batch": chance.choice((1, 2)),
        "delivery_by_cost_from": chance.choice((0, 0, 0, 0, 0, 2)),
        **PERIODS,
    }


def _drawn_steps(
    chance: random.Random, present: tuple[str, ...], *, newest: int, with_later: bool
) -> tuple[Step, ...]:
    weights = {act: weight * chance.choice(SWARM) for act, (_, weight) in ACTS.items()}
    for group in APART:
        is_without = chance.random() < WITHOUT
        weights |= {act: 0 if is_without else 2 * max(weights[act], ACTS[act][1]) for act in group}
    weights["publish"] = ACTS["publish"][1]
    if newest == 1:
        weights |= {act: 4 * ACTS[act][1] for act in CONTENDED}

    def some(part: int, name: str, count: int, weights: Mapping[str, int]) -> list[Step]:
        acts = chance.choices(list(weights), list(weights.values()), k=count)
        pauses = [chance.choice((0.01, 1, 5)) if chance.random() < 0.3 else 0 for _ in acts]
        return [
            Step(part, name, act, chance.getrandbits(32), pause)
            for act, pause in zip(acts, pauses, strict=True)
        ]

    later = OF_THEM_LATER if with_later else 0
    return tuple(
        step
        for name in present
        for step in (
            *some(BEFORE, name, chance.randint(1, 5), dict.fromkeys(FIRST_OF_ALL, 1)),
            *some(FIRST, name, ACTS_EACH - later, weights),
            *some(LATER, name, later, weights),
        )
    )
