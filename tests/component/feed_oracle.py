"""What feeds should show, in plain lines: what people have done, and the rules of the product. Nothing of how it works.

Every command returns the status that its answer should have.
"""

from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Any

from hypothesis import strategies as st

from tests.component.graph_oracle import Edge, GraphOracle

Reason = tuple[str, str | None]
"""Its kind, and who has reposted the post if that is why."""

CELEBRATED, FORGOTTEN = 3, 2
"""Followers from which somebody is a celebrity, and below which they are one no longer."""


NAMES = ("ann", "bob", "cat", "dan", "eve", "fay")
PAGE_SIZES = (1, 2, 7, 49)
ACTS = {
    "follow": 14,
    "accept": 4,
    "unfollow": 5,
    **dict.fromkeys(("remove", "reject"), 1),
    **dict.fromkeys(("block", "unblock", "mute", "unmute"), 2),
    "post": 24,
    "repost": 8,
    "unrepost": 4,
    "edit": 2,
    "delete": 3,
    "go_private": 2,
    "go_public": 2,
    "go_away": 3,
    "begin": 8,
    "read_on": 5,
    "deliver": 14,
}
"""How often each act comes, also while something else is under way."""
OTHERS = {"pass_time": 4, "during": 8, "clash": 14, "meanwhile": 8, "deliver_late": 2, "check_at_rest": 2}

FEWEST, MOST = 60, 140
"""Steps of a history, of which about half are nothing."""

Command = tuple[Any, ...]


@dataclass(frozen=True)
class Step:
    """A command, and what chance depends on while it is carried out: without its neighbours it does the same."""

    seed: int
    command: Command


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Return what people do: they follow each other, and then this and that.

    Each history has more of some acts and nothing of others, which meets more than an even mixture would (Groce et al.,
    Swarm Testing, 2012).
    """
    names = NAMES[: draw(st.integers(4, len(NAMES)))]
    pairs = st.sampled_from(list(permutations(names, 2)))
    begun = draw(st.lists(pairs, unique=True, min_size=2, max_size=16))
    acts = {act: weight * draw(st.sampled_from((1, 1, 4, 0))) for act, weight in ACTS.items()}
    steps = draw(st.lists(_steps(names, acts | {"post": ACTS["post"]}), min_size=FEWEST, max_size=MOST))
    return [Step(0, ("follow", *edge)) for edge in begun] + [step for step in steps if step is not None]


def _steps(names: tuple[str, ...], acts: dict[str, int]) -> st.SearchStrategy[Step | None]:
    """Return steps; nothing is in the place of what a shortened history does without."""
    single = _single_commands(names)
    act = _weighted(acts).flatmap(single.__getitem__)
    published = _weighted({"post": 2, "repost": 1}).flatmap(single.__getitem__)
    call = st.integers(0, 11)
    meanwhile = st.builds(
        lambda number, begun, others: ("meanwhile", number, begun, *others),
        st.integers(0, 7),
        published,
        st.lists(act, min_size=1, max_size=6),
    )
    combined = single | {
        "during": st.tuples(st.just("during"), call, act),
        "clash": st.tuples(st.just("clash"), call),
        "meanwhile": meanwhile,
    }
    command = _weighted(acts | OTHERS).flatmap(combined.__getitem__)
    step = st.builds(Step, st.integers(0, (1 << 32) - 1), command)
    return st.none() | step


def _single_commands(names: tuple[str, ...]) -> dict[str, st.SearchStrategy[Command]]:
    one, place = st.sampled_from(names), st.integers(0, 5)
    size, visibility = st.sampled_from(PAGE_SIZES), st.sampled_from(("public", "public", "followers"))
    refers = st.sampled_from((None, None, None, "quote_of", "reply_to"))
    pair = st.sampled_from(list(permutations(names, 2)))
    arguments: dict[str, st.SearchStrategy[Command]] = {
        "post": st.tuples(one, visibility, refers, place),
        **dict.fromkeys(("repost", "unrepost"), st.tuples(one, place)),
        "edit": st.tuples(place, visibility),
        "delete": st.tuples(place),
        **dict.fromkeys(("go_private", "go_public", "go_away"), st.tuples(one)),
        "begin": st.tuples(one, size),
        "read_on": st.tuples(place, size),
        "deliver": st.tuples(st.integers(1, 6)),
        "pass_time": st.tuples(st.sampled_from((1, 4, 700))),
        **dict.fromkeys(("deliver_late", "check_at_rest"), st.just(())),
    }
    return {
        act: arguments.get(act, pair).map(lambda rest, act=act: (act, *rest))  # type: ignore[misc]  # this round's
        for act in ACTS | OTHERS
    }


def _weighted(weights: dict[str, int]) -> st.SearchStrategy[str]:
    return st.sampled_from([act for act, weight in weights.items() for _ in range(weight)])


@dataclass(frozen=True)
class Written:
    """A post that is there."""

    author: str
    for_followers: bool
    by_celebrity: bool | None
    """Whether its author was a celebrity when it was made; None where that changed at the same time."""
    waits: bool = False
    """For its media; until then it is its author's own."""


