"""What every feed must be, computed from the graph and the posts alone, and how another feed differs from it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from local.demo.graph import Graph


@dataclass(frozen=True, slots=True)
class Post:
    """A published post. Two are the same when all of this is."""

    post_id: int
    author: str
    """A label of the graph."""
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How a feed differs from the one that it should be."""

    missing: tuple[Post, ...] = ()
    extra: tuple[Post, ...] = ()
    duplicated: tuple[Post, ...] = ()
    misordered: tuple[Post, ...] = ()
    """Posts that come after an older one."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.duplicated or self.misordered)


def feeds(graph: Graph, posts: Iterable[Post]) -> dict[str, list[Post]]:
    """Return everyone's feed: the posts of those they follow and their own, newest first."""
    by_author: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        by_author[post.author].append(post)
    return {
        reader: sorted(
            (post for author in (reader, *graph.following[reader]) for post in by_author[author]),
            key=lambda post: post.post_id,
            reverse=True,
        )
        for reader in graph.people
    }


def difference(expected: Sequence[Post], found: Sequence[Post]) -> Difference:
    """Return how a feed differs from the expected one; false when it does not."""
    wanted, times = set(expected), Counter(found)
    return Difference(
        missing=tuple(post for post in expected if post not in times),
        extra=tuple(post for post in times if post not in wanted),
        duplicated=tuple(post for post, count in times.items() if count > 1),
        misordered=tuple(later for earlier, later in pairwise(found) if later.post_id > earlier.post_id),
    )
