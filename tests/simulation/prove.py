"""The proof: `make prove SEEDS=2000`. Prints what was done, and what of it was not as it should be.

Each part is shared among processes; a history or a run depends on nothing but its seed or its name and number.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import cache
from multiprocessing import get_context
from typing import Any

from kith.table.schema import ENTITIES
from tests.architecture.house import DOORS
from tests.simulation.crashes import NOT_WRITTEN, crashes
from tests.simulation.host import Host
from tests.simulation.planted import PLANTED
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.simulation import simulate

SEEDS = 2_000
PLANTED_SEEDS = 200
"""Within so many every planted bug must be found."""
SHARE = 10
"""Seeds at a time, and calls of a scenario between two that one share sees to."""

_for_good = ExitStack()
"""What lasts until the process ends."""
WRITTEN = "written: "
"""Before the name of a kind of items, and how many histories wrote one."""
Share = tuple[int, Counter[str], list[str]]
"""How many there were, what happened, and what was wrong."""


@cache
def host() -> Host:
    """Return this process, prepared for good."""
    return _for_good.enter_context(Host().prepared())


def histories(first: int) -> Share:
    """Let some histories happen, one of them twice."""
    happened, wrong = Counter[str](), []
    seeds = range(first, first + SHARE)
    reports = [simulate(host(), seed) for seed in seeds]
    for seed, report in zip(seeds, reports, strict=True):
        happened += report.happened
        happened["calls of AWS"] += len(report.calls)
        wrong += [f"seed {seed}: {report.wrong} (make shrink SEED={seed})"] if report.wrong else []
    again = simulate(host(), first)
    if (again.calls, again.wrong) != (reports[0].calls, reports[0].wrong):
        wrong.append(f"seed {first} is another history when it happens again")
    happened.update(f"{WRITTEN}{kind}" for report in reports for kind in report.written)
    return SHARE, happened, wrong


def cut_off(part: tuple[str, int]) -> Share:
    """Put each fault at some calls of a scenario."""
    name, first = part
    runs = list(crashes(host(), name, first=first, every=SHARE))
    happened = sum((run.woken for run in runs), Counter[str]())
    return len(runs) - 1, happened, [str(run) for run in runs if run.wrong]


def hunted(name: str) -> Share:
    """Look for a planted bug; return the seed that shows it, plus one, and what that says."""
    for seed in range(PLANTED_SEEDS):
        report = simulate(host(), seed, bug=name)
        if report.wrong:
            return seed + 1, Counter({f"{name}: {report.wrong}": 1}), []
    return 0, Counter(), [f"not found within {PLANTED_SEEDS} seeds: {name}"]


def shared(work: Callable[[Any], Share], parts: Sequence[Any], what: str) -> Iterator[tuple[Any, Share]]:
    """Yield what comes of each part of some work, and show how far it is."""
    begun = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for done, (part, share) in enumerate(zip(parts, pool.map(work, parts), strict=True), 1):
            yield part, share
            if sys.stderr.isatty():
                print(f"\r{what}: {done} of {len(parts)}", end="", file=sys.stderr)
    print(f"\r{what}: {time.monotonic() - begun:.0f} s", file=sys.stderr)


def prove(seeds: int) -> list[str]:
    """Prove everything, tell about it, and return what was wrong."""
    begun, wrong, total = time.monotonic(), list[str](), Counter[str]()
    for _, (_, happened, found) in shared(histories, range(0, seeds, SHARE), "histories"):
        total += happened
        wrong += _told(found)
    took = time.monotonic() - begun
    print(f"histories                  {seeds:>9,}   {60 * seeds / took:,.0f} a minute")
    for what in ("calls of AWS", "asked", "answered", "facts relied on"):
        print(f"  {what:24} {total.pop(what):>9,}")
    wrong += _told(_left_out(total))
    print("situations")
    for what, times in sorted(total.items(), key=lambda each: -each[1]):
        print(f"  {what:56} {times:>9,}")
    runs = 0
    parts = [(name, first) for name in SCENARIOS for first in range(SHARE)]
    for _, (count, _, found) in shared(cut_off, parts, "faults at each call"):
        runs += count
        wrong += _told(found)
    print(f"scenarios with a fault     {runs:>9,}   {len(SCENARIOS)} scenarios, each call, 4 faults")
    print("planted bugs, and the seeds that showed them")
    for name, (seed, _, found) in shared(hunted, list(PLANTED), "planted bugs"):
        wrong += _told(found)
        if seed:
            print(f"  {name:72} {seed:>4}")
    return wrong


def _left_out(total: Counter[str]) -> Iterator[str]:
    """Yield which functions and which kinds of items no history has had to do with."""
    for path in sorted({"/".join(door.split(".")[1:]) for door in DOORS} - total.keys()):
        yield f"no history wakes {path}"
    for pattern in ENTITIES:
        if not total[f"{WRITTEN}{pattern.entity}"] and pattern.entity not in NOT_WRITTEN:
            yield f"no history writes {pattern.entity}"


def _told(found: Iterable[str]) -> list[str]:
    for each in found:
        print(f"WRONG {each}", flush=True)
    return list(found)


if __name__ == "__main__":
    violations = prove(int(os.environ.get("SEEDS") or SEEDS))
    print(f"{len(violations)} violations" if violations else "no violation")
    sys.exit(bool(violations))
