"""One history: people do things while everything goes wrong, then nothing does any more, and all must be as it should."""

import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial

from kith import deployment
from kith.domain import ids
from kith.domain.clock import DAY, HOUR, MINUTE, SECOND
from kith.domain.sessions import LIFETIME
from kith.domain.users import Standing
from kith.passwords import Argon2Passwords
from kith.settings import Knobs
from kith.table.keys import KeyStore
from kith.tokens import public_jwk
from tests.component.conftest import KEY, joined
from tests.simulation import notifications
from tests.simulation.acts import ACTS, PAGE_SIZES
from tests.simulation.cloud import Cloud
from tests.simulation.digests import PERIODS, ask_for, let_time_come, look_at_mails
from tests.simulation.faults import Faults
from tests.simulation.host import Host
from tests.simulation.invariants import violations
from tests.simulation.people import PASSWORDS, Town
from tests.simulation.plan import BEFORE, FIRST, LATER, Plan, Step, drawn
from tests.simulation.planted import planted
from tests.simulation.reading import check_feed
from tests.simulation.scheduler import Process
from tests.simulation.websockets import look_at_websockets

SMALL = {"celebrity_threshold": 3, "celebrity_demotion": 2, "fanout_batch": 2} | PERIODS
"""A stage in which a handful of people are many."""
IDENTIFIER = re.compile(r"\d{10,}")
REDRIVES = 3
REMEMBERED = 4 * SECOND
"""Functions remember for so long what celebrities have published."""
KEPT_GIVEN_UP = 14 * DAY
"""As `infra/shared/queues.py` has it."""
YOUNG = 2 * MINUTE
"""What is younger is not audited."""


@dataclass(frozen=True)
class Report:
    """What came of a history."""

    wrong: str | None
    """Why it is not as it should be."""
    calls: Sequence[str]
    """What was asked of AWS, in order."""
    happened: Counter[str]
    """Which situations there were, and how often."""
    written: frozenset[str]
    """Which kinds of items."""
    story: Sequence[str]
    """What happened, for people to read, if anybody wants to."""


def simulate(host: Host, seed: int, *, bug: str | None = None) -> Report:
    """Let a history happen, maybe with a bug that is planted meanwhile: all of it follows from the seed."""
    return happen(host, drawn(seed), bug=bug)


def happen(host: Host, plan: Plan, *, bug: str | None = None, is_told: bool = False) -> Report:
    """Let what is planned happen; `is_told` where somebody wants to read it."""
    chance = random.Random(plan.seed)  # to be repeated
    cloud = Cloud(chance, Faults(chance), host.handler, knobs=dict(plan.knobs))
    town = Town(cloud, plan.present, plan.star, plan.newest)
    cloud.scheduler.story = [] if is_told else None
    wrong, story = None, list[str]()
    with host.running(cloud, plan.seed), planted(bug) if bug else nullcontext():
        try:
            join_everybody(town, private=plan.private)
            _do(town, plan, BEFORE)
            cloud.rest()
            cloud.faults.start(plan.rates, plan.aim)
            _do(town, plan, FIRST)
            if plan.gap:
                _pass_time(town, plan)
            _do(town, plan, LATER)
            _go_on(town, plan.left)
            rest(town)
            story, cloud.scheduler.story = cloud.scheduler.story or [], None
            look_at_rest(town)
        except AssertionError as error:
            wrong = str(error)
            story = cloud.scheduler.story or story
    happened = cloud.woken + cloud.faults.happened + town.done
    happened["facts relied on"] += town.registers.relied_on
    happened["frames"] += len(cloud.websockets.heard)
    happened["asked"], happened["answered"] = town.client.asked, town.client.answered
    told = [IDENTIFIER.sub(lambda found: town.names.get(int(found[0]), found[0]), line) for line in story]
    return Report(wrong, cloud.wire.calls, happened, cloud.engine.written(), told)


def _do(town: Town, plan: Plan, part: int) -> None:
    """Let everybody do at the same time what is planned."""
    together(
        town,
        {
            name: partial(
                _does, town, [each for each in plan.steps if (each.part, each.name) == (part, name)]
            )
            for name in plan.present
        },
    )


def _does(town: Town, steps: Sequence[Step]) -> None:
    for step in steps:
        if step.name in town.gone:
            return
        town.cloud.scheduler.process.chance = random.Random(step.seed)
        act, _ = ACTS[step.act]
        act(town, step.name)
        if step.pause:
            town.cloud.scheduler.sleep(step.pause)


def _pass_time(town: Town, plan: Plan) -> None:
    """Let everything stand still for hours; or for days, after it had come to rest.

    What was given up waits for an operator, but for no longer than queues keep it.
    """
    if plan.gap > KEPT_GIVEN_UP:
        rest(town)
    elif plan.gap > DAY:
        town.cloud.faults.stop()
        town.cloud.rest()
    town.cloud.faults.start(plan.rates, plan.aim)
    town.cloud.scheduler.note(lambda: f"nothing happens for {plan.gap // HOUR} hours")
    town.cloud.scheduler.now += plan.gap
    if plan.gap > LIFETIME:
        town.registers.muddle(lambda fact: fact[0] == "session")


def _go_on(town: Town, steps: int) -> None:
    while steps and town.cloud.go_on():
        steps -= 1


def join_everybody(town: Town, *, private: Collection[str] = ()) -> None:
    """Give everybody an account, some of them a private one."""
    KeyStore(deployment.table()).publish(public_jwk(KEY.private))
    password_hash = Argon2Passwords().hashed(PASSWORDS[0])
    for name in town.present:
        user_id = town.people[name].user_id
        joined(name, user_id=user_id, is_private=name in private, password_hash=password_hash)


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
    together(town, {"everybody": lambda: look_at_websockets(town)})
    let_time_come(town)
    ask_for(town)
    rest(town)
    look_at_mails(town)
    wrong = next(violations(cloud), None)
    assert wrong is None, wrong
    cloud.scheduler.now += REMEMBERED
    truth = town.truth()
    oldest = ids.first_at(cloud.scheduler.now - Knobs().feed_retention_days * DAY)
    expected = {name: [each for each in truth.feed(name) if each > oldest] for name in town.present}
    here = [name for name in town.present if town.look(("standing", name)) == Standing.ACTIVE]
    for name in here:
        together(town, {name: partial(_check_whole_feed, town, name, expected[name])})
        together(town, {name: partial(notifications.read, town, name)})
    rest(town)
    cloud.scheduler.now += YOUNG
    for name in here if audited else []:
        together(town, {name: partial(_check_audit, town, name, len(expected[name]))})
    rest(town)


def _check_whole_feed(town: Town, name: str, expected: list[int]) -> None:
    limit = town.chance.choice(PAGE_SIZES)
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
