"""The follow graph in the table: each edge under both its ends, changed together with the counters."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from kith.domain.clock import DAY, SECOND
from kith.domain.errors import Unauthenticated, Unavailable
from kith.domain.follows import Follow, FollowState, GraphChanged, TooManyFollowed
from kith.domain.users import User, UserNotFound
from kith.domain.visibility import Relation
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import FollowerItem, FollowsItem, HiddenItem, HiderItem, TallyItem, UserItem
from kith.table.schema import FOLLOWER
from kith.table.transactions import Delete, Operation, Put, Update, write
from kith.table.users import user_of

UNFOLLOWED = "unfollowed"
HIDDEN_MOST = 10_000
"""Far above what anyone unfollows within the time that a feed entry lives."""
REDELIVERY_MOST = 15 * DAY
"""How long after a post its delivery can still be repeated: a queue keeps a message for 14 days at most."""
LAST_ID = 10**16 - 1
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class FollowStore:
    """Edges: a verb per access pattern."""

    table: Table

    def between(self, follower_id: int, followee_id: int) -> tuple[User, Follow | None]:
        """Return an account and how a follower stands to it, in one read.

        Raises:
            UserNotFound: there is no such account.
        """
        user_key = UserItem.pattern.key(user_id=followee_id)
        edge_key = FollowsItem.pattern.key(user_id=follower_id, followee_id=followee_id)
        found = batches.get_all(self.table, [user_key, edge_key])
        user, edge = found.get(user_key), found.get(edge_key)
        if not isinstance(user, UserItem):
            raise UserNotFound
        return user_of(user), follow_of(edge) if isinstance(edge, FollowsItem) else None

    def relations(self, viewer_id: int, author_ids: Iterable[int]) -> dict[int, tuple[User, Relation]]:
        """Return the authors that exist among some, and how a viewer stands to each, in one read."""
        wanted = list(author_ids)
        users = {author_id: UserItem.pattern.key(user_id=author_id) for author_id in wanted}
        edges = {
            author_id: FollowsItem.pattern.key(user_id=viewer_id, followee_id=author_id)
            for author_id in wanted
        }
        found = batches.get_all(self.table, [*users.values(), *edges.values()])
        known: dict[int, tuple[User, Relation]] = {}
        for author_id in wanted:
            user, edge = found.get(users[author_id]), found.get(edges[author_id])
            if isinstance(user, UserItem):
                follows = isinstance(edge, FollowsItem) and edge.state == FollowState.ACCEPTED
                known[author_id] = (user_of(user), Relation(follows=follows))
        return known

    def add(self, follow: Follow, *, max_following: int) -> None:
        """Store an edge with both its counters.

        Raises:
            Unauthenticated: the follower's account is gone.
            TooManyFollowed: the follower follows as many as one may.
            GraphChanged: the edge has come to be, or the followee's privacy or existence has changed.
        """
        changed = GraphChanged()
        attributes = {"state": follow.state, "created_at": follow.created_at}
        pending = follow.state is FollowState.PENDING
        counted = TallyItem.requests.add(1) if pending else TallyItem.followers.add(1)
        follower_tally = TallyItem.at(user_id=follow.follower_id, shard="0")
        try:
            write(
                self.table,
                Put(
                    FollowsItem.at(attributes, user_id=follow.follower_id, followee_id=follow.followee_id),
                    FollowsItem.pk.does_not_exist(),
                    changed,
                ),
                Put(
                    FollowerItem.at(attributes, user_id=follow.followee_id, follower_id=follow.follower_id),
                    FollowerItem.pk.does_not_exist(),
                    changed,
                ),
                Update(
                    follower_tally,
                    [TallyItem.following.add(0 if pending else 1)],
                    TallyItem.following < max_following,
                    TooManyFollowed(),
                ),
                Update(
                    TallyItem.at(user_id=follow.followee_id, shard="0"),
                    [counted],
                    TallyItem.is_private == pending,
                    changed,
                ),
                *(Delete(marker) for marker in unfollowed(follow)),
            )
        except TooManyFollowed as error:
            # Nothing that is not there is less than anything, so the two look the same.
            if not batches.get_all(self.table, [(follower_tally.pk, follower_tally.sk)]):
                raise Unauthenticated from error
            raise

    def remove(self, follow: Follow, *, now: int, retention: int) -> None:
        """Take an edge away with both its counters, and out of the follower's sight what came by it.

        Args:
            follow: the edge as it was read.
            now: in milliseconds since the Unix epoch.
            retention: how long a feed entry lives, in milliseconds.

        Raises:
            GraphChanged: the edge is no longer as it was read, or the followee's account is gone.
            Unauthenticated: the follower's account is gone.
        """
        changed = GraphChanged()
        pending = follow.state is FollowState.PENDING
        uncounted = TallyItem.requests.add(-1) if pending else TallyItem.followers.add(-1)
        markers = unfollowed(follow, until=now + retention + REDELIVERY_MOST)
        write(
            self.table,
            *_taking(follow),
            Update(
                TallyItem.at(user_id=follow.follower_id, shard="0"),
                [TallyItem.following.add(0 if pending else -1)],
                TallyItem.pk.exists(),
                Unauthenticated(),
            ),
            Update(
                TallyItem.at(user_id=follow.followee_id, shard="0"),
                [uncounted],
                TallyItem.pk.exists(),
                changed,
            ),
            *(Put(marker) for marker in markers),
        )

    def sever(self, edge: Follow | None, gone_id: int) -> None:
        """Take an edge away from somebody who is erased, with what the other end counted of it; no edge is no error.

        Raises:
            Unavailable: others kept changing it.
        """
        for _ in range(ATTEMPTS):
            if edge is None:
                return
            try:
                write(self.table, *_taking(edge), *_uncounting(edge, gone_id))
            except UserNotFound:  # who has no tally is being erased as well
                with suppress(GraphChanged):
                    write(self.table, *_taking(edge))
            except GraphChanged:
                pass
            else:
                return
            item = self.table.get(FollowsItem, user_id=edge.follower_id, followee_id=edge.followee_id)
            edge = None if item is None else follow_of(item)
        raise Unavailable

    def forget(self, markers: Sequence[HiddenItem | HiderItem]) -> None:
        """Take markers away together with their reverse, which goes first: it is only known from what is left."""
        batches.delete_all(self.table, [_reverse(marker) for marker in markers])
        batches.delete_all(self.table, [(marker.pk, marker.sk) for marker in markers])

    def followers_after(self, user_id: int, after: int, *, limit: int) -> list[Follow]:
        """Return up to `limit` edges to an account, by ascending follower; an `after` of 0 starts."""
        return self._followers(user_id, after + 1, LAST_ID, limit)

    def followers_among(self, user_id: int, candidates: Sequence[int]) -> set[int]:
        """Return who of some, which stand close together in order, follows an account or asks to."""
        edges = self._followers(user_id, min(candidates), max(candidates), 10 * len(candidates))
        return {edge.follower_id for edge in edges}

    def _followers(self, user_id: int, first: int, last: int, limit: int) -> list[Follow]:
        partition, low = FOLLOWER.key(user_id=user_id, follower_id=first)
        _, high = FOLLOWER.key(user_id=user_id, follower_id=last)
        items = self.table.query(partition, low, high, limit=limit)
        return [follow_of(item) for item in items if isinstance(item, FollowerItem)]

    def hidden_from(self, reader_id: int) -> frozenset[int]:
        """Return the authors that a reader's feed may still name but the reader does not follow any more."""
        partition, _ = HiddenItem.pattern.key(user_id=reader_id, author_id=0, reason=UNFOLLOWED)
        items = self.table.query(partition, *HiddenItem.pattern.sort_range, limit=HIDDEN_MOST)
        return frozenset(item.values["author_id"] for item in items)


