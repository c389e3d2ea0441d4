"""Finding accounts by name: candidates of the index, then their names as they are now, then who may see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kith.domain import names
from kith.domain.errors import Invalid
from kith.domain.names import Kind, Match
from kith.domain.searching import UserEngine
from kith.domain.users import Tally, User, username
from kith.domain.visibility import can_view_author
from kith.domain.words import folded
from kith.table.connection import Table
from kith.table.relations import RelationStore
from kith.table.users import UserStore

BEST: Final = 10
"""Accounts that a search finds at most: nobody gets a list of everybody."""
A_FEW: Final = 3
"""Accounts from which a search is answered without looking for typos in it."""
AT_ONCE: Final = 20
"""Candidates that are read at once, two read units each."""
CANDIDATES: Final = 60
"""Candidates that are read at most, for one kind of likeness."""


@dataclass(frozen=True, slots=True)
class FoundUser:
    """An account that a search finds, with its counts."""

    user: User
    tally: Tally


@dataclass(frozen=True, slots=True)
class UserSearch:
    """The use cases of finding accounts."""

    table: Table
    index: UserEngine
    users: UserStore
    relations: RelationStore

    def best(self, viewer_id: int, query: str, limit: int, *, with_typos: bool = True) -> list[FoundUser]:
        """Return the accounts that a search means most likely, those best that are verified and well known.

        Whose names have the words, or words that begin so, come before those of which a word has a typo or two.
        """
        asked = names.asked(query)
        if not asked:
            return []
        limit = min(limit, BEST)
        named, beginning = self.table.together(
            lambda: self._named(folded(query).strip()), lambda: self.index.beginning(asked)
        )
        candidates = list(dict.fromkeys([named, *beginning] if named else beginning))
        found = self._matching(viewer_id, query, candidates, limit)
        if with_typos and len(found) < limit and _says_little(found):
            alike = [each for each in self.index.alike(asked) if each not in found]
            found |= self._matching(viewer_id, query, alike, limit - len(found))
        tallies = self.users.tallies([user for user, _ in found.values()]) if found else {}
        best = sorted(found.values(), key=lambda each: _place(each[0], each[1], tallies[each[0].user_id]))
        return [FoundUser(user, tallies[user.user_id]) for user, _ in best[:limit]]

    def _named(self, query: str) -> int | None:
        try:
            return self.users.id_of_username(username(query))
        except Invalid:  # nobody can have that name
            return None

    def _matching(
        self, viewer_id: int, query: str, candidates: Sequence[int], wanted: int
    ) -> dict[int, tuple[User, Match]]:
        """Return those of some candidates whose names are what is looked for, and whom the viewer may see."""
        found: dict[int, tuple[User, Match]] = {}
        for some in _in_batches(candidates[:CANDIDATES], AT_ONCE):
            known = self.relations.known(viewer_id, some)
            for user_id, (user, relation) in known.items():
                match = names.match(query, user) if can_view_author(viewer_id, user, relation) else None
                if match is not None:
                    found[user_id] = (user, match)
            if len(found) >= wanted:
                break
        return found


def _says_little(found: Mapping[int, tuple[User, Match]]) -> bool:
    """Tell whether so few are found, and nobody with the very words, that a search may have typos in it."""
    return len(found) < A_FEW and all(match.kind > Kind.WORDS for _, match in found.values())


def _place(user: User, match: Match, tally: Tally) -> tuple[Match, bool, int, int]:
    return match, not user.is_verified, -tally.followers, user.user_id


def _in_batches(candidates: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    return (candidates[start : start + size] for start in range(0, len(candidates), size))
