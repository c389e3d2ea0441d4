"""What readers take to, in the table: counted once for each event, however often it is delivered."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from kith.domain.clock import DAY, SECOND
from kith.domain.ranking import ContentKind, Taste
from kith.domain.users import Standing
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import AdmirerItem, AffinityItem, CountedEventItem, TasteItem, UserItem
from kith.table.transactions import Check, ConditionFailed, Put, Update, write

REMEMBERED_FOR = 35 * DAY
"""How long an event may be delivered again: the bus keeps an archive of thirty days."""


@dataclass(frozen=True, slots=True)
class TasteStore:
    """Tastes: a verb per access pattern."""

    table: Table

    def of(self, reader_id: int, author_ids: Collection[int]) -> Taste:
        """Return what a reader takes to, as far as some authors are concerned; a moment old."""
        taste_key = TasteItem.pattern.key(user_id=reader_id)
        keys = {each: AffinityItem.pattern.key(user_id=reader_id, author_id=each) for each in author_ids}
        found = batches.get_all(self.table, [taste_key, *keys.values()], consistent=False)
        taste = found.get(taste_key)
        if not isinstance(taste, TasteItem):
            return Taste()
        affinities = {each: found[key] for each, key in keys.items() if key in found}
        return Taste(
            interactions=int(taste.interactions),
            by_author={
                each: int(item.interactions)
                for each, item in affinities.items()
                if isinstance(item, AffinityItem)
            },
            by_kind={kind: int(getattr(taste, kind)) for kind in ContentKind},
        )

    def count(
        self, event_id: str, reader_id: int, author_id: int, kind: ContentKind, *, by: int, now: int
    ) -> None:
        """Count that a reader took to a post of an author, or took it back; `now` in milliseconds."""
        with suppress(ConditionFailed):  # it has been counted, or the reader is gone
            write(
                self.table,
                Put(
                    CountedEventItem.at({"expires_at": (now + REMEMBERED_FOR) // SECOND}, event_id=event_id),
                    CountedEventItem.pk.does_not_exist(),
                ),
                Check(UserItem.at(user_id=reader_id), UserItem.standing == Standing.ACTIVE),
                Update(
                    TasteItem.at(user_id=reader_id),
                    [
                        TasteItem.interactions.add(by),
                        getattr(TasteItem, kind).add(by),
                        TasteItem.kind.set(TasteItem),
                    ],
                ),
                Update(
                    AffinityItem.at(user_id=reader_id, author_id=author_id),
                    [AffinityItem.interactions.add(by), AffinityItem.kind.set(AffinityItem)],
                ),
                Put(AdmirerItem.at(user_id=author_id, reader_id=reader_id)),
            )

    def forget(self, ends: Sequence[AffinityItem | AdmirerItem]) -> None:
        """Take away that readers took to authors, with the other end of it first: it is only known from this one."""
        batches.delete_all(self.table, [_other_end(item) for item in ends])
        batches.delete_all(self.table, [(item.pk, item.sk) for item in ends])


def _other_end(item: AffinityItem | AdmirerItem) -> tuple[str, str]:
    values = item.values
    if isinstance(item, AffinityItem):
        return AdmirerItem.pattern.key(user_id=values["author_id"], reader_id=values["user_id"])
    return AffinityItem.pattern.key(user_id=values["reader_id"], author_id=values["user_id"])
