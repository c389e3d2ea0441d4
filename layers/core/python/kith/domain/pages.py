"""Pages of lists that rules thin out: filled up, within bounds, and never ended by what a viewer may not see.

After the pipeline of atproto's bsky, which asks for more where its rules have left too little.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

REFILLS = 4
"""How many times a page is filled up at most; then it is given short, with a place to go on from."""

Key = TypeVar("Key", int, str)
Entry = TypeVar("Entry")
Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Page(Generic[Key, Seen]):
    """Part of a list. `resume_at` is the place after which the next page starts, None at the end."""

    seen: list[Seen]
    resume_at: Key | None


def filled(
    fetch: Callable[[Key | None, int], Sequence[Entry]],
    place: Callable[[Entry], Key],
    rules: Callable[[Sequence[Entry]], Mapping[Key, Seen]],
    *,
    start: Key | None,
    limit: int,
    first: Sequence[Entry] | None = None,
    growth: int = 1,
) -> Page[Key, Seen]:
    """Return a page of what may be seen.

    Args:
        fetch: returns up to so many entries after a place, or from the beginning.
        place: tells the place of an entry.
        rules: returns what may be seen of some entries, by their places.
        start: the place after which the page starts.
        limit: how many at most.
        first: what `fetch` would return at first, if that has been read already: one more than `limit`.
        growth: how many times as many entries are looked at with each turn, where the rules may leave little.
    """
    shown: list[tuple[Key, Seen]] = []
    for refill in range(REFILLS):
        turn = limit * growth**refill
        entries = first if first is not None and refill == 0 else fetch(start, turn + 1)
        candidates, more = entries[:turn], len(entries) > turn
        seen = rules(candidates)
        places = [place(entry) for entry in candidates]
        shown += [(each, seen[each]) for each in places if each in seen]
        if len(shown) >= limit or not more:
            break
        start = places[-1]
    if len(shown) > limit:
        return Page([each for _, each in shown[:limit]], shown[limit - 1][0])
    return Page([each for _, each in shown], places[-1] if more else None)
