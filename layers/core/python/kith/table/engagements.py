"""What people do to posts, in the table: one item says how an account stands to a post, and each deed has its lists."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from kith.domain.engagements import Deed, Engagement
from kith.domain.errors import Unauthenticated, Unavailable
from kith.domain.posts import Delivery, Post, PostChanged, PostNotFound
from kith.domain.users import Standing
from kith.table import batches
from kith.table.connection import Table
from kith.table.counts import CountStore, alive, counting
from kith.table.follows import LAST_ID, Entry
from kith.table.items import (
    BookmarkerItem,
    BookmarkItem,
    DeedItem,
    EngagementItem,
    LikeItem,
    RepostedItem,
    RepostItem,
    TallyItem,
    UserItem,
)
from kith.table.posts import PostStore
from kith.table.recents import offering
from kith.table.transactions import Check, Delete, Operation, Put, write
from kith.table.users import IdentifierTaken

LISTS: Final[Mapping[Deed, type[DeedItem]]] = {
    Deed.LIKE: LikeItem,
    Deed.REPOST: RepostItem,
    Deed.BOOKMARK: BookmarkerItem,
}
"""Where a post knows who has done something to it."""
COUNTERS: Final[Mapping[Deed, str]] = {Deed.LIKE: "likes", Deed.REPOST: "reposts"}
"""What is counted: bookmarks are nobody's business."""
ATTEMPTS: Final = 5
DENSE: Final = 10
"""How many engagements a range may hold for each post that is asked for, before the posts are asked for one by one."""


