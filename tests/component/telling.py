"""People, what they do, and what others are told of it, by way of a bus that delivers late, twice and in any order."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from functions.bell.api import door as bell_door
from functions.block.api import door as block_door
from functions.comment.api import door as comment_door
from functions.engagement.api import door as engagement_door
from functions.follow.api import door as follow_door
from functions.notification.api import door as notification_door
from functions.notification.on_event import handler as notification_on_event
from kith import deployment
from kith.table.post_trends import PostTrendStore
from kith.web.door import Door
from tests.builders import Answer
from tests.component import delivering
from tests.component.conftest import Person, joined
from tests.component.delivering import Bag, Consumer, SlowClock, small_world
from tests.component.happening import go_private, post_of, publish
from tests.simulation.functions import WORKERS

SAID = "well said"
"""In every text."""


@dataclass
class Town:
    """Where people are told of things."""

    bag: Bag
    created: list[dict[str, Any]]
    """Every `notification.created` that was published."""
    clock: SlowClock

    def person(self, username: str, *, is_private: bool = False) -> Person:
        return joined(username, is_private=is_private)

    def settle(self) -> None:
        """Let everything arrive, and some of it again."""
        self.bag.gather()
        self.bag.rest()
        self.bag.deliver_late()
        self.bag.rest()

    def told(self, person: Person, **query: str) -> list[dict[str, Any]]:
        """Return what somebody is told, once everything has arrived."""
        self.settle()
        return list(self.read(person, **query)["notifications"])

    def read(self, person: Person, **query: str) -> dict[str, Any]:
        answer = person.at(notification_door).send("GET /api/v1/notifications", query=query)
        assert answer.status == 200, answer.text
        return dict(answer.json)

    def texts(self, person: Person) -> list[str]:
        return [each["text"] for each in self.told(person)]


def do(who: Person, door: Door, route: str, status: int = 200, **values: Any) -> Answer:
    answer = who.at(door).send(route, **values)
    assert answer.status == status, answer.text
    return answer


def engage(who: Person, deed: str, post_id: int, *, undo: bool = False) -> None:
    verb = "DELETE" if undo else "POST"
    do(who, engagement_door, f"{verb} /api/v1/posts/{{post_id}}/{deed}", post_id=post_id)


def comment(who: Person, post_id: int) -> int:
    route = "POST /api/v1/posts/{post_id}/comments"
    answer = do(who, comment_door, route, 201, post_id=post_id, json_body={"text": SAID})
    return int(answer.json["comment_id"])


def uncomment(who: Person, post_id: int, comment_id: int) -> None:
    route = "DELETE /api/v1/posts/{post_id}/comments/{comment_id}"
    do(who, comment_door, route, 204, post_id=post_id, comment_id=comment_id)


def follow(who: Person, whom: Person, *, undo: bool = False) -> None:
    route = "DELETE /api/v1/graph/unfollow/{user_id}" if undo else "POST /api/v1/graph/follow/{user_id}"
    do(who, follow_door, route, user_id=whom.user_id)


def decide(who: Person, about: Person, action: str) -> None:
    route = "POST /api/v1/graph/requests/{follower_id}"
    do(who, follow_door, route, follower_id=about.user_id, json_body={"action": action})


def part(who: Person, verb: str, whom: Person, *, undo: bool = False) -> None:
    """Let somebody block or mute another."""
    method = "DELETE" if undo else "POST"
    do(who, block_door, f"{method} /api/v1/graph/{verb}/{{user_id}}", user_id=whom.user_id)


def hang_bell(who: Person, author: Person) -> None:
    do(who, bell_door, "POST /api/v1/notifications/bells/{user_id}", user_id=author.user_id)


def liked(town: Town, ann: Person, bob: Person) -> int:
    post_id = publish(ann)
    engage(bob, "like", post_id)
    return post_id


def commented(town: Town, ann: Person, bob: Person) -> int:
    post_id = publish(ann)
    comment(bob, post_id)
    return post_id


def reposted(town: Town, ann: Person, bob: Person) -> int:
    post_id = publish(ann)
    engage(bob, "repost", post_id)
    return post_id


def replied(town: Town, ann: Person, bob: Person) -> int:
    return publish(bob, text=SAID, reply_to=publish(ann))


def quoted(town: Town, ann: Person, bob: Person) -> int:
    return publish(bob, text=SAID, quote_of=publish(ann))


def mentioned(town: Town, ann: Person, bob: Person) -> int:
    return publish(bob, text=f"{SAID} @{ann.username}")


def new_post(town: Town, ann: Person, bob: Person) -> int:
    follow(ann, bob)
    hang_bell(ann, bob)
    return publish(bob)


def new_follower(town: Town, ann: Person, bob: Person) -> None:
    follow(bob, ann)


def follow_request(town: Town, ann: Person, bob: Person) -> None:
    go_private(ann)
    follow(bob, ann)


def request_accepted(town: Town, ann: Person, bob: Person) -> None:
    go_private(bob)
    follow(ann, bob)
    decide(bob, ann, "accept")


def trending(town: Town, ann: Person, bob: Person) -> int:
    post_id = publish(ann)
    PostTrendStore(deployment.table()).note(post_of(deployment.table(), post_id))
    return post_id


HAPPENS: dict[str, tuple[Callable[[Town, Person, Person], int | None], str]] = {
    "post_liked": (liked, "@bob liked your post"),
    "post_commented": (commented, "@bob commented on your post"),
    "reposted": (reposted, "@bob reposted your post"),
    "replied": (replied, "@bob replied to your post"),
    "quoted": (quoted, "@bob quoted your post"),
    "mentioned": (mentioned, "@bob mentioned you"),
    "new_post": (new_post, "@bob posted"),
    "new_follower": (new_follower, "@bob followed you"),
    "follow_request": (follow_request, "@bob asked to follow you"),
    "request_accepted": (request_accepted, "@bob accepted your request to follow"),
    "trending": (trending, "Your post is trending"),
}
"""What Bob can do, and what Ann is told then."""


@contextmanager
def a_town(
    monkeypatch: pytest.MonkeyPatch, seed: int, also: Mapping[str, Consumer] | None = None
) -> Iterator[Town]:
    """Make an empty town; `seed` decides what is delivered when, and `also` who else is woken."""
    created: list[dict[str, Any]] = []

    def keep(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
        created.extend(json.loads(record["body"]) for record in event["Records"])
        return {"batchItemFailures": []}

    consumers = {
        "notices": Consumer(notification_on_event, set(WORKERS["notices"].events), "notices"),
        "created": Consumer(keep, {"notification.created"}),
        **(also or {}),
    }
    monkeypatch.setattr(delivering, "CONSUMERS", consumers)
    with small_world(monkeypatch) as clock:
        yield Town(Bag(random.Random(seed)), created, clock)  # noqa: S311  # a choice, no secret
