"""What must be so after what people were told, as far as that can be known without knowing how Kith works.

Each fact is a register. Who was told that it is so, while nobody else had to do with it, can rely on it; when several
had, it is as whoever came last has left it, and who that was nobody can tell.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Fact = tuple[Hashable, ...]
"""Its kind, and whose it is: `("like", "ann", 7)`."""


class _Value(Enum):
    UNKNOWN = "unknown"


UNKNOWN = _Value.UNKNOWN


@dataclass(eq=False)
class _Register:
    value: Any = UNKNOWN
    """Or, as a frozen set, the values of which it is one."""
    under_way: int = 0
    is_muddled: bool = False
    touched_at: int = 0
    """When somebody last began or ended to have to do with it, by a count of such moments."""


@dataclass(eq=False)
class Registers:
    """What people can rely on.

    Args:
        look: tells how a fact is now.
    """

    look: Callable[[Fact], Any]
    known: dict[Fact, _Register] = field(default_factory=dict)
    relied_on: int = 0
    """How often a fact was known and looked at."""
    _moment: int = 0

    def begin(self, facts: Iterable[Fact]) -> int:
        """Somebody begins to have to do with some facts; return when."""
        self._moment += 1
        for fact in facts:
            register = self.known.setdefault(fact, _Register())
            register.under_way += 1
            register.is_muddled = register.is_muddled or register.under_way > 1
            register.value, register.touched_at = UNKNOWN, self._moment
        return self._moment

    def are_calm(self, facts: Iterable[Fact], since: int) -> bool:
        """Tell whether nobody has had to do with some facts since a moment."""
        registers = [self.known[fact] for fact in facts if fact in self.known]
        return all(not each.under_way and each.touched_at < since for each in registers)

    def end(self, facts: Iterable[Fact], told: Mapping[Fact, Any]) -> None:
        """Somebody has done with facts, and was told how some of them are.

        Raises:
            AssertionError: one that nobody else had to do with is not so.
        """
        self._moment += 1
        for fact in facts:
            register = self.known[fact]
            register.under_way -= 1
            register.touched_at = self._moment
            if register.is_muddled:
                register.is_muddled = register.under_way > 0
            elif fact in told:
                register.value = told[fact]
                self._check(fact, register)

    def learn(self, fact: Fact, value: Any) -> None:
        """Somebody was told of a fact that nobody knew of before."""
        self.begin([fact])
        self.end([fact], {fact: value})

    def muddle(self, is_meant: Callable[[Fact], bool]) -> None:
        """Nobody knows any more how some facts are."""
        for fact, register in self.known.items():
            if is_meant(fact):
                register.value = UNKNOWN
                register.is_muddled = register.under_way > 0

    def check(self) -> None:
        """See that everything that can be relied on is so.

        Raises:
            AssertionError: something is not.
        """
        for fact, register in self.known.items():
            if not register.under_way:
                self._check(fact, register)

    def _check(self, fact: Fact, register: _Register) -> None:
        if register.value is UNKNOWN:
            return
        self.relied_on += 1
        now = self.look(fact)
        right = register.value if isinstance(register.value, frozenset) else {register.value}
        assert now in right, f"{fact} should be {register.value} and is {now}"
