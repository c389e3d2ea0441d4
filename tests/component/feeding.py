"""Feeds, and all that happens to them: said alike in the tests of feeds."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from functions.block.api import door as block_door
from functions.engagement.api import door as engagement_door
from functions.feed import wiring
from functions.feed.api import door
from functions.feed_fanout.on_batch import handler as on_batch
from functions.feed_fanout.on_event import handler as on_event
from functions.feed_fanout.on_graph import handler as on_graph
from functions.follow.api import door as follow_door
from functions.post.api import door as post_door
from functions.post.on_event import handler as on_post_event
from functions.profile.api import door as profile_door
from kith import deployment
from kith.domain import ids
from kith.domain.clock import DAY, rfc3339, system_clock
from kith.domain.feeds import Arrival, FeedEntry
from kith.domain.posts import Delivery, Post, Visibility
from kith.table import batches
from kith.table.connection import Table
from kith.table.feeds import FeedStore
from kith.table.items import (
    AuthoredItem,
    PostItem,
)
from kith.table.tallies import TallyStore
from kith.table.users import UserStore
from tests.builders import Answer, queue_event
from tests.component.conftest import Join, Person, new_id, start_cold
from tests.component.erasing import NOTHING_FAILED, Killed, Message, taken_from
from tests.component.happening import publish

RETENTION = 30 * DAY


def read(who: Person, **query: Any) -> Answer:
    return who.at(door).send("GET /api/v1/feed", query={name: str(value) for name, value in query.items()})


def shown(who: Person, **query: Any) -> list[int]:
    answer = read(who, **query)
    assert answer.status == 200, answer.text
    return [item["post"]["post_id"] for item in answer.json["items"]]


def pages(who: Person, limit: int) -> Iterator[list[int]]:
    """Walk the feed to its explicit end."""
    cursor: str | None = None
    while True:
        answer = read(who, limit=limit, **({"cursor": cursor} if cursor else {}))
        assert answer.json["has_more"] is (answer.json["next_cursor"] is not None)
        yield [item["post"]["post_id"] for item in answer.json["items"]]
        cursor = answer.json["next_cursor"]
        if cursor is None:
            return


def in_order(who: Person, limit: int) -> list[int]:
    return [post_id for page in pages(who, limit) for post_id in page]


def follow(who: Person, whom: Person) -> None:
    assert who.at(follow_door).send("POST /api/v1/graph/follow/{user_id}", user_id=whom.user_id).status == 200


def unfollow(who: Person, whom: Person) -> None:
    route = "DELETE /api/v1/graph/unfollow/{user_id}"
    assert who.at(follow_door).send(route, user_id=whom.user_id).status == 200


def deliver(
    table: Table, reader: Person, author: Person, post_ids: Sequence[int], *, retention: int = RETENTION
) -> None:
    FeedStore(table).deliver(
        [FeedEntry(reader.user_id, post_id, author.user_id, Arrival.PUSHED) for post_id in post_ids],
        retention=retention,
    )


def make_posts(table: Table, author: Person, count: int, *, at: int | None = None) -> list[int]:
    """Store posts that were all made in one millisecond and return their identifiers, newest first."""
    first = ids.first_at(system_clock() - 1_000 if at is None else at)
    posts = [Post(first + place, author.user_id, f"post {place}") for place in range(count)]
    attributes = {"author_id": author.user_id, "visibility": Visibility.PUBLIC, "delivery": "push"}
    batches.put_all(
        table, [PostItem.at(attributes | {"text": post.text}, post_id=post.post_id) for post in posts]
    )
    return [post.post_id for post in reversed(posts)]


WORKERS = {"fanout": on_event, "merges": on_graph, "deliveries": on_batch, "posts": on_post_event}
"""By their queues."""
SUBSCRIBED = {
    "post.created": "fanout",
    "post.reposted": "fanout",
    "post.unreposted": "fanout",
    "post.deleted": "posts",
    "graph.follow": "merges",
    "graph.follow_accepted": "merges",
    "graph.unfollow": "merges",
}


def event(name: str, **detail: Any) -> Message:
    """Return what EventBridge leaves in a queue, with fields that nobody knows."""
    detail = {"v": 1, "event_id": "e", "colour": "red"} | detail
    return {"version": "0", "source": "kith", "detail-type": name, "detail": detail}


def of_graph(name: str, follower: Person, account: Person, *, ago: int = 0) -> Message:
    """Return what is told of two accounts; `ago` is for how many milliseconds it has been on its way."""
    timestamp = rfc3339(system_clock() - ago)
    between = {"follower_id": follower.user_id, "following_id": account.user_id}
    return event(f"graph.{name}", **between, timestamp=timestamp)


def of_post(name: str, post_id: int, who: Person) -> Message:
    return event(f"post.{name}", post_id=post_id, user_id=who.user_id)


def happened(*messages: Message, times: int = 1) -> None:
    """Let the workers see to messages, and to all that comes of them, each so often; who is killed, once more."""
    waiting = [(SUBSCRIBED[message["detail-type"]], message) for message in messages]
    while waiting:
        queue, message = waiting[0]
        try:
            answer = WORKERS[queue](queue_event(*[message] * times), None)
        except Killed:
            continue
        assert answer == NOTHING_FAILED
        del waiting[0]
        waiting += [(name, each) for name in WORKERS for each in taken_from(name)]


def entries(reader: Person) -> list[tuple[int, int]]:
    """Return the post and the bringer of all that is stored in a feed, newest first."""
    stored = FeedStore(deployment.table()).before(reader.user_id, ids.LIMIT, limit=5_000, now=0)
    return [(entry.post_id, entry.by_id) for entry in stored]


def made(
    author: Person, count: int, *, at: int | None = None, delivery: Delivery = Delivery.PUSH
) -> list[int]:
    """Store posts, a millisecond from one to the next, the last one made at a time; return them newest first."""
    last = system_clock() - 1_000 if at is None else at
    posts = [ids.first_at(last - place) for place in range(count)]
    fields = {"author_id": author.user_id, "text": "hello", "visibility": Visibility.PUBLIC}
    batches.put_all(
        deployment.table(),
        [
            *(PostItem.at(fields | {"delivery": delivery}, post_id=post_id) for post_id in posts),
            *(AuthoredItem.at(user_id=author.user_id, post_id=post_id) for post_id in posts),
        ],
    )
    return posts


def arrivals(reader: Person) -> list[str]:
    return [item["explanation"]["arrival"] for item in read(reader, explain=1, limit=100).json["items"]]


def follow_and_merge(follower: Person, account: Person) -> None:
    follow(follower, account)
    happened(of_graph("follow", follower, account))


def delete_post(author: Person, post_id: int) -> None:
    assert author.at(post_door).send("DELETE /api/v1/posts/{post_id}", post_id=post_id).status == 204
    happened(of_post("deleted", post_id, author))


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def hands_of(monkeypatch: pytest.MonkeyPatch, *wirings: ModuleType) -> Hands:
    """Return the clock of some rooms, which shows the present time."""
    hands = Hands(system_clock())
    for each in wirings:
        monkeypatch.setattr(each, "system_clock", hands)
    start_cold()
    return hands


def named(who: Person, *, is_celebrity: bool = True) -> Person:
    """Make somebody a celebrity or no longer, untold."""
    user = UserStore(deployment.table()).by_id(who.user_id)
    assert user is not None
    assert TallyStore(deployment.table()).name_celebrity(user, is_celebrity=is_celebrity)
    return who


def published(who: Person, text: str = "hello") -> int:
    """Let somebody publish a post, and see to it."""
    post_id = publish(who, text=text)
    happened(of_post("created", post_id, who))
    return post_id


@contextmanager
def counted(table: Table) -> Iterator[Counter[str]]:
    """Count the calls to the table, by what they ask for."""
    calls: Counter[str] = Counter()
    call = table.call

    def counting(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        calls[operation] += 1
        return call(operation, arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "call", counting)
        yield calls


def repost(who: Person, post_id: int) -> None:
    assert who.at(engagement_door).send("POST /api/v1/posts/{post_id}/repost", post_id=post_id).status == 200


def unrepost(who: Person, post_id: int) -> None:
    answer = who.at(engagement_door).send("DELETE /api/v1/posts/{post_id}/repost", post_id=post_id)
    assert answer.status == 200


def brought(who: Person, post_id: int) -> None:
    """Let somebody repost a post, and all followers get it."""
    repost(who, post_id)
    happened(of_post("reposted", post_id, who))


def reasons(reader: Person) -> dict[int, dict[str, Any]]:
    """Return why each post is in a feed."""
    return {item["post"]["post_id"]: item["reason"] for item in read(reader, limit=100).json["items"]}


def change(who: Person, **changes: Any) -> None:
    assert who.at(profile_door).send("PATCH /api/v1/users/me", json_body=changes).status == 200


def mute(who: Person, whom: Person) -> None:
    assert who.at(block_door).send("POST /api/v1/graph/mute/{user_id}", user_id=whom.user_id).status == 200


def long_ago(join: Join, name: str, *, days: int = 100) -> Person:
    """Make an account that is so old and has never read its feed."""
    return join(name, user_id=ids.first_at(system_clock() - days * DAY) + new_id() % 4096)


def is_dormant(who: Person) -> bool:
    return wiring.timeline().states.of(who.user_id).is_dormant