@dataclass(frozen=True, slots=True)
class EngagementStore:
    """Engagements: a verb per access pattern."""

    table: Table

    def of(self, account_id: int, post_ids: Collection[int]) -> dict[int, Engagement]:
        """Return how an account stands to posts, but for those that it has nothing to do with.

        Posts of one page were mostly made at about the same time, so their range holds little else.
        """
        if not post_ids:
            return {}
        partition, low = EngagementItem.pattern.key(user_id=account_id, post_id=min(post_ids))
        _, high = EngagementItem.pattern.key(user_id=account_id, post_id=max(post_ids))
        most = DENSE * len(post_ids)
        items = self.table.query(partition, low, high, limit=most)
        if len(items) == most:
            keys = [EngagementItem.pattern.key(user_id=account_id, post_id=post_id) for post_id in post_ids]
            items = list(batches.get_all(self.table, keys).values())
        engagements = [engagement_of(item) for item in items if isinstance(item, EngagementItem)]
        return {each.post_id: each for each in engagements if each.post_id in post_ids}

    def newest(self, account_id: int, *, limit: int, consistent: bool = True) -> list[Engagement]:
        """Return how an account stands to the newest of the posts that it has anything to do with, newest first."""
        partition, low = EngagementItem.pattern.key(user_id=account_id, post_id=0)
        _, high = EngagementItem.pattern.key(user_id=account_id, post_id=LAST_ID)
        items = self.table.query(partition, low, high, limit=limit, newest_first=True, consistent=consistent)
        return [engagement_of(item) for item in items if isinstance(item, EngagementItem)]

    def carry_out(
        self, post: Post, before: Engagement, after: Engagement, *, delivery: Delivery = Delivery.PUSH
    ) -> None:
        """Change how an account stands to a post, if it is still so as it was read, with what follows from it.

        A new repost reaches feeds by `delivery`, as a post does; one of one's own post does not reach any: it is there
        already, at the key that post and bringer determine, and would be taken back with the repost.

        Raises:
            PostChanged: it is not.
            PostNotFound: the post is gone.
            Unauthenticated: the account is gone.
            IdentifierTaken: an identifier that was drawn for it is in use.
        """
        changed = [deed for deed in Deed if before.deed_id(deed) != after.deed_id(deed)]
        by = {
            COUNTERS[deed]: (after.deed_id(deed) is not None) - (before.deed_id(deed) is not None)
            for deed in changed
            if deed in COUNTERS
        }
        mine = TallyItem.at(user_id=after.account_id, shard="0")
        is_own = post.author_id == after.account_id
        vain = write(
            self.table,
            _stance(before, after),
            counting(post, **by) if by else alive(post, PostChanged()),
            *(each for deed in changed for each in _listed(before, after, deed)),
            *(_near(after, delivery) if Deed.REPOST in changed and not is_own else []),
            Check(mine, TallyItem.pk.exists(), Unauthenticated()),
        )
        CountStore(self.table).spread_if_crowded(post, vain)

    def erase(self, engagements: Iterable[EngagementItem]) -> None:
        """Take all away that an account which is erased has done to posts, with what is counted of it."""
        self.table.all_of([partial(self._erase_one, engagement_of(item)) for item in engagements])

    def _erase_one(self, engagement: Engagement) -> None:
        nothing = Engagement(engagement.account_id, engagement.post_id)
        done = [deed for deed in Deed if engagement.deed_id(deed) is not None]
        by = {COUNTERS[deed]: -1 for deed in done if deed in COUNTERS}
        undone = [
            _stance(engagement, nothing),
            *(each for deed in done for each in _listed(engagement, nothing, deed)),
            *(_near(nothing, Delivery.PUSH) if Deed.REPOST in done else []),
        ]
        for _ in range(ATTEMPTS):
            post = PostStore(self.table).by_id(engagement.post_id)
            try:
                write(self.table, *undone, *([counting(post, **by)] if post and by else []))
            except PostNotFound:  # just now: nothing is counted of it any more
                continue
            except PostChanged:  # somebody else has taken it away
                pass
            return
        raise Unavailable

    def still_reposted(self, pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
        """Return which of some reposts, named by account and post, are still there, by accounts that may be seen."""
        reposts = {
            (account_id, post_id): RepostedItem.pattern.key(user_id=account_id, post_id=post_id)
            for account_id, post_id in pairs
        }
        users = {account_id: UserItem.pattern.key(user_id=account_id) for account_id, _ in pairs}
        found = batches.get_all(self.table, [*reposts.values(), *users.values()]) if pairs else {}
        active = {
            account_id
            for account_id, key in users.items()
            if isinstance(user := found.get(key), UserItem) and user.standing == Standing.ACTIVE
        }
        return {pair for pair, key in reposts.items() if key in found and pair[0] in active}

    def delivery_of_repost(self, account_id: int, post_id: int) -> Delivery | None:
        """Return how a repost reaches feeds, or None when it is there no longer."""
        item = self.table.get(RepostedItem, user_id=account_id, post_id=post_id)
        return None if item is None else Delivery(item.delivery)

    def who(self, deed: Deed, post_id: int, *, limit: int, before: int | None = None) -> list[Entry]:
        """Return up to `limit` of those who have done something to a post, newest first, from before an entry."""
        kind = LISTS[deed]
        partition, low = kind.pattern.key(post_id=post_id, deed_id=0)
        _, high = kind.pattern.key(post_id=post_id, deed_id=LAST_ID if before is None else before - 1)
        items = self.table.query(partition, low, high, limit=limit, newest_first=True)
        return [
            Entry(item.values["deed_id"], int(item.other_id)) for item in items if isinstance(item, DeedItem)
        ]

    def lately(self, deed: Deed, post_id: int, *, limit: int) -> list[int]:
        """Return up to `limit` accounts that have done something to a post, newest first; a moment old."""
        kind = LISTS[deed]
        partition, low = kind.pattern.key(post_id=post_id, deed_id=0)
        _, high = kind.pattern.key(post_id=post_id, deed_id=LAST_ID)
        named = kind.other_id.attr_name
        return self.table.numbers(partition, low, high, attribute=named, limit=limit, consistent=False)


def engagement_of(item: EngagementItem) -> Engagement:
    """Return the engagement that an item holds."""
    deeds = {deed: getattr(item, f"{deed}_id") for deed in Deed}
    return Engagement(
        account_id=item.values["user_id"],
        post_id=item.values["post_id"],
        revision=int(item.revision),
        **{f"{deed}_id": None if number is None else int(number) for deed, number in deeds.items()},
    )


def _stance(before: Engagement, after: Engagement) -> Operation:
    as_read = (
        EngagementItem.pk.does_not_exist()
        if before.revision is None
        else EngagementItem.revision == before.revision
    )
    wanted = {f"{deed}_id": after.deed_id(deed) for deed in Deed} | {"revision": after.revision}
    item = EngagementItem.at(wanted, user_id=after.account_id, post_id=after.post_id)
    return (Delete if after.is_blank else Put)(item, as_read, PostChanged())


def _listed(before: Engagement, after: Engagement, deed: Deed) -> list[Operation]:
    """Return the writes that take a former deed from its lists, and enter one into them."""
    operations: list[Operation] = []
    was, now = before.deed_id(deed), after.deed_id(deed)
    account_id, post_id, kind = after.account_id, after.post_id, LISTS[deed]
    if was is not None:
        operations.append(Delete(kind.at(post_id=post_id, deed_id=was)))
        if deed is Deed.BOOKMARK:
            operations.append(Delete(BookmarkItem.at(user_id=account_id, deed_id=was)))
    if now is not None:
        entry = kind.at({"other_id": account_id}, post_id=post_id, deed_id=now)
        operations.append(Put(entry, kind.pk.does_not_exist(), IdentifierTaken()))
        if deed is Deed.BOOKMARK:
            operations.append(Put(BookmarkItem.at({"post_id": post_id}, user_id=account_id, deed_id=now)))
    return operations


def _near(after: Engagement, delivery: Delivery) -> list[Operation]:
    """Return the writes that enter a repost into the account's own list, from which feeds take it, or take it out."""
    item = RepostedItem.at({"delivery": delivery}, user_id=after.account_id, post_id=after.post_id)
    if after.repost_id is None:
        return [Delete(item)]
    entered: list[Operation] = [Put(item)]
    if delivery is Delivery.PULL:
        entered.append(offering(after.account_id, after.post_id, is_repost=True))
    return entered
