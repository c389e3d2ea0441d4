"""Searches for people against the whole set looked through: `make benchmark WHAT=names` (LIMIT=50000 people).

Names are made by Faker for ten languages. The reference knows everybody: it compares each word of a search with each
word of each name by RapidFuzz, and puts the best in the same order. What the index costs is counted, not timed.
"""

import os
import random
import sys
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean
from typing import Any, Final

from faker import Faker
from rapidfuzz import process
from rapidfuzz.distance import OSA

from functions.search.users import UserSearch
from kith.domain import names
from kith.domain.users import User
from kith.domain.words import folded, words
from kith.table import schema
from kith.table.connection import Table
from kith.table.items import TallyItem, UserItem, UsernameItem
from kith.table.relations import RelationStore
from kith.table.user_index import UserIndex, entries
from kith.table.users import UserStore

SEED: Final = 20_260_131
PEOPLE: Final = 50_000
SEARCHES: Final = 200
"""Of each kind."""
WANTED: Final = 10
LANGUAGES: Final = ["en_US", "de_DE", "fr_FR", "es_ES", "pl_PL", "cs_CZ", "sv_SE", "tr_TR", "ru_RU", "ja_JP"]
NAMELESS, VERIFIED = 0.15, 0.01
"""Shares of the accounts that have only a username, and of those that are verified."""
READ_UNIT: Final = 4096
ENTRY_BYTES: Final = 110
"""Of an entry of the index with its key, its kind and the word."""
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
MINUTE: Final = 60_000


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody, and how many follow them."""

    user: User
    followers: int

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the full name."""
        return words(self.user.full_name)


def people(number: int, chance: random.Random) -> list[Known]:
    """Make people whose names sound real."""
    faker = Faker(LANGUAGES)
    faker.seed_instance(chance.getrandbits(32))
    made: dict[str, Known] = {}
    while len(made) < number:
        full_name = f"{faker.first_name()} {faker.last_name()}"
        username = _username(full_name, faker.user_name(), chance)
        while username in made:
            username = f"{username[:24]}{chance.randint(1, 9_999)}"
        user = User(
            len(made) + 1,
            username,
            full_name="" if chance.random() < NAMELESS else full_name,
            is_verified=chance.random() < VERIFIED,
        )
        made[username] = Known(user, int(chance.paretovariate(0.7)))
    return list(made.values())


def _username(full_name: str, other: str, chance: random.Random) -> str:
    plain = [word for word in words(full_name) if word.isascii() and word.isalpha()]
    if len(plain) < 2:  # noqa: PLR2004  # a first and a last name
        return f"{folded(other)[:26]}___"[: max(3, len(other))]
    first, last = plain[0], plain[-1]
    forms = (first + last, f"{first}.{last}", f"{first}_{last}", first[0] + last, last + first[0])
    return chance.choice([*forms, f"{first}{chance.randint(1, 99)}"])[:26].ljust(3, "_")


