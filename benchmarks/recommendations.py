"""Recommendations against what is popular, on accounts whose tastes are known: `make benchmark WHAT=recommendations`.

Accounts live in communities, whose posts they mostly like; a few posts are liked everywhere. Some likes of each account are
held out, as if they came tomorrow: what is recommended today is the better, the more of it is among them. Everything is
drawn, the same at every run, and put into an emulated DynamoDB, where the room's own door is asked.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean

from kith.domain.clock import DAY, system_clock
from kith.domain.posts import Post
from kith.domain.trends import PLACES, BoardKind, Trend, Window
from kith.table.items import BoardItem, EngagementItem, Item, LikeItem, PostItem, UserItem
from kith.table.transactions import Update, write
from tests.component.conftest import Person
from tools.costs.laboratory import Laboratory, laboratory
from tools.costs.meter import Measurement

SEED = 20_261_128
WANTED = 10
ROUTE = "GET /api/v1/discover/posts"
TEXT = "The last tram had gone, so we walked home along the river."


@dataclass(frozen=True, slots=True)
class Shape:
    """How many there are of everything."""

    accounts: int = 600
    communities: int = 12
    posts: int = 80
    """Of each community."""
    hits: int = 30
    """Posts that are liked everywhere."""
    likes: int = 40
    """Of each account."""
    held_out: int = 10
    """Of these."""
    viewers: int = 100
    """Accounts that ask."""
    within: float = 0.8
    """Share of the likes that go to one's own community; of the rest, half go to the hits."""
    tagged: float = 0.3
    """Share of a community's posts that have its hashtag."""


@dataclass(frozen=True, slots=True)
class World:
    """What everybody likes, by numbers of accounts and posts."""

    shape: Shape
    likes: Sequence[Sequence[int]]
    """Of each account, in the order of time; the last ones are held out."""

    @property
    def hits(self) -> range:
        """The posts that are liked everywhere."""
        first = self.shape.communities * self.shape.posts
        return range(first, first + self.shape.hits)

    def known(self, account: int) -> Sequence[int]:
        """Return what an account has liked so far."""
        return self.likes[account][: -self.shape.held_out]

    def held_out(self, account: int) -> set[int]:
        """Return what it is going to like."""
        return set(self.likes[account][-self.shape.held_out :])

    def popularity(self) -> Counter[int]:
        """Return how many have liked each post so far."""
        return Counter(post for account in range(self.shape.accounts) for post in self.known(account))


def world_of(shape: Shape, chance: random.Random) -> World:
    """Draw what everybody likes: each community and the hits have a few posts that most like, and many that few do."""
    everything = shape.communities * shape.posts
    hits = range(everything, everything + shape.hits)

    def liked(account: int) -> list[int]:
        found: dict[int, None] = {}
        while len(found) < shape.likes:
            if chance.random() < shape.within:
                community = account % shape.communities
            else:
                community = chance.randrange(shape.communities)
                if chance.random() < 0.5:  # noqa: PLR2004  # half of them
                    found[_zipf(hits, chance)] = None
                    continue
            first = community * shape.posts
            found[_zipf(range(first, first + shape.posts), chance)] = None
        inverted = list(found)
        chance.shuffle(inverted)
        return inverted

    return World(shape, [liked(account) for account in range(shape.accounts)])


def _zipf(posts: range, chance: random.Random) -> int:
    """Draw a post: the n-th is drawn 1/n times as often as the first."""
    return chance.choices(
        posts, cum_weights=list(accumulate(1 / (1 + place) for place in range(len(posts))))
    )[0]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one account was recommended, and what that took."""

    account: int
    posts: list[int]
    """By their numbers."""
    measurement: Measurement


def ask_all(world: World, chance: random.Random) -> list[Asked]:
    """Put a world into a table and ask for what some of its accounts are recommended."""
    with laboratory() as place:
        post_ids, people = _filled(place, world, chance)
        numbers = {post_id: number for number, post_id in enumerate(post_ids)}
        asked = []
        for account, person in people.items():
            answer = place.measure("", person, ROUTE, query={"limit": str(WANTED)})
            recommended = [numbers[each["post"]["post_id"]] for each in answer["posts"]]
            asked.append(Asked(account, recommended, place.rows[-1].measurement))
    return asked


def _filled(place: Laboratory, world: World, chance: random.Random) -> tuple[list[int], dict[int, Person]]:
    """Store a world; return its posts' identifiers, and who may ask."""
    shape = world.shape
    people = {
        account: place.person(f"viewer{account}")
        for account in chance.sample(range(shape.accounts), shape.viewers)
    }
    account_ids = [
        people[account].user_id if account in people else place.new_id() for account in range(shape.accounts)
    ]
    items: list[Item] = [
        UserItem.at({"username": f"user{account}"}, user_id=account_ids[account])
        for account in range(shape.accounts)
        if account not in people
    ]
    publisher_ids = [place.new_id() for _ in range(shape.communities + 1)]
    items += [UserItem.at({"username": f"publisher{each}"}, user_id=each) for each in publisher_ids]
    publications = list(range(world.hits.stop))
    chance.shuffle(publications)  # what is popular is no older or newer than the rest
    post_ids = [0] * len(publications)
    for number in publications:
        community = number // shape.posts if number not in world.hits else shape.communities
        is_tagged = number not in world.hits and chance.random() < shape.tagged
        hashtags = (f"community{community}",) if is_tagged else ()
        post_ids[number] = place.store(Post(place.new_id(), publisher_ids[community], TEXT, hashtags))
    for turn in range(shape.likes - shape.held_out):
        for account in range(shape.accounts):
            like_id, post_id = place.new_id(), post_ids[world.known(account)[turn]]
            deed = {"like_id": like_id, "revision": like_id}
            items += [
                EngagementItem.at(deed, user_id=account_ids[account], post_id=post_id),
                LikeItem.at({"other_id": account_ids[account]}, post_id=post_id, deed_id=like_id),
            ]
    place.put([*items, _board(world, post_ids)])
    for number, count in world.popularity().items():
        write(place.table, Update(PostItem.at(post_id=post_ids[number]), [PostItem.likes.add(count)]))
    return post_ids, people


