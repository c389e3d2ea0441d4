"""What the demonstration shows of feeds, of their differences and of its figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.demo.cast import Person
from local.demo.delivery import Reach
from local.demo.graph import Graph
from local.demo.oracle import Difference, Post
from local.demo.progress import rate

WIDTH = 100
EXAMPLES = 3
"""Of each kind of difference, and of feeds that differ."""


@dataclass(frozen=True, slots=True)
class Work:
    """Something that was done a number of times."""

    what: str
    count: int
    seconds: float


def feed_lines(person: Person, graph: Graph, newest: Sequence[Mapping[str, Any]], total: int) -> list[str]:
    """Return the top of someone's feed, for people to read."""
    following, followers = len(graph.following[person.label]), len(graph.followers[person.label])
    title = f"{person.full_name} (@{person.username}) follows {following}, is followed by {followers}: {total} posts"
    return ["", title, *(_item_line(item) for item in newest)]


def _item_line(item: Mapping[str, Any]) -> str:
    post, name = item["post"], item["author"]["full_name"]
    line = f"  {post['created_at'][11:19]}  {name[:16]:<16}  {' '.join(post['text'].split())}"
    return line if len(line) <= WIDTH else line[: WIDTH - 3] + "..."


def difference_lines(differences: Mapping[str, Difference], people: Mapping[str, Person]) -> list[str]:
    """Return which feeds differ, and how, with examples."""
    lines: list[str] = []
    for label in list(differences)[:EXAMPLES]:
        lines.append(f"\nThe feed of {people[label].full_name} (@{people[label].username}) is wrong:")
        difference = differences[label]
        for kind in ("missing", "extra", "duplicated", "misordered"):
            posts: tuple[Post, ...] = getattr(difference, kind)
            if posts:
                lines.append(f"  {len(posts)} {kind}: {_examples(posts)}")
    if len(differences) > EXAMPLES:
        lines.append(f"\n... and {len(differences) - EXAMPLES} more.")
    return lines


def _examples(posts: Sequence[Post]) -> str:
    shown = "; ".join(f"{post.post_id} by {post.author} {post.text[:40]!r}" for post in posts[:EXAMPLES])
    return f"{shown}; ..." if len(posts) > EXAMPLES else shown


def summary_lines(
    work: Iterable[Work],
    *,
    agreeing: int,
    feeds: int,
    reaches: Iterable[Reach],
    people: Mapping[str, Person],
    retries: Mapping[str, int],
) -> list[str]:
    """Return the figures of a run as a table."""
    lines = ["", f"{'':<24}{'count':>9}{'seconds':>10}{'per second':>12}"]
    for done in work:
        speed = rate(done.count, done.seconds)
        lines.append(f"{done.what:<24}{done.count:>9,}{done.seconds:>10.1f}{speed:>12,.0f}")
    lines += ["", f"{'feeds that agree':<24}{agreeing:,} of {feeds:,}"]
    heading = "post -> last follower"
    for reach in reaches:
        lines.append(f"{heading:<24}{_reach(reach, people[reach.author])}")
        heading = ""
    again = ", ".join(f"{count} {reason}" for reason, count in sorted(retries.items()))
    return [*lines, f"{'requests sent again':<24}{again or 'none'}"]


def _reach(reach: Reach, author: Person) -> str:
    span = f"{reach.least:.2f}-{reach.most:.2f} s to {reach.followers:,} followers of {author.full_name}"
    if reach.seen_by < reach.followers:
        span = f"only {reach.seen_by:,} of {reach.followers:,} followers of {author.full_name} have it"
    return f"{span}, who waited {1000 * reach.request:.0f} ms for the answer"
