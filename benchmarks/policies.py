"""What delivery policies would have spent on a period: a dry run over a trace on a real graph.

`make benchmark WHAT=policies GRAPH=edges.txt.gz DAYS=30`. Who follows whom is real; how often people post and read is
drawn, the same at every run. Every policy decides from what it could know: how often an author has posted in the days
before, and when the followers were last seen.
"""

import os
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kith.domain.delivery import (
    READ_PRICE,
    WRITE_PRICE,
    Activity,
    AuthorFacts,
    Cost,
    Policy,
    Prices,
    Threshold,
)
from kith.domain.posts import Delivery
from local.demo.graph import KARATE, Graph, read
from local.failure import Failure

SEED = 20_261_126
SEEN = {Activity.TODAY: 0.2, Activity.THIS_WEEK: 0.25, Activity.THIS_MONTH: 0.25, Activity.DORMANT: 0.3}
"""Shares of the accounts."""
LEAST_RATE, SPREAD, MOST_RATE = 0.05, 1.1, 40.0
"""Posts a day: drawn from a Pareto distribution, which most social behaviour resembles."""


@dataclass(frozen=True, slots=True)
class Author:
    """What an author did in the period, and what could be known of them before."""

    facts: AuthorFacts
    posts: int
    reads: int
    """Feeds read by all followers together."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a policy spent on the period, in request units, and how many authors were pulled."""

    pulled: int
    writes: float
    reads: float

    @property
    def dollars(self) -> float:
        """What that costs."""
        return self.writes * WRITE_PRICE + self.reads * READ_PRICE


def trace(graph: Graph, days: int, chance: random.Random) -> list[Author]:
    """Return what everybody does in a period, from what they do on average."""
    seen = dict(
        zip(graph.people, chance.choices(list(SEEN), list(SEEN.values()), k=len(graph.people)), strict=True)
    )
    habits = Prices().reads_a_day
    reads = {person: _drawn(habits[seen[person]] * days, chance) for person in graph.people}
    authors = []
    for person in graph.people:
        rate = min(MOST_RATE, LEAST_RATE * chance.paretovariate(SPREAD))
        before, posts = _drawn(rate * days, chance), _drawn(rate * days, chance)
        followers = graph.followers[person]
        facts = AuthorFacts(before / days, Counter(seen[follower] for follower in followers))
        authors.append(Author(facts, posts, sum(reads[follower] for follower in followers)))
    return authors


def spent(authors: list[Author], policy: Policy | None) -> Spent:
    """Return what a policy spends; without one, every post is pushed to every follower, dormant or not."""
    prices, pulled, writes, reads = Prices(), 0, 0.0, 0.0
    for author in authors:
        if policy is None:
            writes += author.posts * author.facts.audience
        elif policy(author.facts) is Delivery.PUSH:
            writes += author.posts * (author.facts.audience - author.facts.followers[Activity.DORMANT])
        else:
            pulled += 1
            writes += author.posts * 2  # the author's list of recent posts, in a transaction
            writes += author.facts.audience * prices.change / WRITE_PRICE
            reads += author.reads * (1 - prices.remembered) * prices.pull / READ_PRICE
    return Spent(pulled, writes, reads)


def _drawn(mean: float, chance: random.Random) -> int:
    """Return how often something happened that happens so often on average."""
    return max(0, round(chance.gauss(mean, mean**0.5)))


POLICIES: dict[str, Policy | None] = {
    "push to all": None,
    "pull from 10,000 followers": Threshold(),
    "pull from 100 followers": Threshold(100, 80),
    "cost": Cost(),
}


def table(authors: list[Author], days: int) -> str:
    """Return what each policy spends on a period, as a table."""
    rows = [
        f"| {'policy':<27} | pulled authors | write units | read units | $ for {days} days |",
        "|---|---|---|---|---|",
    ]
    for name, policy in POLICIES.items():
        found = spent(authors, policy)
        rows.append(
            f"| {name:<27} | {found.pulled:,} | {found.writes:,.0f} | {found.reads:,.0f} | {found.dollars:,.2f} |"
        )
    return "\n".join(rows)


def main(tell: Callable[[str], object] = print) -> None:
    """Draw a trace on a graph and tell what policies spend on it."""
    days = int(os.environ.get("DAYS") or 30)
    limit = os.environ.get("LIMIT")
    graph = read(Path(os.environ.get("GRAPH") or KARATE), int(limit) if limit else None)
    authors = trace(graph, days, random.Random(SEED))  # noqa: S311  # the same at every run
    tell(
        f"{len(graph.people):,} accounts, {len(graph.follows):,} follows, {sum(a.posts for a in authors):,} posts"
    )
    tell(table(authors, days))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"kith: {failure}")
