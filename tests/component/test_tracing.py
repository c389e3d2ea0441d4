"""One request followed through every room that it causes to do something, by what they log and what they send."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.engagement.api import door as engagement_door
from functions.follow.api import door as follow_door
from functions.media.api import door as media_door
from functions.notification.api import door as notification_door
from functions.post import wiring as post_wiring
from functions.post.api import door as post_door
from functions.profile.api import door as profile_door
from kith.domain.clock import HOUR
from kith.table import schema
from kith.table.media import trace_of as trace_of_medium
from kith.table.traces import id_of_deletion
from kith.web.door import Door
from tests.architecture.house import ROOMS
from tests.builders import Answer
from tests.component.conftest import QUEUES, Join, Later, Person, aws, everything
from tests.component.delivering import all_from, committed
from tests.component.following import as_lambda_shows
from tests.component.receiving import inbox_of
from tests.component.test_outbox import taken
from tests.component.uploading import come, jpeg, put
from tests.logged import Line, lines_of, measured_in
from tests.simulation.functions import OUTBOX, WORKERS, handler_of

Message = dict[str, Any]
ASK_THEMSELVES = {*QUEUES} - {"digests"}
"""Queues that workers or requests leave messages in, but for those that are kept back for a while."""
pytestmark = pytest.mark.usefixtures("stream_on")


@dataclass
class World:
    """All workers, the stream and the bus between them, and everything that passes."""

    listening: str
    """The queue that hears of every event."""
    lines: list[Line]
    passed: list[tuple[str, Message]] = field(default_factory=list)
    """To which worker, and what."""

    def settle(self) -> None:
        """Let everything that is committed, told and sent be worked on until nothing is left."""
        while self._outbox() or self._work():
            pass

    def _outbox(self) -> bool:
        records = [as_lambda_shows(each) for each in committed()]
        wakes = [each for each in records if _is_streamed(each)]
        if wakes:
            assert handler_of(OUTBOX)({"Records": wakes}, None) == {"batchItemFailures": []}
        return bool(wakes)

    def _work(self) -> bool:
        told = taken(self.listening)
        waiting = {
            name: [
                *(event for event in told if event["detail-type"] in worker.events),
                *all_from(name if name in ASK_THEMSELVES else None),
            ]
            for name, worker in WORKERS.items()
        }
        for name, bodies in waiting.items():
            self.deliver(name, *bodies)
        return any(waiting.values())

    def deliver(self, name: str, *bodies: Message) -> None:
        """Let a worker handle messages, each in a batch of its own."""
        for body in bodies:
            self.passed.append((name, body))
            record = {"messageId": f"message-{len(self.passed)}", "body": json.dumps(body)}
            answer = handler_of(WORKERS[name].path)({"Records": [record]}, None)
            assert answer == {"batchItemFailures": []}

    def of(self, trace_id: str) -> list[Line]:
        """Return the lines of a trace."""
        return [line for line in self.lines if line.get("trace_id") == trace_id]

    def forget(self) -> None:
        """Begin anew to listen."""
        self.settle()
        self.lines.clear()
        self.passed.clear()


def _is_streamed(record: dict[str, Any]) -> bool:
    keys = record["dynamodb"]["Keys"]
    at = keys[schema.PARTITION_KEY]["S"], keys[schema.SORT_KEY]["S"]
    return any(pattern.values(*at) for pattern in schema.STREAMED)


@pytest.fixture
def world(cloud: None, drawn: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    inbox_of(monkeypatch)
    sqs, events = aws("sqs"), aws("events")
    url = sqs.create_queue(QueueName="listening")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="all", EventBusName="kith-test", EventPattern=json.dumps({"source": ["kith"]}))
    events.put_targets(Rule="all", EventBusName="kith-test", Targets=[{"Id": "queue", "Arn": arn}])
    with lines_of(*ROOMS) as lines:
        yield World(url, lines)


def ask(who: Person, door: Door, route: str, status: int = 200, **more: Any) -> Answer:
    answer = who.at(door).send(route, **more)
    assert answer.status == status, answer.text
    return answer


def follow(who: Person, whom: Person, *, undo: bool = False) -> Answer:
    verb = "DELETE /api/v1/graph/unfollow" if undo else "POST /api/v1/graph/follow"
    return ask(who, follow_door, f"{verb}/{{user_id}}", user_id=whom.user_id)


def publish(who: Person, text: str = "hello", **more: Any) -> Answer:
    return ask(who, post_door, "POST /api/v1/posts", 201, json_body={"text": text, **more})


def request_id(answer: Answer) -> str:
    return answer.headers["x-request-id"]


def trace_in(body: Message) -> str:
    return str(body["trace_id"] if "trace_id" in body else body["detail"]["trace_id"])


def test_a_post_is_followed_to_its_followers_feeds_and_to_whoever_it_names(world: World, join: Join) -> None:
    author, fan, named = join("author"), join("fan"), join("named")
    follow(fan, author)
    choice = {"mentioned": {"email": "hourly"}}
    ask(named, notification_door, "PUT /api/v1/notifications/preferences", json_body=choice)
    world.forget()

    trace_id = request_id(publish(author, "hello @named"))
    world.settle()

    assert {trace_in(body) for _, body in world.passed} == {trace_id}
    assert {line["service"] for line in world.of(trace_id)} == {
        "post",  # the request
        "outbox",  # post.created and notification.created
        "feed_fanout",  # the plan, and the delivery
        "notification",
        "realtime",
        "search",
        "trending",
        "web_push",
        "digest",
    }
    assert [line["event"] for line in world.of(trace_id) if line["message"] == "told"] == [
        "post.created",
        "notification.created",
    ]
    (delivered,) = (line for line in world.of(trace_id) if "Deliveries" in line)
    assert (delivered["service"], delivered["Deliveries"], delivered["message"]) == (
        "feed_fanout",
        1,
        "message handled",
    )
    elsewhere = [line for line in world.lines if line.get("trace_id") != trace_id]
    assert {line["message"] for line in elsewhere} == {"changes handled"}, "of batches of the stream"


def test_what_a_worker_leaves_itself_goes_on_in_the_same_trace(
    world: World, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_wiring, "BUDGET", 0)
    author, fans = join("author"), [join(f"fan{place}") for place in range(3)]
    post_id = publish(author).json["post_id"]
    for fan in fans:
        ask(fan, engagement_door, "POST /api/v1/posts/{post_id}/like", post_id=post_id)
    world.forget()
    deletion = ask(author, post_door, "DELETE /api/v1/posts/{post_id}", 204, post_id=post_id)
    world.settle()
    gone = id_of_deletion(_key(schema.POST, post_id=post_id))
    assert gone in world.of(request_id(deletion))[-1]["continues_as"]
    sent = [body for name, body in world.passed if name == "posts" and "detail-type" not in body]
    assert sent, "it goes on with a message to itself"
    assert {trace_in(body) for body in sent} == {gone}


def _key(pattern: Any, **values: Any) -> Message:
    pk, sk = pattern.key(**values)
    return {schema.PARTITION_KEY: {"S": pk}, schema.SORT_KEY: {"S": sk}}


def test_a_deletion_is_followed_by_the_trace_that_its_key_stands_for(world: World, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    first = request_id(follow(ann, bob))
    world.forget()
    answer = follow(ann, bob, undo=True)
    world.settle()
    goes_on = id_of_deletion(_key(schema.RELATION, user_id=ann.user_id, other_id=bob.user_id))
    (line,) = world.of(request_id(answer))
    assert line["continues_as"] == [goes_on]
    further = {each["service"] for each in world.of(goes_on)}
    assert {"outbox", "follow", "feed_fanout", "notification"} <= further
    assert world.of(first) == [], "it is not taken for the request that wrote it last"


REPEATED: dict[str, Callable[[Person, Person, int], Answer]] = {
    "follow": lambda one, other, _post: follow(one, other),
    "like": lambda one, _other, post: ask(
        one, engagement_door, "POST /api/v1/posts/{post_id}/like", post_id=post
    ),
    "repost": lambda one, _other, post: ask(
        one, engagement_door, "POST /api/v1/posts/{post_id}/repost", post_id=post
    ),
    "profile": lambda one, *_: ask(one, profile_door, "PATCH /api/v1/users/me", json_body={"bio": "hello"}),
    "edit": lambda one, _other, post: ask(
        one, post_door, "PATCH /api/v1/posts/{post_id}", post_id=post, json_body={"text": "edited"}
    ),
}


@pytest.mark.parametrize("what", REPEATED)
def test_what_is_done_again_and_changes_nothing_is_told_to_nobody(
    world: World, join: Join, what: str
) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann if what == "edit" else bob).json["post_id"]
    world.forget()
    REPEATED[what](ann, bob, post_id)
    world.settle()
    assert world.passed, "the first time"
    before = everything()
    world.forget()
    again = REPEATED[what](ann, bob, post_id)
    world.settle()
    assert world.passed == []
    assert {line["message"] for line in world.of(request_id(again))} == {"request"}
    assert everything() == before


def test_an_upload_is_followed_over_the_file_that_comes_to_the_post_that_waited_for_it(
    world: World, join: Join
) -> None:
    ann, fan = join("ann"), join("fan")
    follow(fan, ann)
    world.forget()
    wanted = {"kind": "image", "content_type": "image/jpeg", "bytes": 10}
    opened = ask(ann, media_door, "POST /api/v1/media", 201, json_body=wanted)
    media_id = opened.json["media_id"]
    waiting = publish(ann, media_ids=[media_id])
    for answer in (opened, waiting):
        assert world.of(request_id(answer))[-1]["continues_as"] == [trace_of_medium(media_id)]
    world.deliver("uploads", come(media_id, put(media_id, jpeg(8, 8))))
    world.settle()
    rooms = {line["service"] for line in world.of(trace_of_medium(media_id))}
    assert {"media", "outbox", "post", "feed_fanout"} <= rooms
    told = [line["event"] for line in world.of(trace_of_medium(media_id)) if line["message"] == "told"]
    assert told == ["media.processed", "post.created"]
    assert measured_in(world.lines, "DeliveryLag") == [], "of a post that waited"


def test_a_digest_goes_on_with_every_notification_that_is_in_it(
    world: World, join: Join, later: Later
) -> None:
    ann, bob = join("ann"), join("bob")
    choice = {"mentioned": {"email": "hourly"}}
    ask(ann, notification_door, "PUT /api/v1/notifications/preferences", json_body=choice)
    world.forget()
    traces = [request_id(publish(bob, "hello @ann")) for _ in range(2)]
    world.settle()
    entered = [[line for line in world.of(each) if line["service"] == "digest"][-1] for each in traces]
    (goes_on,) = {name for line in entered for name in line["continues_as"]}
    all_from("digests")
    later(HOUR)
    world.deliver("digests", {"look_ahead": True})
    (asked,) = all_from("digests")
    assert trace_in(asked) == goes_on
    world.deliver("digests", asked)
    assert [line["outcome"] for line in world.of(goes_on)] == ["done"]


def test_each_fact_is_counted_where_it_comes_by_once(world: World, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    world.forget()
    for _ in range(2):
        follow(ann, bob)
    publish(bob, "hello @ann")
    world.settle()
    for _ in range(2):
        follow(ann, bob, undo=True)
    world.settle()
    counted = {name: sum(measured_in(world.lines, name)) for name in ("Follows", "Unfollows", "Posts")}
    assert counted == {"Follows": 1, "Unfollows": 1, "Posts": 1}
    # Bob is told of a follower, Ann that she is named.
    assert sum(measured_in(world.lines, "Notifications")) == 2
    assert sum(measured_in(world.lines, "Deliveries")) == 1
    (lag,) = measured_in(world.lines, "DeliveryLag")
    assert 0 <= lag < 60_000


def test_what_each_request_waits_for_is_measured(world: World, join: Join) -> None:
    ann = join("ann")
    world.forget()
    for _ in range(2):
        ask(ann, profile_door, "GET /api/v1/users/me")
    first, second = world.lines
    assert (len(first["AuthenticationTime"]), first["KeyCacheHits"], second["KeyCacheHits"]) == (
        1,
        [0],
        [100],
    )
    assert len(first["DatabaseLatency"]) == len(second["DatabaseLatency"]) + 1, "the keys"
    assert all(0 <= each < 60_000 for line in world.lines for each in line["DatabaseLatency"])
