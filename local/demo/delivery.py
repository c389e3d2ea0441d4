"""Deliveries in progress: waiting for the last, and how long one post takes.

Looking at feeds competes with delivering for the one machine, so there is as little of it as tells enough.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from local.demo.graph import Graph
from local.demo.oracle import Difference, Post
from local.demo.parallel import in_parallel
from local.demo.progress import Progress, Timer

QUIET = 30.0
"""Seconds without any arrival after which no more is expected."""

LONGEST = 60.0
"""Seconds that one post gets to reach everyone."""

WITNESSES = 50
PAUSE = 0.2
BETWEEN_LOOKS = 0.05
WATCHERS = 4

Shows = Callable[[str, Post], bool]
"""Tells whether someone's feed shows a post."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A post to wait for in one feed, as a sign that those before it have been delivered too."""

    reader: str
    post: Post
    deliveries: int
    """How many there are since the witness before."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How one post got to its author's followers. Times are in seconds."""

    author: str
    followers: int
    request: float
    """The author's own waiting."""
    seen_by: int
    least: float
    """From the answer to the author until the last look at a feed that did not have the post."""
    most: float
    """From the answer to the author until the first look at which the last feed had it."""


def witnesses(graph: Graph, posts: Sequence[Post], most: int = WITNESSES) -> list[Witness]:
    """Return some posts, evenly spread and the newest among them, each with its follower of the shortest feed."""
    read = sorted((post for post in posts if graph.followers[post.author]), key=lambda post: post.post_id)
    step = -(-len(read) // most)
    found = []
    for end in range(len(read), 0, -step):
        batch, last = read[max(end - step, 0) : end], read[end - 1]
        reader = min(graph.followers[last.author], key=lambda label: len(graph.following[label]))
        found.append(Witness(reader, last, sum(len(graph.followers[post.author]) for post in batch)))
    return found[::-1]


def await_witnesses(awaited: Sequence[Witness], shows: Shows, timer: Timer = time.monotonic) -> float:
    """Wait until the last witness has its post, or none gets one for `QUIET` seconds.

    Returns:
        Seconds until the last was seen.
    """
    began = last = timer()
    with Progress("delivering", sum(witness.deliveries for witness in awaited), timer) as progress:
        for witness in awaited:
            while not shows(witness.reader, witness.post):
                if timer() - last > QUIET:
                    return last - began
                time.sleep(PAUSE)
            last = timer()
            progress.advance(witness.deliveries)
    return last - began


def await_late(
    differences: Mapping[str, Difference], differ: Callable[[str], Difference], timer: Timer = time.monotonic
) -> dict[str, Difference]:
    """Look again at feeds where something is missing, until nothing is or nothing changes for `QUIET` seconds.

    Returns:
        How everyone's feed differs at last; those that do not are left out.
    """
    current = dict(differences)
    changed = timer()
    while (late := [reader for reader in current if current[reader].missing]) and timer() - changed <= QUIET:
        time.sleep(PAUSE)
        for place, difference in in_parallel(late, differ):
            if difference != current[late[place]]:
                current[late[place]], changed = difference, timer()
    return {reader: difference for reader, difference in current.items() if difference}


def reach(
    author: str,
    followers: Sequence[str],
    publish: Callable[[], Post],
    shows: Shows,
    timer: Timer = time.monotonic,
) -> tuple[Post, Reach]:
    """Publish a post and watch it arrive.

    Args:
        author: who publishes.
        followers: the author's; those expected last are best named first, because they are watched first.
        publish: returns the post when it is stored.
        shows: tells whether a follower's feed shows a post.
        timer: tells the time.
    """
    asked = timer()
    post = publish()
    answered = timer()

    def watch(follower: str) -> tuple[bool, float, float]:
        missed = answered
        while True:
            looked = timer()
            if shows(follower, post):
                return True, missed, timer()
            if looked - answered > LONGEST:
                return False, looked, looked
            missed = looked
            time.sleep(BETWEEN_LOOKS)

    looks = [look for _, look in in_parallel(followers, watch, workers=WATCHERS)]
    return post, Reach(
        author,
        followers=len(followers),
        request=answered - asked,
        seen_by=sum(seen for seen, _, _ in looks),
        least=max(missed for _, missed, _ in looks) - answered,
        most=max(found for _, _, found in looks) - answered,
    )
