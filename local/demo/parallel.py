"""Many requests at once, as many clients would make them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Generic, TypeVar

from local.demo.progress import Progress

WORKERS = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Phase(Generic[Result]):
    """Something done to many: its results in the order of the items, and the seconds it took."""

    results: list[Result]
    seconds: float


def in_parallel(
    items: Iterable[Item], act: Callable[[Item], Result], *, workers: int = WORKERS
) -> Iterator[tuple[int, Result]]:
    """Do something to each item; yield the item's place and the result, in the order in which they finish.

    The first that fails ends it: what has not begun will not.
    """
    executor = ThreadPoolExecutor(workers)
    try:
        places = {executor.submit(act, item): place for place, item in enumerate(items)}
        for future in as_completed(places):
            yield places[future], future.result()
    finally:
        executor.shutdown(cancel_futures=True)


def each(what: str, items: Sequence[Item], act: Callable[[Item], Result]) -> Phase[Result]:
    """Do something to each item, and show how far it is."""
    results: dict[int, Result] = {}
    with Progress(what, len(items)) as progress:
        for place, result in in_parallel(items, act):
            results[place] = result
            progress.advance()
        seconds = progress.seconds
    return Phase([results[place] for place in range(len(items))], seconds)