@dataclass
class Oracle(GraphOracle):
    """Everything that decides on what feeds show."""

    posts: dict[int, Written] = field(default_factory=dict)
    reposts: set[tuple[str, int]] = field(default_factory=set)

    def let_in(self, edge: Edge) -> None:
        """Let follow who waits, as the accounts do that become public; when, is theirs to say."""
        self.asks.remove(edge)
        self.follows.add(edge)

    def go_private(self, one: str) -> None:
        self.private.add(one)

    def go_public(self, one: str) -> None:
        self.private.discard(one)

    def repost(self, one: str, post_id: int) -> int:
        if not self.sees(one, post_id):
            return 404
        self.reposts.add((one, post_id))
        return 200

    def unrepost(self, one: str, post_id: int) -> int:
        if not self.sees(one, post_id):
            return 404
        self.reposts.discard((one, post_id))
        return 200

    def publish(self, post_id: int, author: str, visibility: str, *, by_celebrity: bool | None) -> None:
        self.posts[post_id] = Written(author, visibility == "followers", by_celebrity)

    def edit(self, post_id: int, visibility: str) -> None:
        self.posts[post_id] = replace(self.posts[post_id], for_followers=visibility == "followers")

    def delete(self, post_id: int) -> None:
        del self.posts[post_id]
        self.reposts = {each for each in self.reposts if each[1] != post_id}

    def sees(self, reader: str, post_id: int) -> bool:
        """Tell whether somebody may see a post: the one rule."""
        post = self.posts.get(post_id)
        if post is None or self.severed(reader, post.author):
            return False
        if post.waits:
            return post.author == reader
        is_open = post.author not in self.private and not post.for_followers
        return is_open or post.author == reader or (reader, post.author) in self.follows

    def feed(self, reader: str) -> list[int]:
        """Return the posts of somebody's feed, newest first."""
        return [post_id for post_id in sorted(self.posts, reverse=True) if self.reasons(reader, post_id)]

    def reasons(self, reader: str, post_id: int, *, at_rest: bool = True) -> set[Reason]:
        """Return why a post may be in somebody's feed; nothing at all means that it may not.

        Only when everything has been delivered is it certain that the author comes before who has reposted it.
        """
        post = self.posts.get(post_id)
        if post is None or not self.sees(reader, post_id) or (reader, post.author) in self.mutes:
            return set()
        if post.author == reader:
            return {("own", None)}
        reposters: set[Reason] = {
            ("repost", name)
            for name, reposted in self.reposts
            if reposted == post_id and (reader, name) in self.follows and (reader, name) not in self.mutes
        }
        if (reader, post.author) not in self.follows:
            return reposters
        direct: set[Reason] = set()
        if post.by_celebrity is not True:
            direct.add(("following", None))
        if post.by_celebrity is not False:
            direct.add(("celebrity", None))
        return direct if at_rest else direct | reposters

    def followers(self, name: str) -> int:
        return len([edge for edge in self.follows if edge[1] == name])
