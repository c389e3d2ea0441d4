"""Many follow one account at once, on the stack that is up: `make benchmark WHAT=hot_account`.

The use case of `POST /graph/follow` runs in a few processes on the local stack's table, as instances of its function
would; what is left out is HTTP, of which the emulator serves some 25 requests a second. Afterwards everything that was
acknowledged is looked for, and counted again.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from functions.follow.service import FollowService
from kith.domain.clock import DAY, system_clock
from kith.domain.errors import DomainError
from kith.domain.ids import Identifiers
from kith.table import batches
from kith.table.connection import Table
from kith.table.follows import FollowStore
from kith.table.graph import GraphChange
from kith.table.items import FollowerItem, RelationItem, TallyItem, UserItem
from kith.table.relations import RelationStore
from kith.table.tallies import TallyStore
from kith.table.users import UserStore
from local.home import Home

PROCESSES, THREADS = 3, 12
PER_SECOND, SECONDS = 200, 5


@dataclass(frozen=True)
class CountingStore(FollowStore):
    """Notes what each change took."""

    conflicts: list[int]

    def carry_out(self, change: GraphChange) -> int:
        """Write a change, and note how many attempts were in vain before."""
        self.conflicts.append(super().carry_out(change))
        return self.conflicts[-1]


@dataclass(frozen=True)
class Share:
    """What one process did: who was acknowledged, and in how many attempts in vain."""

    acknowledged: list[int]
    refused: Counter[str]
    conflicts: list[int]


def table() -> Table:
    """Return the local stack's table."""
    endpoints = json.loads(Home.from_environment().endpoints.read_text())
    os.environ |= {
        "AWS_ENDPOINT_URL": endpoints["aws"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    return Table(endpoints["table"])


def make_accounts(shared: Table, count: int) -> list[int]:
    """Store accounts as far as following needs them."""
    new_id = Identifiers()
    user_ids = [new_id() for _ in range(count)]
    items = [
        item
        for user_id in user_ids
        for item in (
            UserItem.at({"username": f"b{user_id}"}, user_id=user_id),
            TallyItem.at(user_id=user_id, shard="0"),
        )
    ]
    for start in range(0, len(items), 500):
        batches.put_all(shared, items[start : start + 500])
    return user_ids


def follow_all(star_id: int, per_second: float, begin: float, followers: Sequence[int]) -> Share:
    """Have accounts follow one, offered evenly from a moment on, whether or not those before are done."""
    own = table()
    store = CountingStore(own, [])
    service = FollowService(
        table=own,
        follows=store,
        relations=RelationStore(own),
        tallies=TallyStore(own),
        users=UserStore(own),
        new_id=Identifiers(),
        clock=system_clock,
        max_following=7_500,
        feed_retention=30 * DAY,
    )
    share = Share([], Counter(), store.conflicts)

    def follow(place: int, follower_id: int) -> None:
        time.sleep(max(0.0, begin + place / per_second - time.time()))
        try:
            service.follow(follower_id, star_id)
        except DomainError as error:
            share.refused[error.code] += 1
        else:
            share.acknowledged.append(follower_id)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(follow, range(len(followers)), followers))
    return share


def main() -> None:
    """Run it and print one table; the exit code is 1 when an acknowledged follow is missing or miscounted."""
    shared = table()
    star_id, *crowd = make_accounts(shared, 1 + PER_SECOND * SECONDS)
    begin = time.time() + 3
    with ProcessPoolExecutor(PROCESSES) as processes:
        parts = [crowd[start::PROCESSES] for start in range(PROCESSES)]
        shares = list(processes.map(partial(follow_all, star_id, PER_SECOND / PROCESSES, begin), parts))
    took = time.time() - begin
    acknowledged = {follower for share in shares for follower in share.acknowledged}
    conflicts = [each for share in shares for each in share.conflicts]
    refused = sum((share.refused for share in shares), Counter[str]())
    partition, _ = FollowerItem.pattern.key(user_id=star_id, entry_id=0)
    listed = shared.query(partition, *FollowerItem.pattern.sort_range, limit=len(crowd) + 1)
    there = {int(item.other_id) for item in listed if isinstance(item, FollowerItem)}
    edges = batches.get_all(
        shared, [RelationItem.pattern.key(user_id=each, other_id=star_id) for each in there]
    )
    star = UserStore(shared).by_id(star_id)
    counted = UserStore(shared).tally(star_id).followers
    for name, value in {
        "offered": f"{len(crowd)} follows of one account, {PER_SECOND} a second",
        "served": f"{len(acknowledged) / took:.0f} a second, by {PROCESSES} processes of {THREADS} threads",
        "acknowledged": f"{len(acknowledged)}; refused: {dict(refused) or 'none'}",
        "there": f"{len(there)} followers, {len(edges)} edges at the other end, counted {counted}",
        "acknowledged and missing": len(acknowledged - there),
        "attempts in vain per follow": f"{sum(conflicts) / max(1, len(conflicts)):.3f}, at most {max(conflicts)}",
        "counters spread over": f"{star.tally_shards if star else 0} items",
    }.items():
        print(f"{name:<30}{value}")
    sys.exit(0 if acknowledged <= there and len(there) == len(edges) == counted else 1)


if __name__ == "__main__":
    main()
