"""What readers pull: the last posts of celebrities, and of accounts that have lately been ones.

Such an account has one item that names its last posts, and those it has reposted; a hundred accounts are read in one
call, and a warm function remembers them for a few seconds. They are numbers: who may see a post is asked at every read.
Where an item was cut, what lies further back is read from the account's own lists.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from kith.domain.clock import SECOND, Clock, system_clock
from kith.domain.errors import Unavailable
from kith.metrics import RECENTS_CACHE_HITS
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import RecentItem
from kith.table.transactions import ConditionFailed, Update, write
from kith.tracing import measure

KEPT: Final = 200
"""Posts that an item is cut to."""
CUT_AT_ONCE: Final = 20
REMEMBERED_FOR: Final = 3 * SECOND
REMEMBERED_MOST: Final = 10_000
"""Accounts, some 20 MB."""
ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Recent:
    """What an account has published and reposted for readers to pull, each newest first; where one is gone may be 0."""

    posts: tuple[int, ...] = ()
    reposts: tuple[int, ...] = ()


NOTHING: Final = Recent()


@dataclass(frozen=True, slots=True)
class RecentStore:
    """Recent posts of accounts that are pulled: a verb per access pattern."""

    table: Table
    clock: Clock = system_clock
    _remembered: dict[int, tuple[int, Recent]] = field(default_factory=dict)

    def of(self, account_ids: Collection[int]) -> Mapping[int, Recent]:
        """Return what some accounts have for readers, a few seconds old at most; one call for a hundred of them."""
        now = self.clock()
        known = {
            account_id: remembered[1]
            for account_id in account_ids
            if (remembered := self._remembered.get(account_id)) and remembered[0] > now - REMEMBERED_FOR
        }
        missing = [account_id for account_id in account_ids if account_id not in known]
        if account_ids:
            measure(RECENTS_CACHE_HITS, 100 * len(known) / len(account_ids))
        if not missing:
            return known
        keys = {account_id: RecentItem.pattern.key(user_id=account_id) for account_id in missing}
        found = batches.get_all(self.table, keys.values(), consistent=False)
        fresh = {account_id: _recent_of(found.get(key)) for account_id, key in keys.items()}
        if len(self._remembered) + len(fresh) > REMEMBERED_MOST:
            self._remembered.clear()
        self._remembered.update({account_id: (now, recent) for account_id, recent in fresh.items()})
        return known | fresh

    def now_of(self, account_id: int) -> Recent:
        """Return what an account has for readers, as it is now."""
        return _recent_of(self.table.get(RecentItem, user_id=account_id))

    def cut(self, account_id: int) -> None:
        """Shorten an account's lists where they have grown too long."""
        recent = self.now_of(account_id)
        actions = [
            attribute[place].remove()
            for attribute, kept in ((RecentItem.posts, recent.posts), (RecentItem.reposts, recent.reposts))
            for place in range(KEPT, min(len(kept), KEPT + CUT_AT_ONCE))
        ]
        if actions:
            write(self.table, Update(RecentItem.at(user_id=account_id), actions, RecentItem.pk.exists()))

    def forget(self, account_id: int, post_id: int) -> None:
        """Take a post from an account's lists, if it is there.

        A list of full length may have been cut, and must go on to show that: there 0 takes the place of the post.

        Raises:
            Unavailable: others kept changing them.
        """
        for _ in range(ATTEMPTS):
            recent = self.now_of(account_id)
            places = [
                (attribute[kept.index(post_id)], len(kept) >= KEPT)
                for attribute, kept in (
                    (RecentItem.posts, recent.posts),
                    (RecentItem.reposts, recent.reposts),
                )
                if post_id in kept
            ]
            if not places:
                return
            as_read = places[0][0] == post_id
            for place, _ in places[1:]:
                as_read &= place == post_id
            actions = [place.set(0) if is_full else place.remove() for place, is_full in places]
            with suppress(ConditionFailed):
                write(self.table, Update(RecentItem.at(user_id=account_id), actions, as_read))
                return
        raise Unavailable


def offering(account_id: int, post_id: int, *, is_repost: bool = False) -> Update:
    """Return the write that lets readers pull a post of an account, or one that it reposts."""
    attribute = RecentItem.reposts if is_repost else RecentItem.posts
    return Update(
        RecentItem.at(user_id=account_id),
        [attribute.set((attribute | []).prepend([post_id])), RecentItem.kind.set(RecentItem)],
    )


def _recent_of(item: object) -> Recent:
    if not isinstance(item, RecentItem):
        return NOTHING
    return Recent(_numbers(item.posts), _numbers(item.reposts))


def _numbers(kept: Iterable[Any]) -> tuple[int, ...]:
    return tuple(int(number) for number in kept)
