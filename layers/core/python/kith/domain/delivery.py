"""Delivery policies: whether an author's posts are pushed to followers or pulled by them, decided from facts alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kith.domain.posts import Delivery

WRITE_PRICE = 0.625e-6
"""Dollars for a write request unit, on demand, us-east-1, November 2024."""
READ_PRICE = 0.125e-6
"""Dollars for a read request unit, likewise."""


class Activity(StrEnum):
    """When a reader was last seen."""

    TODAY = "today"
    THIS_WEEK = "this_week"
    THIS_MONTH = "this_month"
    DORMANT = "dormant"


@dataclass(frozen=True, slots=True)
class AuthorFacts:
    """What a policy may know of an author: posts a day, and followers by when they were last seen."""

    posts_a_day: float
    followers: Mapping[Activity, int]
    is_pulled: bool = False
    """Its posts are pulled at present."""

    @property
    def audience(self) -> int:
        """How many follow the author."""
        return sum(self.followers.values())


Policy = Callable[[AuthorFacts], Delivery]


@dataclass(frozen=True, slots=True)
class Threshold:
    """Pulled from so many followers on, and until there are fewer than another number."""

    threshold: int = 10_000
    demotion: int = 8_000

    def __call__(self, facts: AuthorFacts) -> Delivery:
        """Return how the author's posts reach feeds."""
        # A stage may set the threshold alone, below the other: without a distance there is still no flicker.
        least = min(self.demotion, self.threshold) if facts.is_pulled else self.threshold
        return Delivery.PULL if facts.audience >= least else Delivery.PUSH


@dataclass(frozen=True, slots=True)
class Prices:
    """What deliveries and readings cost, in dollars; how often readers read, by when they were last seen."""

    delivery: float = WRITE_PRICE
    """One entry of less than a kilobyte."""
    pull: float = READ_PRICE / 2
    """One item of recent posts, eventually consistent."""
    change: float = 4 * WRITE_PRICE
    """A follower's marker, put in a transaction that looks at the edge, when a way is changed."""
    remembered: float = 0.5
    """The share of pulls that a warm function answers from memory."""
    reads_a_day: Mapping[Activity, float] = field(
        default_factory=lambda: {
            Activity.TODAY: 6.0,
            Activity.THIS_WEEK: 0.5,
            Activity.THIS_MONTH: 0.1,
            Activity.DORMANT: 0.0,
        }
    )

    def of_pushing(self, facts: AuthorFacts) -> float:
        """Return what pushing an author's posts costs a day; nothing is delivered to who is dormant."""
        reached = facts.audience - facts.followers.get(Activity.DORMANT, 0)
        return facts.posts_a_day * reached * self.delivery

    def of_pulling(self, facts: AuthorFacts) -> float:
        """Return what pulling an author's posts costs a day, whether or not there are any."""
        reads = sum(self.reads_a_day[seen] * count for seen, count in facts.followers.items())
        return reads * (1 - self.remembered) * self.pull


@dataclass(frozen=True, slots=True)
class Cost:
    """Whatever is cheaper for this author and these followers; it changes only where that pays for the change."""

    prices: Prices = field(default_factory=Prices)
    pays_within: float = 30.0
    """Days within which a change has saved what it costs."""

    def __call__(self, facts: AuthorFacts) -> Delivery:
        """Return how the author's posts reach feeds."""
        saved_by_pulling = self.prices.of_pushing(facts) - self.prices.of_pulling(facts)
        change = facts.audience * self.prices.change
        if facts.is_pulled:
            return Delivery.PUSH if -saved_by_pulling * self.pays_within > change else Delivery.PULL
        return Delivery.PULL if saved_by_pulling * self.pays_within > change else Delivery.PUSH
