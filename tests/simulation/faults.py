"""What goes wrong, and how often: every seed has a mixture of its own (Groce et al., Swarm Testing, 2012)."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kith.domain.clock import SECOND


class Fault(StrEnum):
    """What can happen to one call of AWS."""

    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"
    ANSWER_LOST = "answer lost"
    THROTTLED = "throttled"


NEVER, SELDOM, SOMETIMES, OFTEN = 0.0, 0.02, 0.1, 0.3

OUTAGE_MOST = 60 * SECOND
STALL_MOST = 5
"""Seconds; less than any function has."""


@dataclass
class Faults:
    """How often each thing goes wrong, of all times that it could."""

    chance: random.Random
    killed: float = NEVER
    """Of calls: the process is gone before or after it."""
    aim: str | None = None
    """The name of an operation whose callers are killed often."""
    lost: float = NEVER
    """Of calls: the answer is lost after the effect, and the SDK sends the request again."""
    throttled: float = NEVER
    """Of calls: refused, or in conflict with others."""
    unprocessed: float = NEVER
    """Of batches: some of it is left undone."""
    refused: float = NEVER
    """Of entries sent to the bus or a queue."""
    repeated: float = NEVER
    """Of deliveries: it comes twice, maybe at once."""
    stale: float = NEVER
    """Of reads that do not ask for the latest."""
    cut: float = NEVER
    """Of queries: their page is shorter than was asked for."""
    sent_twice: float = NEVER
    """Of requests of clients: sent twice at once, as after a lost answer."""
    outage: float = NEVER
    """Of calls: with it a service begins to refuse everything, for a while."""
    collected: float = NEVER
    """Of items that have expired: the table forgets them, sooner or later."""
    stalled: float = NEVER
    """Of calls: whoever makes it stands still for a while before, and others go on."""
    down: dict[str, int] = field(default_factory=dict)
    """Until when each service refuses everything, in milliseconds."""
    happened: Counter[str] = field(default_factory=Counter)
    """How often what went wrong."""

    def start(self, rates: Mapping[str, float], aim: str | None = None) -> None:
        """Let things go wrong so often, by the names of the attributes above."""
        self.aim = aim
        for name, rate in rates.items():
            setattr(self, name, rate)

    def stop(self) -> None:
        """Let nothing go wrong any more. What is stale, short or forgotten stays so: that is no fault."""
        self.killed = self.lost = self.throttled = self.unprocessed = self.refused = NEVER
        self.repeated = self.sent_twice = self.outage = self.stalled = NEVER
        self.aim = None
        self.down.clear()

    def comes(self, rate: float, what: str) -> bool:
        """Tell whether something that comes so often comes now, and note that it did."""
        if not rate or self.chance.random() >= rate:
            return False
        self.happened[what] += 1
        return True

    def stall(self) -> float:
        """Return for how many seconds whoever makes a call stands still before."""
        return self.chance.uniform(0, STALL_MOST) if self.comes(self.stalled, "stalled") else 0

    def of_call(self, name: str, now: int) -> Fault | None:
        """Return what happens to a call, `dynamodb.GetItem`; `now` in milliseconds."""
        service = name.partition(".")[0]
        if self.comes(self.outage, "outage"):
            self.down[service] = now + self.chance.randint(1, OUTAGE_MOST)
        if self.down.get(service, 0) > now:
            return Fault.THROTTLED
        if self.comes(OFTEN if name == self.aim else self.killed, "killed"):
            return self.chance.choice((Fault.KILLED_BEFORE, Fault.KILLED_AFTER))
        if self.comes(self.lost, Fault.ANSWER_LOST):
            return Fault.ANSWER_LOST
        return Fault.THROTTLED if self.comes(self.throttled, Fault.THROTTLED) else None


def drawn_rates(chance: random.Random) -> dict[str, float]:
    """Draw a mixture."""
    rates = {
        "killed": (0.005, SELDOM, 0.05),
        "lost": (SELDOM, 0.05),
        "throttled": (SELDOM, SOMETIMES, 0.2),
        "unprocessed": (SOMETIMES, 0.5),
        "refused": (SELDOM, 0.2),
        "repeated": (SOMETIMES, OFTEN),
        "stale": (SOMETIMES, 0.5, 0.9),
        "cut": (SELDOM, OFTEN),
        "sent_twice": (SOMETIMES, OFTEN),
        "outage": (0.001, 0.005),
        "collected": (0.5, 1.0),
        "stalled": (SELDOM, SOMETIMES),
    }
    return {name: chance.choice((NEVER, *some)) for name, some in rates.items()}
