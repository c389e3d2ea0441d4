import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.feed.api import door as feed_door
from functions.feed_fanout.on_batch import handler as on_batch
from functions.feed_fanout.on_event import handler as on_event
from functions.follow.api import door as follow_door
from functions.outbox.on_stream import handler as on_stream
from functions.post.api import door as post_door
from kith.table.connection import Table
from kith.table.items import RelationItem
from kith.table.transactions import Delete, write
from tests.component.conftest import TABLE, Join, Person, aws

Record = dict[str, Any]
pytestmark = pytest.mark.usefixtures("stream_on")
NOTHING_FAILED: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}


@pytest.fixture
def told(cloud: None) -> Callable[[], list[dict[str, Any]]]:
    """Takes the events that have come over the bus to a queue that listens to all of ours."""
    sqs, events = aws("sqs"), aws("events")
    url = sqs.create_queue(QueueName="listening")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="all", EventBusName="kith-test", EventPattern=json.dumps({"source": ["kith"]}))
    events.put_targets(Rule="all", EventBusName="kith-test", Targets=[{"Id": "queue", "Arn": arn}])
    return lambda: taken(url)


def taken(url: str) -> list[dict[str, Any]]:
    sqs, bodies = aws("sqs"), []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(json.loads(message["Body"]))
    return bodies


def stream(monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    """Return every record of the table's stream, as Lambda shows them."""
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    streams = aws("dynamodbstreams")
    arn = aws("dynamodb").describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return [
        as_lambda_shows(dict(record)) for record in streams.get_records(ShardIterator=iterator)["Records"]
    ]


def as_lambda_shows(record: Record) -> Record:
    at = record["dynamodb"]["ApproximateCreationDateTime"]
    detail = record["dynamodb"] | {"ApproximateCreationDateTime": float(int(at.timestamp()))}
    return record | {"dynamodb": detail}


def messages(bodies: list[dict[str, Any]]) -> Record:
    return {
        "Records": [{"messageId": str(place), "body": json.dumps(body)} for place, body in enumerate(bodies)]
    }


def publish(who: Person, text: str) -> int:
    answer = who.at(post_door).send("POST /api/v1/posts", json_body={"text": text})
    assert answer.status == 201
    return int(answer.json["post_id"])


def follow(who: Person, whom: Person) -> None:
    who.at(follow_door).send("POST /api/v1/graph/follow/{user_id}", user_id=whom.user_id)


def test_what_is_committed_is_told_once_each_in_order_and_nothing_else_is(
    join: Join, told: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = join("ann"), join("bob")
    follow(ann, bob)
    first, second = publish(bob, "a #cat for @ann"), publish(bob, "another")
    ann.at(post_door).send("POST /api/v1/posts", json_body={"text": ""})
    ann.at(follow_door).send("DELETE /api/v1/graph/unfollow/{user_id}", user_id=bob.user_id)
    records = stream(monkeypatch)
    assert len(records) > 10
    assert told() == []
    assert on_stream({"Records": records}, None) == NOTHING_FAILED
    events = told()
    assert {event["source"] for event in events} == {"kith"}
    assert [event["detail-type"] for event in events] == [
        "user.registered",
        "user.registered",
        "graph.follow",
        "post.created",
        "post.created",
        "graph.unfollow",
    ]
    first_user, second_user, followed, posted, again, unfollowed = (event["detail"] for event in events)
    assert [first_user["user_id"], second_user["user_id"]] == [ann.user_id, bob.user_id]
    assert (followed["follower_id"], followed["following_id"]) == (ann.user_id, bob.user_id)
    assert (unfollowed["follower_id"], unfollowed["following_id"]) == (ann.user_id, bob.user_id)
    assert [posted["post_id"], again["post_id"]] == [first, second]
    assert (posted["hashtags"], posted["mentions"]) == (["cat"], [ann.user_id])
    assert "a #cat" not in json.dumps(events)


def test_a_record_that_comes_again_is_the_same_event_again(
    join: Join, told: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(join("ann"), "hello")
    records = stream(monkeypatch)
    on_stream({"Records": records}, None)
    first = [event["detail"] for event in told()]
    on_stream({"Records": records}, None)
    assert [event["detail"] for event in told()] == first
    assert len(first) == 2
    assert {detail["event_id"] for detail in first} < {record["eventID"] for record in records}


def test_an_edge_that_somebody_takes_away_is_told_and_one_whose_time_is_up_is_not(
    table: Table, join: Join, told: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = join("ann"), join("bob")
    follow(ann, bob)
    seen = len(stream(monkeypatch))
    write(table, Delete(RelationItem.at(user_id=ann.user_id, other_id=bob.user_id)))
    (record,) = stream(monkeypatch)[seen:]
    by_time = record | {"userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}}
    on_stream({"Records": [by_time]}, None)
    assert told() == []
    on_stream({"Records": [record]}, None)
    assert [event["detail-type"] for event in told()] == ["graph.unfollow"]


def test_a_post_reaches_its_followers_through_every_room(
    table: Table, join: Join, told: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    author, fan, stranger = join("author"), join("fan"), join("stranger")
    follow(fan, author)
    post_id = publish(author, "hello, followers")

    def feed_of(who: Person) -> list[int]:
        items = who.at(feed_door).send("GET /api/v1/feed").json["items"]
        return [item["post"]["post_id"] for item in items]

    assert [feed_of(who) for who in (author, fan, stranger)] == [[post_id], [], []]
    for _ in range(2):  # everything is delivered at least once
        on_stream({"Records": stream(monkeypatch)}, None)
        created = [event for event in told() if event["detail-type"] == "post.created"]
        assert on_event(messages(created), None) == NOTHING_FAILED
        deliveries = taken(aws("sqs").get_queue_url(QueueName="deliveries")["QueueUrl"])
        assert on_batch(messages(deliveries), None) == NOTHING_FAILED
        assert [feed_of(who) for who in (author, fan, stranger)] == [[post_id], [post_id], []]


def test_a_record_that_is_not_ours_stops_the_batch_there_and_what_is_before_it_is_told(
    join: Join, told: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    publish(ann, "before")
    poison = stream(monkeypatch)[-1]
    before = stream(monkeypatch)
    image = {"PK": {"S": "P#1"}, "SK": {"S": "POST"}, "kind": {"S": "Spaceship"}}
    poison = poison | {"dynamodb": poison["dynamodb"] | {"NewImage": image, "SequenceNumber": "poison"}}
    publish(ann, "behind")
    behind = stream(monkeypatch)[len(before) :]
    answer = on_stream({"Records": [*before, poison, *behind]}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
    assert [event["detail-type"] for event in told()] == ["user.registered", "post.created"]
    assert on_stream({"Records": behind}, None) == NOTHING_FAILED
    assert [event["detail-type"] for event in told()] == ["post.created"]
