"""Entries of an index, kept in step with what they are made from.

A card beside each thing tells from what its entries are made. Before entries are written or taken away it tells of the
old and of the new ones, and until when somebody is at it; afterwards of the new ones alone. So who was cut off is
followed by somebody who knows of every entry that may be there, and two never write at the same time; only several may
take all entries of the same thing away.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from kith.domain.clock import SECOND
from kith.domain.errors import Unavailable
from kith.retrying import Pause, attempts
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import CardItem, Item
from kith.table.transactions import Check, Operation, Update, write

AT_IT_FOR: Final = 120 * SECOND
"""Longer than a function may run that rewrites entries."""

ATTEMPTS: Final = 8

UNFINISHED: Final = 1
"""A time that is over: nobody is at it, and the entries are not yet what the card tells of."""
TWO_SOURCES: Final = 2

Source = list[str]
"""From what the entries of a thing are made."""


def patiently(index: Callable[[], object], pause: Pause = time.sleep) -> None:
    """Index something also while somebody else is at it, which takes them a moment.

    Raises:
        Unavailable: it takes them longer.
    """
    for attempt in attempts(ATTEMPTS, pause):
        try:
            index()
        except Unavailable:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return


def is_settled(card: CardItem, wanted: Source | None) -> bool:
    """Tell whether the entries of a thing are those of a source, and nobody is at them."""
    return not card.writing_until and card.holds == _sources(wanted)


@dataclass(frozen=True, slots=True)
class Ending:
    """What else is written when the entries of a thing have been rewritten."""

    of_card: Sequence[Action] = ()
    beside: Sequence[Operation] = ()


def rewrite(  # noqa: PLR0913  # a thing, its entries, and what must hold
    table: Table,
    card: CardItem,
    wanted: Source | None,
    entries_of: Callable[[Source], Iterable[Item]],
    *,
    now: int,
    proofs: Sequence[Check] = (),
    provided: Condition | None = None,
    ending: Ending = Ending(),  # it is frozen
) -> None:
    """Make the entries of a thing be those of a source, or none.

    Args:
        table: where they are.
        card: as it was read, or a new one.
        wanted: from what the entries are made from now on.
        entries_of: makes them.
        now: in milliseconds.
        proofs: what must hold of the thing itself.
        provided: what must hold of the card, beside that it is as it was read.
        ending: what else is written in the end.

    Raises:
        Unavailable: somebody is at it, or it or the thing has changed since they were read.
    """
    is_going = wanted is None
    if card.writing_until > now and not (is_going and card.is_going):
        raise Unavailable
    was_settled = not card.writing_until and len(card.holds) < TWO_SOURCES
    before = {(item.pk, item.sk): item for source in card.holds for item in entries_of(source)}
    after = {(item.pk, item.sk): item for source in _sources(wanted) for item in entries_of(source)}
    revision = int(card.revision)
    held = [source for source in card.holds if source != wanted]
    write(
        table,
        Update(
            card,
            [
                CardItem.holds.set([*held, *_sources(wanted)]),
                CardItem.writing_until.set(now + AT_IT_FOR),
                CardItem.is_going.set(is_going),
                CardItem.revision.set(revision + 1),
                CardItem.kind.set(type(card)),
            ],
            as_read(card) if provided is None else as_read(card) & provided,
            Unavailable(),
        ),
        *proofs,
    )
    unchanged: Condition = CardItem.revision == revision + 1
    there = before.keys() if was_settled else set()
    try:
        batches.put_all(table, [after[key] for key in after if key not in there])
        batches.delete_all(table, [key for key in before if key not in after])
    except Unavailable:  # whoever tries again need not wait
        free = [CardItem.writing_until.set(UNFINISHED), CardItem.revision.set(revision + 2)]
        write(table, Update(card, free, unchanged, Unavailable()))
        raise
    settled = [
        CardItem.holds.set(_sources(wanted)),
        CardItem.writing_until.set(0),
        CardItem.is_going.set(False),
        CardItem.revision.set(revision + 2),
    ]
    write(table, Update(card, [*settled, *ending.of_card], unchanged, Unavailable()), *ending.beside)


def as_read(card: CardItem) -> Condition:
    """Return the condition that a card has not changed since it was read."""
    same: Condition = CardItem.revision == int(card.revision)
    return same if card.revision else CardItem.revision.does_not_exist() | same


def _sources(wanted: Source | None) -> list[Source]:
    return [] if wanted is None else [wanted]
