"""Bells: of whose new posts people want to be told. Both ends come and go together, and only with a follow."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from kith.domain.errors import Conflict
from kith.domain.follows import FollowState
from kith.table import batches
from kith.table.connection import Table
from kith.table.follows import LAST_ID
from kith.table.items import BellItem, ListenerItem, RelationItem
from kith.table.transactions import Check, ConditionFailed, Delete, Put, write


class NotFollowed(Conflict):
    """Only who follows an author can be told of each new post."""

    code = "not_followed"
    message = "You can only be told of the posts of accounts that you follow."


@dataclass(frozen=True, slots=True)
class BellStore:
    """Bells: a verb per access pattern."""

    table: Table

    def hang(self, user_id: int, author_id: int) -> None:
        """Let somebody be told of an author's new posts.

        Raises:
            NotFollowed: they do not follow the author.
        """
        relation = RelationItem.at(user_id=user_id, other_id=author_id)
        write(
            self.table,
            Check(relation, RelationItem.state == FollowState.ACCEPTED, NotFollowed()),
            Put(BellItem.at(user_id=user_id, author_id=author_id)),
            Put(ListenerItem.at(user_id=author_id, reader_id=user_id)),
        )

    def take_down(self, user_id: int, author_id: int) -> None:
        """Let somebody not be told of an author's new posts any more."""
        write(self.table, *_ends(user_id, author_id))

    def take_down_unfollowed(self, user_id: int, author_id: int) -> None:
        """Let somebody not be told of an author's new posts any more, unless they follow the author."""
        relation = RelationItem.at(user_id=user_id, other_id=author_id)
        apart = RelationItem.pk.does_not_exist() | (RelationItem.state != FollowState.ACCEPTED)
        with suppress(ConditionFailed):
            write(self.table, Check(relation, apart), *_ends(user_id, author_id))

    def of(self, user_id: int, *, limit: int, before: int | None = None) -> list[int]:
        """Return up to `limit` authors of whose posts somebody is told, the youngest accounts first."""
        partition, low = BellItem.pattern.key(user_id=user_id, author_id=0)
        _, high = BellItem.pattern.key(user_id=user_id, author_id=LAST_ID if before is None else before - 1)
        items = self.table.query(partition, low, high, limit=limit, newest_first=True)
        return [item.values["author_id"] for item in items]

    def listeners(self, author_id: int, *, after: int, limit: int) -> list[int]:
        """Return up to `limit` of those who are told of an author's posts, from after one of them."""
        partition, low = ListenerItem.pattern.key(user_id=author_id, reader_id=after + 1)
        _, high = ListenerItem.pattern.key(user_id=author_id, reader_id=LAST_ID)
        return [item.values["reader_id"] for item in self.table.query(partition, low, high, limit=limit)]

    def forget(self, ends: Sequence[BellItem | ListenerItem]) -> None:
        """Take bells away, the other end of each first: it is only known from this one."""
        batches.delete_all(self.table, [_other_end(end) for end in ends])
        batches.delete_all(self.table, [(end.pk, end.sk) for end in ends])


def _ends(user_id: int, author_id: int) -> tuple[Delete, Delete]:
    return (
        Delete(BellItem.at(user_id=user_id, author_id=author_id)),
        Delete(ListenerItem.at(user_id=author_id, reader_id=user_id)),
    )


def _other_end(end: BellItem | ListenerItem) -> tuple[str, str]:
    values = end.values
    if isinstance(end, BellItem):
        return ListenerItem.pattern.key(user_id=values["author_id"], reader_id=values["user_id"])
    return BellItem.pattern.key(user_id=values["reader_id"], author_id=values["user_id"])
