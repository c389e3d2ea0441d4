"""Suggestions against friends-of-friends computed without any bound: how much of it they find, and at what cost.

`make benchmark GRAPH=edges.txt.gz LIMIT=500000`; the figures in docs/testing.md are of SNAP's soc-Epinions1.
"""

import heapq
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.stand_in import BIO, Network, StandIn
from kith.domain.users import Standing, User
from kith.table.connection import Table
from kith.table.follows import FollowStore
from kith.table.friends_of_friends import EACH, FOLLOWED, FRIENDS, FriendsOfFriends
from kith.table.relations import RelationStore
from kith.table.users import UserStore
from local.demo.graph import KARATE, Graph, read
from local.failure import Failure

SEED = 20_260_131
CALLERS = 100
A_FEW = 3
"""Followings from which one is asked about."""
WANTED = 10
PRIVATE, SUSPENDED = 0.05, 0.01
"""Shares of the accounts."""
FIRST_ID = 1 << 46
"""So that identifiers are as long as real ones."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One request."""

    overlap: float
    """How many of the best are among what was found."""
    worth: float
    """Friends in common with those found, by what there are with the best."""
    calls: int
    units: float
    milliseconds: float
    """CPU time, the client's included."""


def network_of(graph: Graph, chance: random.Random) -> Network:
    """Return a graph as accounts, some of them private or suspended, who followed each other in any order."""
    numbers = {label: FIRST_ID + place for place, label in enumerate(graph.people)}
    users = {
        user_id: User(
            user_id,
            f"user{user_id}",
            full_name="Ada of the Epinions",
            bio=BIO,
            is_private=chance.random() < PRIVATE,
            standing=Standing.SUSPENDED if chance.random() < SUSPENDED else Standing.ACTIVE,
        )
        for user_id in numbers.values()
    }
    edges = [(numbers[follower], numbers[followee]) for follower, followee in graph.follows]
    chance.shuffle(edges)
    following: dict[int, list[int]] = {user_id: [] for user_id in users}
    for follower, followee in edges:
        following[follower].append(followee)
    return Network(users, following, {edge: FIRST_ID + place for place, edge in enumerate(edges)})


def unbounded(network: Network, caller_id: int) -> dict[int, int]:
    """Return all friends of friends with the number of friends in common, whatever it takes."""
    followed = set(network.following[caller_id])
    friends = (network.users[friend_id] for friend_id in followed)
    common = Counter(
        other_id
        for friend in friends
        if friend.is_active and not friend.is_private
        for other_id in network.following[friend.user_id]
    )
    return {
        user_id: count
        for user_id, count in common.items()
        if user_id != caller_id and user_id not in followed and network.users[user_id].is_active
    }


def measured(network: Network, stand_in: StandIn, suggestions: FriendsOfFriends, caller_id: int) -> Measured:
    """Ask for one account's suggestions."""
    common = unbounded(network, caller_id)
    best = heapq.nlargest(WANTED, common, key=lambda user_id: (common[user_id], user_id))
    stand_in.forget()
    started = time.process_time()
    found = [each.user_id for each in suggestions.suggested(caller_id, WANTED)]
    seconds = time.process_time() - started - stand_in.seconds
    overlap = len(set(found) & set(best)) / len(best) if best else 1.0
    worth = sum(map(common.__getitem__, found)) / sum(map(common.__getitem__, best)) if best else 1.0
    return Measured(overlap, worth, stand_in.calls.total(), stand_in.units, seconds * 1_000)


def row(group: str, requests: Sequence[Measured]) -> str:
    """Return a line of the table: the mean, and in brackets the worst."""
    if not requests:  # a small graph
        return f"| {group} | 0 | | | | | |"
    columns = [
        str(len(requests)),
        *(
            f"{fmean(shares):.3f} ({min(shares):.2f})"
            for shares in ([each.overlap for each in requests], [each.worth for each in requests])
        ),
        *(
            f"{fmean(values):.0f} ({max(values):.0f})"
            for values in (
                [each.calls for each in requests],
                [each.units for each in requests],
                [each.milliseconds for each in requests],
            )
        ),
    ]
    return f"| {group} | {' | '.join(columns)} |"


def main() -> None:
    """Print the table."""
    path, limit = Path(os.environ.get("GRAPH") or KARATE), os.environ.get("LIMIT")
    try:
        graph = read(path, int(limit) if limit else None)
    except Failure as failure:
        sys.exit(f"kith: {failure}\nGRAPH= names an edge list, 'from to' a line, plain or gzipped.")
    chance = random.Random(SEED)  # noqa: S311  # the same every time is what it is for
    network = network_of(graph, chance)
    os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "none"}
    table, stand_in = Table("benchmark"), StandIn(network)
    stand_in.answer_for(table)
    suggestions = FriendsOfFriends(table, FollowStore(table), RelationStore(table), UserStore(table))

    active = [user_id for user_id, user in network.users.items() if user.is_active]
    groups = {
        f"follow {A_FEW} and more": [each for each in active if len(network.following[each]) >= A_FEW],
        f"follow more than {FRIENDS}": [each for each in active if len(network.following[each]) > FRIENDS],
    }
    print(f"{path.name}: {len(network.users):,} accounts, {len(graph.follows):,} follows")
    print(f"The newest {EACH} of each of the newest {FRIENDS}; {FOLLOWED:,} followed are known to be.\n")
    print(
        f"| Who asks | Requests | Top {WANTED} found | In common | Calls | Read units | CPU ms |\n"
        "|---|---|---|---|---|---|---|"
    )
    for group, members in groups.items():
        callers = chance.sample(members, min(CALLERS, len(members)))
        for caller_id in callers[:1]:
            suggestions.suggested(caller_id, WANTED)  # what is made once is made
        print(row(group, [measured(network, stand_in, suggestions, each) for each in callers]), flush=True)


if __name__ == "__main__":
    main()
