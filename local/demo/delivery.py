"""Deliveries in progress: waiting for the last, and how long one post takes."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from local.demo.oracle import Post
from local.demo.parallel import in_parallel
from local.demo.progress import Progress, Timer

QUIET = 30.0
"""Seconds without any arrival after which no more is expected."""

LONGEST = 60.0
"""Seconds that one post gets to reach everyone."""

PAUSE = 0.5
BETWEEN_LOOKS = 0.05

WATCHERS = 4
"""Looking competes with delivering for one machine."""

Read = Callable[[str], Collection[Post]]
"""Returns what is in someone's feed."""


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


def await_all(expected: Mapping[str, Sequence[Post]], read: Read, timer: Timer = time.monotonic) -> float:
    """Wait until every feed has all that it should, or nothing has arrived anywhere for `QUIET` seconds.

    Returns:
        Seconds until the last arrival was seen.
    """
    arrived = dict.fromkeys(expected, 0)
    pending = list(expected)
    began = last = timer()
    with Progress("delivering to feeds", sum(map(len, expected.values())), timer) as progress:
        while True:
            for place, posts in in_parallel(pending, read):
                reader = pending[place]
                count = len(set(posts).intersection(expected[reader]))
                if count > arrived[reader]:
                    progress.advance(count - arrived[reader])
                    arrived[reader], last = count, timer()
            pending = [reader for reader in pending if arrived[reader] < len(expected[reader])]
            if not pending or timer() - last > QUIET:
                return last - began
            time.sleep(PAUSE)


def reach(
    author: str,
    followers: Sequence[str],
    publish: Callable[[], Post],
    shows: Callable[[str, Post], bool],
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
