"""One history: people do things while everything goes wrong, then nothing does any more, and all must be as it should."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial

from kith import deployment
from kith.domain.clock import MINUTE, SECOND
from kith.domain.users import Standing
from kith.passwords import Argon2Passwords
from kith.table.keys import KeyStore
from kith.tokens import public_jwk
from tests.component.conftest import KEY, joined
from tests.simulation.acts import ACTS, ALWAYS, CONTENDED, PAGE_SIZES
from tests.simulation.cloud import Cloud
from tests.simulation.faults import Faults
from tests.simulation.host import Host
from tests.simulation.invariants import violations
from tests.simulation.people import PASSWORDS, Town
from tests.simulation.reading import check_feed
from tests.simulation.scheduler import Process

ACTS_EACH = 16
SWARM = (0, 0, 1, 1, 8)
"""How much more or less often than usual each act comes in a history."""
PRIVATE = 0.1
"""Of the accounts."""
SMALL = {"celebrity_threshold": 3, "celebrity_demotion": 2, "fanout_batch": 2}
"""A stage in which a handful of people are many."""
REDRIVES = 3
REMEMBERED = 4 * SECOND
"""Functions remember for so long what celebrities have published."""
YOUNG = 2 * MINUTE
"""What is younger is not audited."""


@dataclass(frozen=True)
class Report:
    """What came of a history."""

    seed: int
    wrong: str | None
    """Why it is not as it should be."""
    calls: Sequence[str]
    """What was asked of AWS, in order."""
    happened: Counter[str]
    """Which situations there were, and how often."""


def simulate(host: Host, seed: int, *, planted: AbstractContextManager[object] | None = None) -> Report:
    """Let a history happen.

    Args:
        host: where.
        seed: all of it follows from that.
        planted: a bug that is there meanwhile.
    """
    chance = random.Random(seed)  # to be repeated
    faults = Faults.drawn(chance)
    cloud = Cloud(chance, faults, host.handler, knobs=_drawn_knobs(chance))
    town = Town.drawn(cloud)
    wrong: str | None = None
    with host.running(cloud, seed), planted or nullcontext():
        try:
            _settle(town)
            _live(town)
            rest(town)
            look_at_rest(town)
        except AssertionError as error:
            wrong = str(error)
    happened = cloud.woken + faults.happened + town.done
    happened["facts relied on"] += town.registers.relied_on
    happened["asked"], happened["answered"] = town.client.asked, town.client.answered
    return Report(seed, wrong, cloud.wire.calls, happened)


def _drawn_knobs(chance: random.Random) -> dict[str, int]:
    """Draw a stage in which a handful of people are many."""
    threshold = chance.choice((2, 2, 3, 3, 4, 100))
    return {
        "celebrity_threshold": threshold,
        "celebrity_demotion": max(1, threshold - chance.randint(0, 1)),
        "fanout_batch": chance.choice((1, 2)),
    }


def join_everybody(town: Town, *, private: float = 0) -> None:
    """Give everybody an account, some of them a private one."""
    KeyStore(deployment.table()).publish(public_jwk(KEY.private))
    chance, password_hash = town.cloud.chance, Argon2Passwords().hashed(PASSWORDS[0])
    for name in town.present:
        user_id, is_private = town.people[name].user_id, chance.random() < private
        joined(name, user_id=user_id, is_private=is_private, password_hash=password_hash)


def together(town: Town, lives: dict[str, Callable[[], object]]) -> None:
    """Let people do things at the same time, and go on until all have."""
    for name, live in lives.items():
        process = Process(f"{name}'s client")
        town.clients.append(town.cloud.scheduler.start(process.name, live, process))
    while not all(client.done() for client in town.clients) and town.cloud.go_on():
        pass


def rest(town: Town) -> None:
    """Let nothing go wrong any more, and everything come to rest.

    Raises:
        AssertionError: somebody was told what is not so.
    """
    cloud = town.cloud
    cloud.faults.stop()
    cloud.rest()
    for _ in range(REDRIVES):
        if not cloud.redrive():
            break
        cloud.rest()
    for client in town.clients:
        client.result()
    town.registers.check()


def look_at_rest(town: Town, *, audited: bool = True) -> None:
    """See that everything is as it must be at rest, and that everybody is shown so, by audits too.

    Raises:
        AssertionError: something is not.
    """
    cloud = town.cloud
    cloud.faults.stale = cloud.faults.cut = 0
    wrong = next(violations(cloud), None)
    assert wrong is None, wrong
    cloud.scheduler.now += REMEMBERED
    truth = town.truth()
    here = [name for name in town.present if town.look(("standing", name)) == Standing.ACTIVE]
    for name in here:
        together(town, {name: partial(_check_whole_feed, town, name, truth.feed(name))})
    rest(town)
    cloud.scheduler.now += YOUNG
    for name in here if audited else []:
        together(town, {name: partial(_check_audit, town, name, len(truth.feed(name)))})
    rest(town)


def _settle(town: Town) -> None:
    """Give everybody an account, and let them follow each other and publish something before anything goes wrong."""
    faults, rates = town.cloud.faults, vars(town.cloud.faults).copy()
    faults.stop()
    join_everybody(town, private=PRIVATE)
    together(town, {name: partial(_begins, town, name) for name in town.present})
    town.cloud.rest()
    vars(faults).update(rates)


def _begins(town: Town, name: str) -> None:
    for _ in range(town.cloud.chance.randint(0, 4)):
        act, _ = ACTS[town.cloud.chance.choice(ALWAYS)]
        act(town, name)


def _live(town: Town) -> None:
    """Let everybody do things at the same time, while everything goes wrong."""
    chance = town.cloud.chance
    weights = {act: weight * chance.choice(SWARM) for act, (_, weight) in ACTS.items()}
    weights |= {act: ACTS[act][1] for act in ALWAYS}
    if town.newest == 1:
        weights |= {act: 4 * ACTS[act][1] for act in CONTENDED}
    together(town, {name: partial(_lives, town, name, weights) for name in town.present})
    left = chance.choice((0, 300, 2_000))
    while left and town.cloud.go_on():
        left -= 1


def _lives(town: Town, name: str, weights: dict[str, int]) -> None:
    chance = town.cloud.chance
    for _ in range(ACTS_EACH):
        if name in town.gone:
            return
        act, _ = ACTS[chance.choices(list(weights), list(weights.values()))[0]]
        act(town, name)
        if chance.random() < 0.3:
            town.cloud.scheduler.sleep(chance.choice((0.01, 1, 5)))


def _check_whole_feed(town: Town, name: str, expected: list[int]) -> None:
    limit = town.cloud.chance.choice(PAGE_SIZES)
    shown, place = check_feed(town, name, limit)
    while place is not None:
        more, place = check_feed(town, name, limit, place)
        shown += more
    assert shown == expected, f"the feed of {name} shows {shown}, and should {expected}"


def _check_audit(town: Town, name: str, count: int) -> None:
    answer = town.client.ask(town.people[name], "GET /api/v1/feed/audit")
    assert answer is not None, f"{name} is not told how their feed is"
    found = {key: answer.json[key] for key in ("checked", "missing", "extra", "duplicates")}
    assert found == {"checked": count, "missing": [], "extra": [], "duplicates": []}, f"{name}: {answer.text}"
