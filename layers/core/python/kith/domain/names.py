"""How people are found by name: by how names begin, in any order, and with a typo or two."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from kith.domain.users import User
from kith.domain.words import folded, words

WORDS: Final = 4
"""Words of a name by which somebody is found, and of a search: more are rare, and every two of them are an entry."""
ONE_TYPO_FROM: Final = 4
TWO_TYPOS_FROM: Final = 8
"""Letters of a word from which it may have one typo, or two."""

_SEPARATORS: Final = re.compile(r"[._]+")
_NUMBER_AT_END: Final = re.compile(r"[0-9]+$")


class Kind(IntEnum):
    """How well a name answers a search: less is better."""

    USERNAME = 0
    WORDS = 1
    BEGINNINGS = 2
    TYPOS = 3


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """How a name answers a search."""

    kind: Kind
    typos: int = 0


def terms(username: str, full_name: str) -> tuple[str, ...]:
    """Return what somebody is found by, folded: the username whole and in parts, and the words of the full name."""
    parts = _parts(username)
    stems = [stem for part in parts if (stem := _NUMBER_AT_END.sub("", part))]
    found = (username, "".join(parts), *parts, *stems, *words(full_name)[:WORDS])
    return tuple(dict.fromkeys(filter(None, found)))


def pairs(username: str, full_name: str) -> tuple[tuple[str, str], ...]:
    """Return every two words of a name, in both orders: of the full name, and of the username."""
    together = (words(full_name)[:WORDS], _parts(username)[:WORDS])
    return tuple(dict.fromkeys(pair for each in together for pair in itertools.permutations(each, 2)))


def _parts(username: str) -> list[str]:
    return [part for part in _SEPARATORS.split(username) if part]


def match(query: str, user: User) -> Match | None:
    """Tell how an account's names answer a search, or None if they do not: each word has to be answered."""
    if folded(query).strip() == user.username:
        return Match(Kind.USERNAME)
    known = terms(user.username, user.full_name)
    answers = [_answer(word, known) for word in asked(query)]
    if not answers or None in answers:
        return None
    found = [answer for answer in answers if answer is not None]
    return Match(max(answer.kind for answer in found), sum(answer.typos for answer in found))


def asked(query: str) -> tuple[str, ...]:
    """Return the words of a search for somebody."""
    return words(query)[:WORDS]


def _answer(word: str, known: Sequence[str]) -> Match | None:
    if word in known:
        return Match(Kind.WORDS)
    if any(term.startswith(word) for term in known):
        return Match(Kind.BEGINNINGS)
    most = typos_allowed(word)
    least = min((distance(word, term, most) for term in known), default=most + 1)
    return Match(Kind.TYPOS, least) if least <= most else None


def typos_allowed(word: str) -> int:
    """Return how many typos a word may have: few letters say too little to be guessed at."""
    if len(word) < ONE_TYPO_FROM:
        return 0
    return 1 if len(word) < TWO_TYPOS_FROM else 2


def without_a_letter(word: str) -> frozenset[str]:
    """Return what a word becomes when any one letter is left out.

    Two words are one typo apart only if these sets, with the words themselves, meet (SymSpell, Garbe 2012; Mor and
    Fraenkel 1982).
    """
    return frozenset(word[:place] + word[place + 1 :] for place in range(len(word)))


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters were left out, put in, taken for another or swapped with their neighbour.

    That is the restricted Damerau-Levenshtein distance (optimal string alignment); what is above `most` is `most` + 1.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, opposite in enumerate(other, 1):
            cost = min(
                last[column] + 1,
                current[column - 1] + 1,
                last[column - 1] + (letter != opposite),
            )
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == opposite:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before_last, last = last, current
    return min(last[-1], most + 1)