def follow_of(item: FollowsItem | FollowerItem) -> Follow:
    """Return the edge that an item is one end of."""
    values = item.values
    ends = (
        (values["user_id"], values["followee_id"])
        if isinstance(item, FollowsItem)
        else (values["follower_id"], values["user_id"])
    )
    return Follow(*ends, FollowState(item.state), int(item.created_at))


def unfollowed(follow: Follow, *, until: int = 0) -> tuple[HiddenItem, HiderItem]:
    """Return the markers, one at each end, that keep what came by an edge out of sight; `until` in milliseconds."""
    follower_id, followee_id = follow.follower_id, follow.followee_id
    kept = {"expires_at": until // SECOND}
    return (
        HiddenItem.at(kept, user_id=follower_id, author_id=followee_id, reason=UNFOLLOWED),
        HiderItem.at(kept, user_id=followee_id, reader_id=follower_id, reason=UNFOLLOWED),
    )


def _reverse(marker: HiddenItem | HiderItem) -> tuple[str, str]:
    values = marker.values
    if isinstance(marker, HiddenItem):
        return HiderItem.pattern.key(
            user_id=values["author_id"], reader_id=values["user_id"], reason=values["reason"]
        )
    return HiddenItem.pattern.key(
        user_id=values["reader_id"], author_id=values["user_id"], reason=values["reason"]
    )


def _taking(follow: Follow) -> list[Operation]:
    changed = GraphChanged()
    return [
        Delete(
            FollowsItem.at(user_id=follow.follower_id, followee_id=follow.followee_id),
            (FollowsItem.state == follow.state) & (FollowsItem.created_at == follow.created_at),
            changed,
        ),
        Delete(
            FollowerItem.at(user_id=follow.followee_id, follower_id=follow.follower_id),
            (FollowerItem.state == follow.state) & (FollowerItem.created_at == follow.created_at),
            changed,
        ),
    ]


def _uncounting(follow: Follow, gone_id: int) -> list[Operation]:
    """Return the write that takes an edge out of the count of the end that stays, if it counted it."""
    pending = follow.state is FollowState.PENDING
    if gone_id == follow.follower_id:
        other_id, uncounted = follow.followee_id, TallyItem.requests if pending else TallyItem.followers
    elif pending:
        return []
    else:
        other_id, uncounted = follow.follower_id, TallyItem.following
    tally = TallyItem.at(user_id=other_id, shard="0")
    return [Update(tally, [uncounted.add(-1)], TallyItem.pk.exists(), UserNotFound())]
