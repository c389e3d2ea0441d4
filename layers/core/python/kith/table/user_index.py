"""Accounts as searches find them: by how words of their names begin, by pairs of words, and by words with typos.

Every entry stands under a part of a name, those of the best known accounts first; so what one search reads is bounded,
and cuts off those whom fewest look for.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from kith.domain import names
from kith.domain.clock import SECOND, Clock, system_clock
from kith.domain.errors import Unavailable
from kith.domain.users import Standing, User
from kith.metrics import NAMES_CACHE_HITS
from kith.table import batches
from kith.table.connection import Table
from kith.table.index_cards import Source, is_settled, rewrite
from kith.table.items import FoundUserItem, IndexedUserItem, UserItem
from kith.table.transactions import Check
from kith.table.users import UserStore
from kith.tracing import measure

BEGINNING_MOST: Final = 10
"""Letters of a beginning under which names stand; who looks for more of them looks through those."""
SECOND_MOST: Final = 4
"""The same, of the second of two words."""
HEAD: Final = 5
TAIL: Final = 4
"""Letters at both ends of a long word: of two typos, one end has one at most."""

VERIFIED_BOOST: Final = 8
"""Steps of being known; each is twice as many followers."""
KNOWN_MOST: Final = 99

EACH: Final = 30
"""Entries that are read under one part of a name: half a read unit, eventually consistent."""
EACH_ALIKE: Final = 100
WORD_MOST: Final = 16
"""Letters of a word in which typos are looked for: each is a call."""
SPELLINGS: Final = 4
"""Corrections of each of two words that are looked for together."""
REMEMBERED_FOR: Final = 10 * SECOND
REMEMBERED_MOST: Final = 1_000
"""Parts of names, 15 MB at most."""


@dataclass(frozen=True, slots=True)
class Found:
    """An account that may be meant, and the word of its name that says so."""

    user_id: int
    term: str


def known(user: User, followers: int) -> int:
    """Return how well known an account is, in steps of twice as many followers."""
    return min(followers.bit_length() + user.is_verified * VERIFIED_BOOST, KNOWN_MOST)


@dataclass(frozen=True, slots=True)
class UserIndex:
    """Accounts by their names: a verb per access pattern."""

    table: Table
    clock: Clock = system_clock
    _remembered: dict[tuple[str, str], tuple[int, list[Found]]] = field(default_factory=dict)

    def put(self, user: User, followers: int) -> None:
        """Let searches find an account by its names, in the order of how well it is known.

        Raises:
            Unavailable: it has changed meanwhile, or somebody else is at it.
        """
        wanted = _source(user, followers)
        at = IndexedUserItem.at(user_id=user.user_id)
        card = self.table.get(IndexedUserItem, user_id=user.user_id) or at
        if is_settled(card, wanted):
            return
        same = (
            (UserItem.standing != Standing.DELETED)
            & (UserItem.username == user.username)
            & (UserItem.full_name == user.full_name)
        )
        unchanged = Check(UserItem.at(user_id=user.user_id), same, Unavailable())
        self._rewrite(card, wanted, [unchanged])
        if self._source_now(user.user_id) not in {None, tuple(wanted)}:
            raise Unavailable  # whoever knew better may have come before

    def _source_now(self, user_id: int) -> tuple[str, ...] | None:
        users = UserStore(self.table)
        user = users.by_id(user_id)
        return None if user is None else tuple(_source(user, users.tally(user_id).followers))

    def drop(self, user_id: int) -> None:
        """Let no search find an account any more.

        Raises:
            Unavailable: somebody else is at it.
        """
        card = self.table.get(IndexedUserItem, user_id=user_id)
        if card is None:
            return
        if not is_settled(card, None):
            self._rewrite(card, None)
        batches.delete_all(self.table, [(card.pk, card.sk)])

    def _rewrite(self, card: IndexedUserItem, wanted: Source | None, proofs: Sequence[Check] = ()) -> None:
        user_id = card.values["user_id"]
        rewrite(
            self.table,
            card,
            wanted,
            lambda source: _entries(user_id, source),
            now=self.clock(),
            proofs=proofs,
        )

    def beginning(self, words: Sequence[str]) -> list[int]:
        """Return accounts with words in their names that begin as some given ones do; those with the very word first."""
        if len(words) == 1:
            parts = [("word", words[0]), ("beginning", words[0][:BEGINNING_MOST])]
        else:
            parts = [("pair", _pair(words[0], words[1]))]
        return _identifiers(each for found in self._under(parts, EACH) for each in found)

    def alike(self, words: Sequence[str]) -> list[int]:
        """Return accounts with words in their names that are like some given ones but for a typo or two each.

        The first two words are looked at. Each is corrected; then it is looked for who has both.
        """
        likely = [self._alike(word[:WORD_MOST]) for word in words[:2]]
        if len(likely) == 1:
            return _identifiers(likely[0])
        first, second = (
            list(dict.fromkeys((word, *(each.term for each in found))))[:SPELLINGS]
            for word, found in zip(words, likely, strict=False)
        )
        parts = [("pair", _pair(one, other)) for one, other in itertools.product(first, second)]
        return _identifiers(each for found in self._under(parts, EACH) for each in found)

    def _alike(self, word: str) -> list[Found]:
        """Return accounts that a word with typos may mean, the likeliest first."""
        most = names.typos_allowed(word)
        if not most:
            return []
        parts = [("near", each) for each in _near(word)]
        if most > 1:
            parts += [*(("head", each) for each in _near(word[:HEAD])), ("tail", word[-TAIL:])]
        read = [each for found in self._under(parts, EACH_ALIKE) for each in found]
        distances = {term: names.distance(word, term, most) for term in {each.term for each in read}}
        likely = (each for each in read if distances[each.term] <= most)
        return sorted(likely, key=lambda each: distances[each.term])

    def _under(self, parts: Sequence[tuple[str, str]], limit: int) -> list[list[Found]]:
        """Return who stands under some parts of names, the best known first, some seconds old at most."""
        now = self.clock()
        missing = [part for part in dict.fromkeys(parts) if self._age(part, now) >= REMEMBERED_FOR]
        if parts:
            measure(NAMES_CACHE_HITS, 100 - 100 * len(missing) / len(set(parts)))
        read = self.table.all_of([partial(self._read, form, text, limit) for form, text in missing])
        fresh = dict(zip(missing, read, strict=True))
        found = [fresh[part] if part in fresh else self._remembered[part][1] for part in parts]
        if len(self._remembered) + len(missing) > REMEMBERED_MOST:
            self._remembered.clear()
        self._remembered.update({part: (now, each) for part, each in fresh.items()})
        return found

    def _age(self, part: tuple[str, str], now: int) -> int:
        return now - self._remembered[part][0] if part in self._remembered else REMEMBERED_FOR

    def _read(self, form: str, text: str, limit: int) -> list[Found]:
        partition, _ = FoundUserItem.pattern.key(form=form, text=text, rank="0", user_id=0)
        items = self.table.query(partition, *FoundUserItem.pattern.sort_range, limit=limit, consistent=False)
        return [Found(item.values["user_id"], item.term) for item in items if isinstance(item, FoundUserItem)]


def entries(user: User, followers: int) -> Iterable[FoundUserItem]:
    """Return under what an account stands."""
    return _entries(user.user_id, _source(user, followers))


def _source(user: User, followers: int) -> Source:
    return [user.username, user.full_name, f"{KNOWN_MOST - known(user, followers):02}"]


def _entries(user_id: int, source: Source) -> Iterator[FoundUserItem]:
    username, full_name, rank = source
    for form, text, term in dict.fromkeys(_parts(username, full_name)):
        yield FoundUserItem.at({"term": term}, form=form, text=text, rank=rank, user_id=user_id)


def _parts(username: str, full_name: str) -> Iterator[tuple[str, str, str]]:
    """Yield under which parts of a name somebody stands: what of a word, the part, and the word."""
    for term in names.terms(username, full_name):
        yield "word", term, term
        for end in range(1, min(len(term), BEGINNING_MOST) + 1):
            yield "beginning", term[:end], term
        short = term[:WORD_MOST]
        if len(short) >= names.ONE_TYPO_FROM - 1:
            yield from (("near", each, short) for each in _near(short))
        if len(short) >= names.TWO_TYPOS_FROM - 2:
            yield from (("head", each, short) for each in _near(short[:HEAD]))
            yield "tail", short[-TAIL:], short
    for one, other in names.pairs(username, full_name):
        for end in range(1, min(len(other), SECOND_MOST) + 1):
            yield "pair", _pair(one, other[:end]), one


def _near(word: str) -> list[str]:
    return [word, *sorted(names.without_a_letter(word))]


def _pair(one: str, other: str) -> str:
    return f"{one} {other[:SECOND_MOST]}"


def _identifiers(found: Iterable[Found]) -> list[int]:
    return list(dict.fromkeys(each.user_id for each in found))
