"""The people of a graph as accounts, and what they have to say."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from kith.domain.users import FULL_NAME_MOST
from local.demo.graph import Graph

SEED = "kith"
"""The same graph always gets the same posts, in the same order."""

POSTS_MOST = 3
SLUG_MOST = 20

_UNUSABLE = re.compile(r"[^a-z0-9_.]")

_TOPICS = (
    "astronomy", "baking", "birds", "books", "chess", "cycling", "film", "gardening", "history", "jazz", "karate",
    "maps", "rain", "rivers", "tea", "trains", "typography", "wool",
)  # fmt: skip
_REMARKS = (
    "A whole morning with #{topic}, and not one minute lost.",
    "Does anyone else think of #{topic} when they cannot sleep?",
    "I said I would never get into #{topic}. I was wrong.",
    "Three things I learnt about #{topic} today; the third is that I know nothing about #{other}.",
    "Somewhere between #{topic} and #{other} I must have missed lunch.",
    "Notes on #{topic}, part two. Part one is lost.",
)
_ASIDES = (
    "@{friend} knows why.",
    "Thank you, @{friend}!",
    "Ask @{friend} for the photographs.",
    "@{friend} was there first, of course.",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the graph, and the account they get."""

    label: str
    """What the graph calls them."""
    username: str
    password: str = field(repr=False)

    @property
    def full_name(self) -> str:
        """What others see."""
        return f"Person {self.label}" if self.label.isdecimal() else self.label[:FULL_NAME_MOST]

    @property
    def email(self) -> str:
        """An address that reaches nobody (RFC 2606)."""
        return f"{self.username}@example.org"


@dataclass(frozen=True, slots=True)
class Draft:
    """A post to be."""

    author: str
    """A label."""
    number: int
    """Counts the author's drafts."""
    text: str


def cast(graph: Graph, run: str) -> dict[str, Person]:
    """Return everyone by label; with another `run` they are other accounts."""
    slugs = {label: _UNUSABLE.sub("", label.casefold()) for label in graph.people}
    tell_apart = len(set(slugs.values())) == len(slugs)
    if not (tell_apart and all(1 <= len(slug) <= SLUG_MOST for slug in slugs.values())):
        slugs = {label: f"p{number}" for number, label in enumerate(graph.people, start=1)}
    return {label: Person(label, f"{slug}_{run}", secrets.token_urlsafe(16)) for label, slug in slugs.items()}


def drafts(graph: Graph, people: Mapping[str, Person]) -> list[Draft]:
    """Return one to three posts of everyone, in the order in which to publish them."""
    written = [
        Draft(label, number, text)
        for label in graph.people
        for number, text in enumerate(
            _texts(label, [people[each].username for each in graph.following[label]])
        )
    ]
    _random("order").shuffle(written)
    return written


def last_word(label: str) -> Draft:
    """Return one more post of someone."""
    return Draft(label, POSTS_MOST, "Good night, everyone. #kith")


def _texts(label: str, friends: list[str]) -> list[str]:
    chance = _random(label)
    return [_text(chance, friends) for _ in range(chance.randint(1, POSTS_MOST))]


def _text(chance: Random, friends: list[str]) -> str:
    topic, other = chance.sample(_TOPICS, 2)
    remark = chance.choice(_REMARKS).format(topic=topic, other=other)
    if not friends:
        return remark
    return f"{remark} {chance.choice(_ASIDES).format(friend=chance.choice(friends))}"


def _random(purpose: str) -> Random:
    return Random(f"{SEED} {purpose}")  # noqa: S311  # it has to be the same again, not secret
