"""A fault at each call of AWS that a scenario makes: afterwards everything must be as if it had not been."""

import random
from collections import Counter
from collections.abc import Iterator
from copy import copy, deepcopy
from dataclasses import dataclass, replace
from typing import Any

from tests.simulation.cloud import Cloud
from tests.simulation.faults import Fault, Faults
from tests.simulation.host import Host
from tests.simulation.people import Town
from tests.simulation.scenarios import SCENARIOS, Part
from tests.simulation.simulation import SMALL, join_everybody, look_at_rest, rest, together
from tests.simulation.wire import Call

Outcome = dict[str, Any]
MAY_REMAIN = frozenset(
    {
        "Address",
        "Board",  # what is taken back before anybody looks has never counted
        "Claimed",
        "CursorKey",
        "Fanout",
        "Frame",
        "FeedEntry",
        "FeedState",
        "Hidden",
        "Hider",
        "Idempotency",
        "Mail",
        "Push",
        "Online",
        "PostTrend",
        "Recent",
        "None",  # gates
        "Session",
        "SingleUse",
        "TagTrend",
        "TagUse",
        "Told",
        "VerifyingKey",
        "Websocket",
        "WebsocketOwner",
    }
)
"""Kinds of items of which there may be more or fewer after a fault: when something is done decides on them, or they
expire."""

NOT_WRITTEN = {
    "Count": "it takes many at once who like one post; the component tests bring them",
    "Posted": "the stage of the scenarios has no limit of posts a day; the component tests set one",
}
"""Kinds of items that neither scenarios nor histories write."""


@dataclass(frozen=True)
class Run:
    """One way in which a scenario went."""

    scenario: str
    number: int | None
    """Of the call at which the fault was; None without one."""
    fault: Fault | None
    calls: list[str]
    woken: Counter[str]
    """How often each function was."""
    written: frozenset[str]
    """Which kinds of items, also by what was before."""
    asked: frozenset[tuple[str, str]]
    """Which functions did what, as IAM calls it; also before."""
    outcome: Outcome
    wrong: str | None = None

    def __str__(self) -> str:
        at = "" if self.number is None else f", {self.fault} at call {self.number} of {self.calls}"
        return f"{self.scenario}{at}: {self.wrong}"


def crashes(host: Host, name: str, *, first: int = 0, every: int = 1) -> Iterator[Run]:
    """Let a scenario happen without a fault, and then with each fault at every so many of its calls."""
    before = _before(host, name)
    base = _run(host, name, before)
    yield base
    for number in range(first, len(base.calls), every):
        for fault in Fault:
            found = _run(host, name, before, number, fault)
            if found.wrong is None and found.outcome != base.outcome:
                found = replace(found, wrong=f"it ends otherwise: {_difference(base.outcome, found.outcome)}")
            yield found


def _before(host: Host, name: str) -> Town:
    """Let what must have been before a scenario be."""
    town = _new_town(host, name)
    with host.running(town.cloud, 0):
        join_everybody(town)
        _happens(town, SCENARIOS[name].before)
    return town


def _run(host: Host, name: str, before: Town, number: int | None = None, fault: Fault | None = None) -> Run:
    """Let a scenario happen after what was before it, with a fault at one of its calls."""
    town = _after(before, _new_town(host, name))
    cloud, wrong = town.cloud, None

    def planned(_call: Call) -> Fault | None:
        return fault if len(cloud.wire.calls) - 1 == number else None

    cloud.wire.planned, cloud.push_service.is_certain = planned, fault is None
    with host.running(cloud, 1):
        try:
            _happens(town, SCENARIOS[name].happens)
        except AssertionError as error:
            wrong = str(error)
        calls, cloud.wire.planned = list(cloud.wire.calls), _nothing
        outcome = {} if wrong else _outcome(town)
        if wrong is None:
            try:
                look_at_rest(town, audited=False)
            except AssertionError as error:
                wrong = str(error)
    woken, asked = cloud.woken + before.cloud.woken, frozenset(cloud.wire.asked | before.cloud.wire.asked)
    return Run(name, number, fault, calls, woken, cloud.engine.written(), asked, outcome, wrong)


def _new_town(host: Host, name: str) -> Town:
    chance = random.Random(name)  # to be repeated
    knobs = SMALL | {"celebrity_threshold": SCENARIOS[name].threshold}
    return Town(Cloud(chance, Faults(chance), host.handler, knobs=knobs))


def _after(before: Town, town: Town) -> Town:
    """Return a new town in which everything is as it is in another."""
    old, new = before.cloud, town.cloud
    new.engine.items = {pk: dict(items) for pk, items in old.engine.items.items()}
    new.engine.commits, new.engine.tokens = list(old.engine.commits), dict(old.engine.tokens)
    new.stream.seen, new.bus.told = len(new.engine.commits), dict(old.bus.told)
    new.scheduler.now = old.scheduler.now
    new.mailbox.sent = list(old.mailbox.sent)
    for name in ("bucket", "secrets", "push_service"):
        vars(getattr(new, name)).update(deepcopy(vars(getattr(old, name))))
    for name in ("open", "heard", "closed", "named"):
        setattr(new.websockets, name, copy(getattr(old.websockets, name)))
    for name in (
        "posts",
        "comments",
        "commenters",
        "markers",
        "media",
        "forms",
        "passwords",
        "sessions",
        "excused",
        "gone",
    ):
        setattr(town, name, copy(getattr(before, name)))
    town.registers.known = deepcopy(before.registers.known)
    return town


def _nothing(_call: Call) -> Fault | None:
    return None


def _happens(town: Town, part: Part) -> None:
    together(town, {"everybody": lambda: part(town)})
    rest(town)


def _outcome(town: Town) -> Outcome:
    """Return how everything is, with nothing in it that chance has drawn."""
    truth = town.truth()
    said = {post_id: town.look(("post", post_id)) for post_id in truth.posts}
    kinds = Counter(str(item.get("kind", {}).get("S")) for _, item in town.cloud.engine.all())
    return {
        "graph": {
            name: sorted(getattr(truth, name))
            for name in ("private", "follows", "asks", "rejected", "blocks", "mutes")
        },
        "posts": sorted(
            (said[post_id], post.author, post.for_followers) for post_id, post in truth.posts.items()
        ),
        "reposts": sorted((name, said[post_id]) for name, post_id in truth.reposts if post_id in said),
        "feeds": {name: [said[post_id] for post_id in truth.feed(name)] for name in town.people},
        "accounts": {
            name: [town.look((kind, name)) for kind in ("standing", "password")] for name in town.people
        },
        "objects": len(town.cloud.bucket.versions),
        "items": {kind: count for kind, count in sorted(kinds.items()) if kind not in MAY_REMAIN},
    }


def _difference(one: Outcome, other: Outcome) -> Outcome:
    return {key: (one[key], other[key]) for key in one if one[key] != other[key]}