class Directory(Table):
    """A table that holds people and the index of them, and counts what is read."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.name = "directory"
        self.calls, self.units = 0, 0.0
        self._items: dict[tuple[str, str], dict[str, Any]] = {}
        self._under: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.entries = 0
        for each in known:
            user = each.user
            profile = {
                "username": user.username,
                "full_name": user.full_name,
                "is_verified": user.is_verified,
            }
            self._put(UserItem.at(profile | {"standing": "active"}, user_id=user.user_id))
            self._put(TallyItem.at({"followers": each.followers}, user_id=user.user_id, shard="0"))
            self._put(UsernameItem.at({"user_id": user.user_id}, username=user.username))
            found = {(entry.pk, entry.sk): entry.term for entry in entries(user, each.followers)}
            self.entries += len(found)
            for (partition, sort), term in found.items():
                self._under[partition].append((sort, term))
        for standing in self._under.values():
            standing.sort()

    def _put(self, item: UserItem | TallyItem | UsernameItem) -> None:
        self._items[item.pk, item.sk] = item.to_dynamodb_dict()

    def all_of(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Return what calls return, one after the other."""
        return [call() for call in calls]

    def together(self, first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
        """Return what two calls return, one after the other."""
        return first(), second()

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Answer a read."""
        self.calls += 1
        match operation:
            case "Query":
                return self._query(arguments)
            case "GetItem":
                self.units += 1
                item = self._items.get(_key(arguments["Key"]))
                return {} if item is None else {"Item": item}
        keys = arguments["RequestItems"][self.name]["Keys"]
        self.units += len(keys)
        found = [self._items[_key(each)] for each in keys if _key(each) in self._items]
        return {"Responses": {self.name: found}}

    def _query(self, arguments: dict[str, Any]) -> dict[str, Any]:
        partition = arguments["ExpressionAttributeValues"][":pk"]["S"]
        found = self._under.get(partition, [])[: arguments["Limit"]]
        self.units += max(1, -(-len(found) * ENTRY_BYTES // READ_UNIT)) / 2
        kind = {"S": schema.FOUND_USER.entity}
        return {
            "Items": [
                {"PK": {"S": partition}, "SK": {"S": sort}, "kind": kind, "term": {"S": term}}
                for sort, term in found
            ]
        }


def _key(raw: dict[str, dict[str, str]]) -> tuple[str, str]:
    return raw["PK"]["S"], raw["SK"]["S"]


class Reference:
    """Looks through everybody."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._known = {each.user.user_id: each for each in known}
        self._named = {each.user.username: each.user.user_id for each in known}
        self._words = [
            (word, each.user.user_id)
            for each in known
            for word in names.terms(each.user.username, each.user.full_name)
        ]
        self._choices = [word for word, _ in self._words]

    @cached_property
    def _sorted(self) -> list[tuple[str, int]]:
        return sorted((word, place) for place, (word, _) in enumerate(self._words))

    def answers(self, query: str, *, with_typos: bool) -> dict[int, tuple[int, int]]:
        """Return everybody who is meant, and how well their names fit."""
        found = [self._answers(word, with_typos=with_typos) for word in words(query)]
        common = set.intersection(*map(set, found)) if found else set()
        fits = {
            user_id: (
                max(each[user_id][0] for each in found),
                sum(each[user_id][1] for each in found),
            )
            for user_id in common
        }
        named = self._named.get(folded(query))
        return fits | ({named: (0, 0)} if named else {})

    def best(self, answers: dict[int, tuple[int, int]]) -> list[int]:
        """Return the best of them."""

        def place(user_id: int) -> tuple[Any, ...]:
            known = self._known[user_id]
            return answers[user_id], not known.user.is_verified, -known.followers, user_id

        return sorted(answers, key=place)[:WANTED]

    def _answers(self, word: str, *, with_typos: bool) -> dict[int, tuple[int, int]]:
        fits: dict[int, tuple[int, int]] = {}
        for place, fit in self._fitting(word, names.typos_allowed(word) if with_typos else 0):
            owner = self._words[place][1]
            fits[owner] = min(fit, fits.get(owner, fit))
        return fits

    def _fitting(self, word: str, most: int) -> Iterator[tuple[int, tuple[int, int]]]:
        for _, typos, place in process.extract(
            word, self._choices, scorer=OSA.distance, score_cutoff=most, limit=None
        ):
            yield place, (3 if typos else 1, int(typos))
        for begun, place in self._sorted[bisect_left(self._sorted, (word, 0)) :]:
            if not begun.startswith(word):
                return
            yield place, (1 if begun == word else 2, 0)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of searches: for whom, and how they are written."""

    written: Callable[[Known, random.Random], str]
    fits: Callable[[Known], bool]
    has_typos: bool = False


def _is_full(known: Known) -> bool:
    return len(known.words) > 1


def _is_long(letters: int) -> Callable[[Known], bool]:
    return lambda known: _is_full(known) and min(map(len, known.words[:2])) >= letters


def mistyped(word: str, chance: random.Random) -> str:
    """Return a word with a letter left out, put in, taken for another or swapped with the next."""
    place, letter = chance.randrange(len(word) - 1), chance.choice(LETTERS)
    return chance.choice(
        (
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        )
    )


KINDS: Final = {
    "username": Kind(lambda known, _: known.user.username, lambda _: True),
    "word": Kind(lambda known, _: known.words[-1], _is_full),
    "beginning": Kind(lambda known, chance: known.words[0][: chance.randint(2, 4)], _is_full),
    "without accents": Kind(
        lambda known, _: known.words[-1],
        lambda known: _is_full(known) and folded(known.user.full_name) != known.user.full_name.casefold(),
    ),
    "two words": Kind(lambda known, _: " ".join(known.words[:2]), _is_full),
    "two words, turned": Kind(lambda known, _: " ".join(known.words[1::-1]), _is_full),
    "two words, one begun": Kind(
        lambda known, _: f"{known.words[0]} {known.words[1][: (len(known.words[1]) + 1) // 2]}", _is_full
    ),
    "one typo": Kind(lambda known, chance: mistyped(known.words[-1], chance), _is_long(5), has_typos=True),
    "two typos": Kind(
        lambda known, chance: mistyped(mistyped(known.words[-1], chance), chance), _is_long(9), has_typos=True
    ),
    "two words, a typo": Kind(
        lambda known, chance: f"{known.words[0]} {mistyped(known.words[1], chance)}",
        _is_long(5),
        has_typos=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One search."""

    recall: float
    """How many of the best are found."""
    precision: float
    """How many of those found are meant."""
    calls: int
    units: float


def measure(
    known: Sequence[Known], searches: int, chance: random.Random
) -> Iterator[tuple[str, list[Measured]]]:
    """Make searches of each kind and yield what comes of them."""
    directory, reference, minutes = Directory(known), Reference(known), Counter[str]()

    def clock() -> int:
        minutes["now"] += 1
        return minutes["now"] * MINUTE  # nothing is remembered for so long

    search = UserSearch(
        directory, UserIndex(directory, clock), UserStore(directory), RelationStore(directory)
    )
    for name, kind in KINDS.items():
        fitting = [each for each in known if kind.fits(each)]
        measured = [
            _one(search, directory, reference, kind.written(chance.choice(fitting), chance), kind)
            for _ in range(searches)
        ]
        yield name, [each for each in measured if each is not None]


def _one(
    search: UserSearch, directory: Directory, reference: Reference, query: str, kind: Kind
) -> Measured | None:
    """Make one search; None if nobody is meant."""
    directory.calls, directory.units = 0, 0.0
    found = [each.user.user_id for each in search.best(0, query, WANTED)]
    meant = reference.answers(query, with_typos=True)
    best = reference.best(reference.answers(query, with_typos=kind.has_typos))
    if not best:
        return None
    recall = len(set(found) & set(best)) / len(best)
    precision = fmean(user_id in meant for user_id in found) if found else 1.0
    return Measured(recall, precision, directory.calls, directory.units)


def _row(name: str, measured: Iterable[Measured]) -> str:
    rows = list(measured)
    units, calls = [each.units for each in rows], [each.calls for each in rows]
    return (
        f"{name:24} {fmean(each.recall for each in rows):>8.3f} {fmean(each.precision for each in rows):>10.3f}"
        f" {fmean(units):>8.1f} {max(units):>6g} {fmean(calls):>7.1f} {max(calls):>5}"
    )


def main() -> None:
    """Print the table."""
    chance = random.Random(SEED)  # noqa: S311  # to be repeated
    number = int(os.environ.get("LIMIT") or PEOPLE)
    known = people(number, chance)
    print(f"{number:,} people, {SEARCHES} searches of each kind", file=sys.stderr)
    print(f"{'search':24} {'recall':>8} {'precision':>10} {'units':>8} {'most':>6} {'calls':>7} {'most':>5}")
    for name, measured in measure(known, SEARCHES, chance):
        print(_row(name, measured))
    print(f"entries of each: {Directory(known).entries / number:.1f}")


if __name__ == "__main__":
    main()
