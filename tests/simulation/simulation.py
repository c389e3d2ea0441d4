"""One history: people do things while everything goes wrong, then nothing does any more, and all must be as it should."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from kith import deployment
from kith.domain.clock import MINUTE, SECOND
from kith.table.keys import KeyStore
from kith.tokens import public_jwk
from tests.component.conftest import KEY, joined
from tests.simulation.acts import ACTS, PAGE_SIZES, Act
from tests.simulation.cloud import Cloud
from tests.simulation.faults import Faults
from tests.simulation.host import Host
from tests.simulation.invariants import violations
from tests.simulation.people import NAMES, Town
from tests.simulation.reading import check_feed
from tests.simulation.scheduler import Process

ACTS_EACH = 12
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
    chance = random.Random(seed)  # noqa: S311  # to be repeated
    faults = Faults.drawn(chance)
    cloud = Cloud(chance, faults, host.handler)
    town = Town(cloud, present=NAMES[: chance.randint(3, len(NAMES))])
    wrong: str | None = None
    with host.running(cloud, seed), planted or nullcontext():
        try:
            _settle(town)
            _live(town)
            _rest(town)
            wrong = next(violations(cloud), None)
            if wrong is None:
                _look(town)
        except AssertionError as error:
            wrong = str(error)
    happened = cloud.woken + faults.happened + town.done
    happened["facts relied on"] += town.registers.relied_on
    happened["asked"], happened["answered"] = town.client.asked, town.client.answered
    return Report(seed, wrong, cloud.wire.calls, happened)


def _settle(town: Town) -> None:
    """Give everybody an account."""
    faults, rates = town.cloud.faults, vars(town.cloud.faults).copy()
    faults.stop()
    KeyStore(deployment.table()).publish(public_jwk(KEY.private))
    for person in town.people.values():
        joined(person.name, user_id=person.user_id)
    vars(faults).update(rates)


def _live(town: Town) -> None:
    """Let everybody do things at the same time, while everything goes wrong; then nothing does any more."""
    chance = town.cloud.chance
    weights = {act: weight * chance.choice((1, 1, 4, 0)) for act, weight in ACTS.items()}
    weights |= {act: weight for act, weight in ACTS.items() if act.__name__ in {"publish", "follow"}}
    for name in town.present:
        _start(town, name, lambda name=name: _lives(town, name, weights))
    left = chance.randint(200, 2_000)
    while left and town.cloud.go_on():
        left -= 1


def _lives(town: Town, name: str, weights: dict[Act, int]) -> None:
    chance = town.cloud.chance
    for _ in range(ACTS_EACH):
        (act,) = chance.choices(list(weights), list(weights.values()))
        act(town, name)
        if chance.random() < 0.3:
            town.cloud.scheduler.sleep(chance.choice((0.01, 1, 5)))


def _start(town: Town, name: str, run: Callable[[], None]) -> None:
    promise = town.cloud.scheduler.start(f"{name}'s client", run, Process(f"{name}'s client"))
    town.clients.append(promise)


def _rest(town: Town) -> None:
    cloud = town.cloud
    cloud.faults.stop()
    cloud.rest()
    while cloud.redrive():
        cloud.rest()
    cloud.faults.stale = cloud.faults.cut = 0
    for client in town.clients:
        client.result()
    town.registers.check()


def _look(town: Town) -> None:
    """See that everybody is shown what they should be, once nobody does anything any more."""
    cloud = town.cloud
    cloud.scheduler.now += REMEMBERED
    truth = town.truth()
    for name in town.present:
        _asked(town, name, lambda name=name: _check_whole_feed(town, name, truth.feed(name)))
    _rest(town)
    cloud.scheduler.now += YOUNG
    for name in town.present:
        _asked(town, name, lambda name=name: _check_audit(town, name, len(truth.feed(name))))


def _asked(town: Town, name: str, run: Callable[[], None]) -> None:
    promise = town.cloud.scheduler.start(f"{name}'s client", run, Process(f"{name}'s client"))
    town.cloud.rest()
    promise.result()


def _check_whole_feed(town: Town, name: str, expected: list[int]) -> None:
    limit = town.cloud.chance.choice(PAGE_SIZES)
    shown, place = check_feed(town, name, limit)
    while place is not None:
        more, place = check_feed(town, name, limit, place)
        shown += more
    assert shown == expected, f"the feed of {name} shows {shown}, and should {expected}"


def _check_audit(town: Town, name: str, count: int) -> None:
    answer = town.client.ask(town.people[name], "GET /api/v1/feed/audit")
    assert answer is not None
    found = {key: answer.json[key] for key in ("checked", "missing", "extra", "duplicates")}
    assert found == {"checked": count, "missing": [], "extra": [], "duplicates": []}, f"{name}: {answer.text}"
