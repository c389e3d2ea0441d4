"""A history that ends wrongly, made as small as it can be and told: `make shrink SEED=7`, with `BUG=` one that is planted.

What is left out is tried in halves, quarters and so on, down to single steps (Zeller and Hildebrandt, Simplifying and
Isolating Failure-Inducing Input, 2002). Without something the rest comes in another order, so each attempt is made in a
few.
"""

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from tests.simulation.faults import NEVER
from tests.simulation.host import Host
from tests.simulation.plan import Plan, Step, drawn
from tests.simulation.planted import PLANTED
from tests.simulation.prove import host as this_process
from tests.simulation.simulation import happen

ORDERS = 4
"""In how many a smaller history may happen before it counts as one that ends well."""
Reduction = Callable[[Plan], Plan]


def shrunk(host: Host, plan: Plan, *, bug: str | None = None) -> Plan:
    """Return the smallest history that was found to end wrongly as well.

    Raises:
        ValueError: this one ends as it should.
    """
    if not happen(host, plan, bug=bug).wrong:
        raise ValueError(f"seed {plan.seed} ends as it should")
    size = max(1, len(plan.steps) // 2)
    while True:
        smaller = _reduced(host, plan, bug, [*_shorter(plan, size), *_calmer(plan)])
        if smaller == plan and size == 1:
            return plan
        plan, size = smaller, max(1, min(size // 2, len(smaller.steps)))


def _reduced(host: Host, plan: Plan, bug: str | None, reductions: Iterable[Reduction]) -> Plan:
    """Return a plan after as many reductions as leave it ending wrongly."""
    for reduction in reductions:
        smaller = reduction(plan)
        for order in range(ORDERS if smaller != plan else 0):
            tried = replace(smaller, seed=plan.seed + order)
            if happen(host, tried, bug=bug).wrong:
                plan = tried
                break
    return plan


def _shorter(plan: Plan, size: int) -> list[Reduction]:
    """Return how to leave out so many steps at once, from anywhere."""
    places = range(0, len(plan.steps), size)
    return [partial(_without, some=frozenset(plan.steps[place : place + size])) for place in places]


def _without(plan: Plan, some: frozenset[Step]) -> Plan:
    return replace(plan, steps=tuple(step for step in plan.steps if step not in some))


def _calmer(plan: Plan) -> list[Reduction]:
    """Return how to let less go wrong, and less happen otherwise."""
    kinds = [name for name, rate in plan.rates.items() if rate]
    return [
        *(partial(_never, kind=kind) for kind in kinds),
        lambda plan: replace(plan, aim=None),
        lambda plan: replace(plan, gap=0),
        lambda plan: replace(plan, left=0),
        lambda plan: replace(plan, private=frozenset()),
    ]


def _never(plan: Plan, kind: str) -> Plan:
    return replace(plan, rates={**plan.rates, kind: NEVER})


def tell(seed: int, bug: str | None) -> None:
    """Print what happens in the smallest history that is like the one of a seed, and what is wrong in the end."""
    plan = drawn(seed)
    smaller = shrunk(this_process(), plan, bug=bug)
    report = happen(this_process(), smaller, bug=bug, is_told=True)
    print(*report.story, sep="\n")
    print(f"WRONG {report.wrong}")
    print(f"{len(smaller.steps)} steps of {len(plan.steps)}:")
    for step in smaller.steps:
        print(f"  {step.name}: {step.act}")
    rates = {name: rate for name, rate in smaller.rates.items() if rate}
    print(
        f"What goes wrong, and how often: {rates or 'nothing'}, killed often: {smaller.aim}; the stage: {dict(smaller.knobs)}"
    )


if __name__ == "__main__":
    chosen = os.environ.get("BUG") or None
    if chosen is not None and chosen not in PLANTED:
        sys.exit(f"No such bug is planted: {chosen!r}. There are: {', '.join(PLANTED)}")
    try:
        tell(int(os.environ.get("SEED") or 0), chosen)
    except ValueError as error:
        sys.exit(str(error))
