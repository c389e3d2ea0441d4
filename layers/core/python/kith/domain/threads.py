"""Threads: where an answer stands among all the answers that a post has led to.

A place is a path of numbers that say nothing but order, so that it outlives the posts above it. In the order of their
paths, the places of a thread stand as a reader expects them: each answer below what it answers, oldest first.
Path enumeration, after Celko, "Trees and Hierarchies in SQL for Smarties" (2004).
"""

from dataclasses import dataclass, replace

from kith.domain.ids import DIGITS

ROOT = "0"
DEEPEST = 50
"""Levels of answers; what answers the deepest one stands beside it. Fifty fit a sort key of 1,024 bytes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands: in which thread, and on which path from the post that began it."""

    thread_id: int
    path: str = ROOT

    def of_answer(self, number: int) -> "Place":
        """Return the place of an answer to the post that stands here; numbers order the answers to one post."""
        above = self.path if self.depth < DEEPEST else self.path.rpartition(".")[0]
        return replace(self, path=f"{above}.{number:0{DIGITS}}")

    @property
    def depth(self) -> int:
        """How many posts stand above."""
        return self.path.count(".")

    @property
    def above(self) -> tuple["Place", ...]:
        """The places from the thread's beginning down to the one that this answers."""
        steps = self.path.split(".")
        return tuple(replace(self, path=".".join(steps[:length])) for length in range(1, len(steps)))