def _board(world: World, post_ids: Sequence[int]) -> BoardItem:
    """Return what the trends have listed."""
    now = system_clock()
    best = [
        [str(post_ids[post]), 1 - place / PLACES, now] for place, post in enumerate(trending(world)[:PLACES])
    ]
    return BoardItem.at({"contenders": best, "version": 1}, kind=BoardKind.POSTS, window=Window.DAY)


def popular(world: World) -> list[int]:
    """Return all posts that somebody has liked, the most liked first."""
    return [post for post, _ in world.popularity().most_common()]


def trending(world: World) -> list[int]:
    """Return the same by what trends: a like counts half after half a day, and everybody has liked all day long."""
    turns = world.shape.likes - world.shape.held_out
    trends: dict[int, Trend] = defaultdict(Trend)
    for turn in range(turns):
        for account in range(world.shape.accounts):
            post = world.known(account)[turn]
            trends[post] = trends[post].counting(1, at=DAY * turn // turns)
    return sorted(trends, key=lambda post: -trends[post].at(Window.DAY, DAY))


def likeliest(world: World, account: int) -> list[int]:
    """Return all posts by how likely it is that an account likes them: what nobody knows who only sees the likes."""
    shape, weights = world.shape, dict[int, float]()
    elsewhere = (1 - shape.within) / 2
    for post in range(world.hits.stop):
        if post in world.hits:
            weights[post] = elsewhere / (1 + post - world.hits.start) / _harmonic(shape.hits)
        else:
            community, place = divmod(post, shape.posts)
            share = elsewhere / shape.communities
            share += shape.within if community == account % shape.communities else 0
            weights[post] = share / (1 + place) / _harmonic(shape.posts)
    return sorted(weights, key=lambda post: -weights[post])


def _harmonic(count: int) -> float:
    return sum(1 / (1 + place) for place in range(count))


def precision(world: World, account: int, posts: Sequence[int]) -> float:
    """Return how much of what an account was shown it is going to like."""
    return len(world.held_out(account) & set(posts)) / WANTED


def precisions(world: World, asked: Sequence[Asked]) -> dict[str, float]:
    """Return the precision of each way to recommend, on average over those who asked."""
    popular_ones, trending_ones = popular(world), trending(world)
    lists: dict[str, Callable[[int], Sequence[int]]] = {
        "most popular, not yet liked": lambda _: popular_ones,
        "trending, not yet liked": lambda _: trending_ones,
        "likeliest, by how the likes are drawn": lambda account: likeliest(world, account),
    }

    def best(ranked: Sequence[int], account: int) -> list[int]:
        known = set(world.known(account))
        return [post for post in ranked if post not in known][:WANTED]

    return {
        "Kith": fmean(precision(world, each.account, each.posts) for each in asked),
        **{
            name: fmean(
                precision(world, each.account, best(ranked(each.account), each.account)) for each in asked
            )
            for name, ranked in lists.items()
        },
    }


def main(tell: Callable[[str], object] = print) -> None:
    """Draw a world, ask, and print one table."""
    chance = random.Random(SEED)  # noqa: S311  # the same at every run
    shape = Shape()
    world = world_of(shape, chance)
    asked = ask_all(world, chance)
    tell(
        f"{shape.accounts} accounts in {shape.communities} communities, {world.hits.stop:,} posts, "
        f"{shape.accounts * (shape.likes - shape.held_out):,} likes; {shape.held_out} more of each held out; "
        f"{shape.viewers} accounts ask"
    )
    tell(f"| What is shown | precision@{WANTED} |\n|---|---|")
    for name, found in precisions(world, asked).items():
        tell(f"| {name} | {found:.3f} |")
    costs = [each.measurement.own for each in asked]
    for name, values in {
        "calls": [float(len(cost.operations)) for cost in costs],
        "read units": [cost.read_units for cost in costs],
        "write units": [float(cost.write_units) for cost in costs],
        "round trips": [float(each.measurement.trips) for each in asked],
    }.items():
        tell(f"{name}: {fmean(values):.1f} on average, {max(values):g} at most")


if __name__ == "__main__":
    main()
