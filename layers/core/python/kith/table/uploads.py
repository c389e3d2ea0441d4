"""What becomes of an upload in the table, from the form that takes it to the end of a medium that no post shows."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pynamodb.expressions.update import Action

from kith.domain import clock, ids
from kith.domain.clock import DAY, SECOND
from kith.domain.errors import TooMany, Unauthenticated
from kith.domain.media import Medium, MediumInUse, MediumNotFound, MediumStatus, UploadQuota
from kith.domain.users import Standing
from kith.table import batches
from kith.table.connection import Table
from kith.table.idempotency import Answer, recording
from kith.table.items import MediumItem, UnattachedItem, UploadedItem, UploadItem, UserItem
from kith.table.media import medium_of
from kith.table.transactions import Check, ConditionFailed, Delete, Put, Update, write
from kith.table.users import IdentifierTaken

SHARDS = 4
"""Partitions of what was uploaded on one day."""
LOOKED_BACK = 30
"""Days on which something may have been left that nobody has looked at; one of which nothing is left costs four queries."""
PAGE = 100
LEAST_SUFFIX: Final = " "
"""What makes of a sort key the next greater one that any key could be."""


@dataclass(frozen=True, slots=True)
class UploadStore:
    """Uploads: a verb per access pattern."""

    table: Table

    def open(self, medium: Medium, size: int, answer: Answer | None, *, quota: UploadQuota) -> None:
        """Store a medium that awaits its upload of so many bytes, and the answer to the request that opened it.

        Raises:
            IdentifierTaken: some medium has the identifier.
            AlreadyAnswered: a request with the same key has been answered.
            TooMany: its owner has opened as many uploads on this day as the quota has, or as large ones.
            Unauthenticated: its owner's account is gone or may not act.
        """
        tomorrow = (medium.opened_at // DAY + 1) * DAY
        day = clock.rfc3339(medium.opened_at)[:10]
        write(
            self.table,
            Check(
                UserItem.at(user_id=medium.owner_id),
                UserItem.standing == Standing.ACTIVE,
                Unauthenticated(),
            ),
            Put(_item(medium), MediumItem.pk.does_not_exist(), IdentifierTaken()),
            Put(UploadItem.at(user_id=medium.owner_id, media_id=medium.media_id)),
            Put(unattached(medium.media_id)),
            *([recording(answer)] if answer else []),
            Update(
                UploadedItem.at(user_id=medium.owner_id, day=day),
                [
                    UploadedItem.uploads.add(1),
                    UploadedItem.size.add(size),
                    UploadedItem.expires_at.set(tomorrow // SECOND),
                    UploadedItem.kind.set(UploadedItem),
                ],
                UploadedItem.pk.does_not_exist()
                | ((UploadedItem.uploads < quota.uploads) & (UploadedItem.size <= quota.size - size)),
                TooMany(quota.uploads, max(1, (tomorrow - medium.opened_at) // SECOND)),
            ),
        )

    def begin(self, media_id: int, version: str) -> tuple[Medium, str | None]:
        """Let a version of the uploaded file be the one that counts, if none is yet; return the medium, and which is.

        Raises:
            MediumNotFound: the medium is gone.
        """
        item = self._item(media_id)
        if item.status == MediumStatus.AWAITING_UPLOAD:
            actions = [MediumItem.status.set(MediumStatus.PROCESSING), MediumItem.version.set(version)]
            is_first = MediumItem.status == MediumStatus.AWAITING_UPLOAD
            with suppress(ConditionFailed):  # then somebody else was first
                write(self.table, Update(MediumItem.at(media_id=media_id), actions, is_first))
            item = self._item(media_id)
        return medium_of(item), item.version

    def _item(self, media_id: int) -> MediumItem:
        item = self.table.get(MediumItem, media_id=media_id)
        if item is None:
            raise MediumNotFound
        return item

    def note(self, medium: Medium, version: str) -> MediumStatus:
        """Keep what is known of a medium, unless it is not processed any more; return its status.

        Raises:
            MediumNotFound: it is gone.
        """
        return self._change(
            medium, version, MediumStatus.PROCESSING, [MediumItem.details.set(dict(medium.details))]
        )

    def converting(self, medium: Medium, version: str) -> MediumStatus:
        """Note that a medium is being converted elsewhere, unless it is not processed any more; return its status.

        Raises:
            MediumNotFound: it is gone.
        """
        return self._change(
            medium, version, MediumStatus.PROCESSING, [MediumItem.is_converted_elsewhere.set(True)]
        )

    def end(self, medium: Medium, version: str) -> MediumStatus:
        """Store what became of a medium, unless that is known already; return its status.

        Raises:
            MediumNotFound: it is gone.
        """
        actions = [MediumItem.status.set(medium.status), MediumItem.details.set(dict(medium.details))]
        actions += [MediumItem.reason.set(medium.reason)] if medium.reason else []
        return self._change(medium, version, medium.status, actions)

    def _change(
        self, medium: Medium, version: str, status: MediumStatus, actions: Sequence[Action]
    ) -> MediumStatus:
        """Change a medium that is being processed; return its status then, or what it is otherwise."""
        is_processed = (MediumItem.status == MediumStatus.PROCESSING) & (MediumItem.version == version)
        try:
            write(self.table, Update(MediumItem.at(media_id=medium.media_id), actions, is_processed))
        except ConditionFailed:
            return MediumStatus(self._item(medium.media_id).status)
        return status

    def give_up(self, medium: Medium, reason: str) -> None:
        """Reject a medium that has not come, or was never seen to, unless that has changed."""
        actions = [
            MediumItem.status.set(MediumStatus.REJECTED),
            MediumItem.reason.set(reason),
            MediumItem.details.set({}),
        ]
        with suppress(ConditionFailed):
            write(
                self.table,
                Update(MediumItem.at(media_id=medium.media_id), actions, MediumItem.status == medium.status),
            )

    def discard(self, medium: Medium) -> None:
        """Take away a medium that no post shows, nor its owner as an avatar; its files go when that is told.

        Raises:
            MediumInUse: it is shown by now.
        """
        item = MediumItem.at(media_id=medium.media_id)
        free = MediumItem.pk.does_not_exist() | (
            MediumItem.post_id.does_not_exist() & MediumItem.is_worn.does_not_exist()
        )
        write(
            self.table,
            Delete(item, free, MediumInUse()),
            Delete(UploadItem.at(user_id=medium.owner_id, media_id=medium.media_id)),
            Delete(unattached(medium.media_id)),
        )

    def due(self, *, now: int, kept_for: int) -> Iterator[list[int]]:
        """Yield the media, a page at a time, that were opened so long ago; times in milliseconds."""
        last = ids.first_at(now - kept_for)
        today = (now - kept_for) // DAY
        for day in range(today - LOOKED_BACK, today + 1):
            for shard in range(SHARDS):
                partition, _ = UnattachedItem.pattern.key(day=_day(day * DAY), shard=str(shard), media_id=1)
                low, _ = UnattachedItem.pattern.sort_range
                _, high = UnattachedItem.pattern.key(day="any", shard="any", media_id=last)
                while found := self.table.query(partition, low, high, limit=PAGE):
                    yield [item.values["media_id"] for item in found]
                    low = found[-1].sk + LEAST_SUFFIX

    def looked_after(self, media_ids: list[int]) -> None:
        """Note that it is decided what becomes of some media."""
        batches.delete_all(self.table, [(item.pk, item.sk) for item in map(unattached, media_ids)])


def unattached_key(media_id: int) -> tuple[str, str]:
    """Return where it is noted that a medium may have to be taken away."""
    item = unattached(media_id)
    return item.pk, item.sk


def unattached(media_id: int) -> UnattachedItem:
    """Return the note that a medium may have to be taken away."""
    return UnattachedItem.at(
        day=_day(ids.created_at(media_id)), shard=str(media_id % SHARDS), media_id=media_id
    )


def _day(moment: int) -> str:
    return clock.rfc3339(moment)[:10]


def _item(medium: Medium) -> MediumItem:
    return MediumItem.at(
        {
            "owner_id": medium.owner_id,
            "media_kind": medium.kind,
            "status": medium.status,
            "content_type": medium.content_type,
            "alt_text": medium.alt_text,
        },
        media_id=medium.media_id,
    )
