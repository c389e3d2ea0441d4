"""What feeds should show, in plain lines: what people have done, and the rules of the product. Nothing of how it works.

Every command returns the status that its answer should have.
"""

import random
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Any

Edge = tuple[str, str]
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
    "post": 12,
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

Command = tuple[Any, ...]


@dataclass(frozen=True)
class Step:
    """A command, and what chance depends on while it is carried out: without its neighbours it does the same."""

    seed: int
    command: Command


def history(seed: int) -> list[Step]:
    """Return what people do: they follow each other, and then this and that.

    Each history has more of some acts and nothing of others, which meets more than an even mixture would (Groce et al.,
    Swarm Testing, 2012).
    """
    chance = random.Random(seed)  # noqa: S311  # to be repeated, not secret
    names = NAMES[: chance.randint(4, len(NAMES))]
    density = chance.choice((0.2, 0.4, 0.6))
    begun = [("follow", one, other) for one, other in permutations(names, 2) if chance.random() < density]
    acts = {act: weight * chance.choice((0, 1, 1, 4)) for act, weight in ACTS.items()} | {
        "post": ACTS["post"]
    }
    later = [_drawn(chance, names, acts, OTHERS) for _ in range(chance.randint(20, 60))]
    return [Step(chance.randrange(1 << 32), command) for command in begun + later]


def _drawn(
    chance: random.Random, names: tuple[str, ...], acts: dict[str, int], others: dict[str, int]
) -> Command:
    weights = acts | others
    (act,) = chance.choices(list(weights), list(weights.values()))
    one, other = chance.sample(names, 2)
    place, several, size = chance.randrange(6), chance.randint(1, 6), chance.choice(PAGE_SIZES)
    visibility = chance.choice(("public", "public", "followers"))
    refers = chance.choice((None, None, None, "quote_of", "reply_to"))
    if act == "during":
        return act, chance.randrange(12), _drawn(chance, names, acts, {})
    if act == "clash":
        return act, chance.randrange(12)
    if act == "meanwhile":
        inner = [_drawn(chance, names, acts, {}) for _ in range(several)]
        return act, chance.randrange(8), _drawn(chance, names, {"post": 2, "repost": 1}, {}), *inner
    arguments: dict[str, Command] = {
        "post": (one, visibility, refers, place),
        **dict.fromkeys(("repost", "unrepost"), (one, place)),
        "edit": (place, visibility),
        "delete": (place,),
        **dict.fromkeys(("go_private", "go_public", "go_away"), (one,)),
        "begin": (one, size),
        "read_on": (place, size),
        "deliver": (several,),
        "pass_time": (chance.choice((1, 4, 700)),),
        **dict.fromkeys(("deliver_late", "check_at_rest"), ()),
    }
    return act, *arguments.get(act, (one, other))


@dataclass(frozen=True)
class Written:
    """A post that is there."""

    author: str
    for_followers: bool
    by_celebrity: bool | None
    """Whether its author was a celebrity when it was made; None where that changed at the same time."""


@dataclass
class Oracle:
    """Everything that decides on what feeds show."""

    private: set[str] = field(default_factory=set)
    follows: set[Edge] = field(default_factory=set)
    asks: set[Edge] = field(default_factory=set)
    blocks: set[Edge] = field(default_factory=set)
    mutes: set[Edge] = field(default_factory=set)
    posts: dict[int, Written] = field(default_factory=dict)
    reposts: set[tuple[str, int]] = field(default_factory=set)

    def severed(self, one: str, other: str) -> bool:
        return bool({(one, other), (other, one)} & self.blocks)

    def follow(self, one: str, other: str) -> int:
        edge = (one, other)
        if self.severed(*edge):
            return 404
        if edge not in self.follows:
            self.asks.discard(edge)
            (self.asks if other in self.private else self.follows).add(edge)
        return 200

    def unfollow(self, one: str, other: str) -> int:
        self.follows.discard((one, other))
        self.asks.discard((one, other))
        return 200

    def remove(self, one: str, other: str) -> int:
        self.follows.discard((other, one))
        return 200

    def accept(self, one: str, other: str) -> int:
        if (other, one) not in self.asks:
            return 404
        self.let_in((other, one))
        return 200

    def reject(self, one: str, other: str) -> int:
        if (other, one) not in self.asks:
            return 404
        self.asks.discard((other, one))
        return 200

    def let_in(self, edge: Edge) -> None:
        """Let follow who waits, as the accounts do that become public; when, is theirs to say."""
        self.asks.remove(edge)
        self.follows.add(edge)

    def go_private(self, one: str) -> None:
        self.private.add(one)

    def go_public(self, one: str) -> None:
        self.private.discard(one)

    def block(self, one: str, other: str) -> int:
        if (one, other) not in self.blocks and (other, one) in self.blocks:
            return 404
        self.blocks.add((one, other))
        for edge in ((one, other), (other, one)):
            self.follows.discard(edge)
            self.asks.discard(edge)
        return 200

    def unblock(self, one: str, other: str) -> int:
        self.blocks.discard((one, other))
        return 200

    def mute(self, one: str, other: str) -> int:
        if (one, other) not in self.mutes and self.severed(one, other):
            return 404
        self.mutes.add((one, other))
        return 200

    def unmute(self, one: str, other: str) -> int:
        self.mutes.discard((one, other))
        return 200

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
