"""What an erasure is made of: phases, each of as many steps as it takes."""

from collections.abc import Callable
from dataclasses import dataclass

from kith.table.patterns import KeyPattern


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did: how many things it erased, and the sort key it reached; None ends the phase."""

    erased: int
    reached: str | None


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of an erasure. `entities` are those of which nothing is left after it."""

    name: str
    entities: tuple[KeyPattern, ...]
    step: Callable[[int, str | None], Step]
