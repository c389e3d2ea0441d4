"""Blocking and muting: keeping others away, and out of one's sight."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from kith.domain.clock import Clock
from kith.domain.errors import Unavailable
from kith.domain.follows import FollowsOneself, GraphChanged, Stance
from kith.domain.users import Standing, UserNotFound
from kith.domain.visibility import can_view_author
from kith.table.connection import Table
from kith.table.follows import Entry, FollowStore
from kith.table.graph import GraphChange
from kith.table.items import BlockItem, MuteItem
from kith.table.relations import Pair, RelationStore, relation_of
from kith.table.users import IdentifierTaken, UserStore

ATTEMPTS = 5
"""How often a decision is made anew because the graph changed while it was carried out."""


class Kept(StrEnum):
    """What an account keeps of others."""

    BLOCKS = "blocks"
    MUTES = "mutes"


ITEMS: dict[Kept, type[BlockItem | MuteItem]] = {Kept.BLOCKS: BlockItem, Kept.MUTES: MuteItem}


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list. `resume_before` is where the next begins, None at the end."""

    entries: list[Entry]
    total: int
    resume_before: int | None


Stances = tuple[Stance, Stance]
Decide = Callable[[Pair], Stances | None]
"""Returns how both are to stand to each other, or None to leave them as they are."""


@dataclass(frozen=True, slots=True)
class BlockService:
    """The use cases of the block room. Each done twice is done once."""

    table: Table
    follows: FollowStore
    relations: RelationStore
    users: UserStore
    new_id: Callable[[], int]
    clock: Clock
    feed_retention: int
    """Milliseconds."""

    def block(self, user_id: int, other_id: int) -> bool:
        """Block an account: neither follows, sees or hears of the other from now on. Return whether it was new.

        Raises:
            FollowsOneself: the two are one.
            UserNotFound: there is no such account, or not for the user.
        """

        def decided(pair: Pair) -> Stances | None:
            if pair.mine.block_id is not None:
                return None
            self._check_visible(user_id, pair)
            return (
                replace(pair.mine.without_wish(), block_id=self.new_id()),
                replace(pair.theirs.without_wish(), is_blocked=True),
            )

        return self._decide(user_id, other_id, decided)

    def unblock(self, user_id: int, other_id: int) -> bool:
        """Block an account no longer; who followed whom does not come back. Return whether it was blocked.

        Raises:
            FollowsOneself: the two are one.
            UserNotFound: there is no such account, or not for the user.
        """

        def decided(pair: Pair) -> Stances | None:
            if pair.mine.block_id is None:
                self._check_visible(user_id, pair)
                return None
            return replace(pair.mine, block_id=None), replace(pair.theirs, is_blocked=False)

        return self._decide(user_id, other_id, decided)

    def mute(self, user_id: int, other_id: int) -> bool:
        """Keep an account's posts out of one's feed; it is not told. Return whether that is new.

        Raises:
            FollowsOneself: the two are one.
            UserNotFound: there is no such account, or not for the user.
        """

        def decided(pair: Pair) -> Stances | None:
            if pair.mine.mute_id is not None:
                return None
            self._check_visible(user_id, pair)
            return replace(pair.mine, mute_id=self.new_id()), pair.theirs

        return self._decide(user_id, other_id, decided)

    def unmute(self, user_id: int, other_id: int) -> bool:
        """Let an account's posts into one's feed again. Return whether they were kept out.

        Raises:
            FollowsOneself: the two are one.
            UserNotFound: there is no such account, or not for the user.
        """

        def decided(pair: Pair) -> Stances | None:
            if pair.mine.mute_id is None:
                self._check_visible(user_id, pair)
                return None
            return replace(pair.mine, mute_id=None), pair.theirs

        return self._decide(user_id, other_id, decided)

    def kept(self, user_id: int, which: Kept, *, before: int | None, skipped: int, limit: int) -> Page:
        """Return a page of whom an account blocks or mutes, newest first."""
        tally, entries = self.table.together(
            lambda: self.users.tally(user_id),
            lambda: self.follows.page(ITEMS[which], user_id, before=before, skipped=skipped, limit=limit + 1),
        )
        total = tally.blocks if which is Kept.BLOCKS else tally.mutes
        return Page(entries[:limit], total, entries[limit - 1].entry_id if len(entries) > limit else None)

    def _check_visible(self, user_id: int, pair: Pair) -> None:
        if not can_view_author(user_id, pair.other, relation_of(pair.mine)):
            raise UserNotFound

    def _decide(self, user_id: int, other_id: int, decided: Decide) -> bool:
        if user_id == other_id:
            raise FollowsOneself
        for _ in range(ATTEMPTS):
            pair = self.relations.between(user_id, other_id)
            if pair.other.standing is Standing.DELETED:
                raise UserNotFound  # also to who keeps something of it: that is being erased
            after = decided(pair)
            if after is None:
                return False
            change = GraphChange(user_id, self.new_id(), self.clock(), self.feed_retention)
            for was, is_to_be, other in zip((pair.mine, pair.theirs), after, (pair.other, None), strict=True):
                if was != is_to_be:
                    change.move(was, is_to_be, other=other)
            try:
                self.follows.carry_out(change)
            except (GraphChanged, IdentifierTaken):
                continue
            return True
        raise Unavailable
