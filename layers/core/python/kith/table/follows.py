"""The follow graph in the table: each edge under both its ends, changed together with the counters."""

from collections.abc import Iterable
from dataclasses import dataclass

from kith.domain.clock import DAY
from kith.domain.follows import Follow, FollowState, GraphChanged, TooManyFollowed
from kith.domain.users import User, UserNotFound
from kith.domain.visibility import Relation
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import FollowerItem, FollowsItem, HiddenItem, TallyItem, UserItem
from kith.table.schema import FOLLOWER
from kith.table.transactions import Delete, Put, Update, write
from kith.table.users import user_of

UNFOLLOWED = "unfollowed"
HIDDEN_MOST = 10_000
"""Far above what anyone unfollows within the time that a feed entry lives."""
REDELIVERY_MOST = 15 * DAY
"""How long after a post its delivery can still be repeated: a queue keeps a message for 14 days at most."""
LAST_ID = 10**16 - 1


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
        if not isinstance(edge, FollowsItem):
            return user_of(user), None
        return user_of(user), Follow(follower_id, followee_id, FollowState(edge.state), int(edge.created_at))

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
            TooManyFollowed: the follower follows as many as one may.
            GraphChanged: the edge has come to be, or the followee's privacy or existence has changed.
        """
        changed = GraphChanged()
        attributes = {"state": follow.state, "created_at": follow.created_at}
        pending = follow.state is FollowState.PENDING
        counted = TallyItem.requests.add(1) if pending else TallyItem.followers.add(1)
        follower_tally = TallyItem.at(user_id=follow.follower_id, shard="0")
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
            Delete(_unfollowed(follow)),
        )

    def remove(self, follow: Follow, *, now: int, retention: int) -> None:
        """Take an edge away with both its counters, and out of the follower's sight what came by it.

        Args:
            follow: the edge as it was read.
            now: in milliseconds since the Unix epoch.
            retention: how long a feed entry lives, in milliseconds.

        Raises:
            GraphChanged: the edge is no longer as it was read.
        """
        changed = GraphChanged()
        pending = follow.state is FollowState.PENDING
        uncounted = TallyItem.requests.add(-1) if pending else TallyItem.followers.add(-1)
        hidden = _unfollowed(follow)
        hidden.expires_at = (now + retention + REDELIVERY_MOST) // 1_000
        write(
            self.table,
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
            Update(
                TallyItem.at(user_id=follow.follower_id, shard="0"),
                [TallyItem.following.add(0 if pending else -1)],
                TallyItem.pk.exists(),
            ),
            Update(TallyItem.at(user_id=follow.followee_id, shard="0"), [uncounted], TallyItem.pk.exists()),
            Put(hidden),
        )

    def followers_after(self, user_id: int, after: int, *, limit: int) -> list[Follow]:
        """Return up to `limit` edges to an account, by ascending follower; an `after` of 0 starts."""
        partition, low = FOLLOWER.key(user_id=user_id, follower_id=after + 1)
        _, high = FOLLOWER.key(user_id=user_id, follower_id=LAST_ID)
        return [
            Follow(item.values["follower_id"], user_id, FollowState(item.state), int(item.created_at))
            for item in self.table.query(partition, low, high, limit=limit)
            if isinstance(item, FollowerItem)
        ]

    def hidden_from(self, reader_id: int) -> frozenset[int]:
        """Return the authors that a reader's feed may still name but the reader does not follow any more."""
        partition, _ = HiddenItem.pattern.key(user_id=reader_id, author_id=0, reason=UNFOLLOWED)
        items = self.table.query(partition, *HiddenItem.pattern.sort_range, limit=HIDDEN_MOST)
        return frozenset(item.values["author_id"] for item in items)


def _unfollowed(follow: Follow) -> HiddenItem:
    return HiddenItem.at(user_id=follow.follower_id, author_id=follow.followee_id, reason=UNFOLLOWED)
