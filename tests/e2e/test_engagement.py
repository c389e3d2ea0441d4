"""Many at once on one post, and its deletion in the middle of that; afterwards everything is counted again."""

import json
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx

from tests.e2e.conftest import Newcomer
from tests.e2e.people import Person
from tests.e2e.stack import LocalStack, eventually
from tests.e2e.test_concurrency import at_once
from tests.e2e.test_faults import dead_letters

CROWD = 30
Statuses = Callable[[], set[int]]


def send(person: Person, method: str, path: str, **body: Any) -> httpx.Response:
    """Send a request as a client does: again while it is told to try again."""
    while True:
        answer = person.http.request(method, f"/api/v1/posts/{path}", json=body or None)
        if answer.status_code != 503:
            return answer


def traces(stack: LocalStack, post_id: int) -> list[str]:
    """Return every key of the table at which something of a post is, or that names it."""
    number = f"{post_id:016}"
    return [
        f"{item['PK']['S']} {item['SK']['S']}"
        for item in stack.items()
        if number in item["PK"]["S"] + item["SK"]["S"]
        or any(value == {"N": str(post_id)} for value in item.values())
    ]


def recounted(stack: LocalStack, post_id: int) -> dict[str, int]:
    """Return how many likes, reposts and comments there are of a post."""
    under = [
        item["SK"]["S"].partition("#")[0]
        for item in stack.items(
            FilterExpression="PK = :pk", ExpressionAttributeValues={":pk": {"S": f"P#{post_id:016}"}}
        )
    ]
    named = {"likes": "LIKE", "comments": "COMMENT", "reposts": "REPOST"}
    return {name: under.count(prefix) for name, prefix in named.items()}


def test_a_hundred_like_a_post_and_one_a_hundred_times_and_that_is_a_hundred_and_one(
    newcomer: Newcomer,
) -> None:
    author, eager, crowd = newcomer(), newcomer(), [newcomer() for _ in range(100)]
    post_id = author.post("like this")
    everyone = [each for person in crowd for each in (person, eager)]
    calls = [partial(send, person, "POST", f"{post_id}/like") for person in everyone]

    answers = [answer for start in range(0, 200, 50) for answer in at_once(calls[start : start + 50])]

    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json()["liked"] for answer in answers)
    counts = send(author, "GET", str(post_id)).json()["counts"]
    assert counts == {"likes": 101, "comments": 0, "reposts": 0}


def test_a_storm_of_likes_and_unlikes_ends_equal_to_a_recount(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    author, crowd = newcomer(), [newcomer() for _ in range(CROWD)]
    post_id = author.post("make up your minds")

    def dither(place: int, person: Person) -> None:
        for turn in range(place % 5 + 2):  # an even number of turns leaves nothing
            for deed in ("like", "repost"):
                answer = send(person, "POST" if turn % 2 == 0 else "DELETE", f"{post_id}/{deed}")
                assert answer.status_code == 200, answer.text

    at_once([partial(dither, place, person) for place, person in enumerate(crowd)])

    left = sum((place % 5 + 2) % 2 for place in range(CROWD))
    counts = send(author, "GET", str(post_id)).json()["counts"]
    assert counts == recounted(local_stack, post_id) == {"likes": left, "comments": 0, "reposts": left}
    assert len(send(author, "GET", f"{post_id}/likes?limit=100").json()["likes"]) == left


def test_ten_comments_with_one_key_are_one(newcomer: Newcomer) -> None:
    author, fan = newcomer(), newcomer()
    post_id = author.post("say something")
    headers = {"idempotency-key": secrets.token_hex(8)}
    path = f"/api/v1/posts/{post_id}/comments"

    answers = at_once([lambda: fan.http.post(path, json={"text": "once"}, headers=headers)] * 10)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert send(author, "GET", str(post_id)).json()["counts"]["comments"] == 1


def test_a_post_deleted_during_fan_out_and_a_storm_leaves_nothing(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    author, crowd = newcomer(), [newcomer() for _ in range(CROWD)]
    at_once([partial(person.follow, author) for person in crowd])
    post_id = author.post("soon gone #soon")
    quoting = crowd[0].post("look", quote_of=post_id)
    answering = crowd[1].post("really?", reply_to=post_id)

    def engage(place: int, person: Person) -> set[int]:
        statuses = {send(person, "POST", f"{post_id}/{deed}").status_code for deed in ("like", "bookmark")}
        statuses.add(send(person, "POST", f"{post_id}/comments", text=f"{place}").status_code)
        return statuses

    def delete() -> set[int]:
        eventually(lambda: send(author, "GET", str(post_id)).json()["counts"]["likes"] > 2)
        return {send(author, "DELETE", str(post_id)).status_code}

    calls: list[Statuses] = [
        *(partial(engage, place, person) for place, person in enumerate(crowd)),
        delete,
    ]
    *stormed, deleted = at_once(calls)

    assert deleted == {204}
    assert set().union(*stormed) <= {200, 201, 404}
    assert {send(person, "GET", str(post_id)).status_code for person in crowd[:3]} == {404}
    eventually(lambda: traces(local_stack, post_id) == [], within=90)
    assert send(crowd[0], "GET", str(quoting)).json()["quote_of"] is None
    assert send(crowd[1], "GET", str(answering)).json()["reply_to"] is None
    assert all(post_id not in person.feed() for person in crowd[:3])
    assert dead_letters(local_stack) == 0


def test_a_creation_that_is_told_again_after_the_deletion_brings_nothing_back(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    author, fan = newcomer(), newcomer()
    fan.follow(author)
    with local_stack.events("post.created") as created:
        post_id = author.post("once only")
        (event,) = [each for each in created(1) if each["detail"]["post_id"] == post_id]
    eventually(lambda: fan.feed() == [post_id])
    assert send(author, "DELETE", str(post_id)).status_code == 204
    assert fan.feed() == []
    eventually(lambda: traces(local_stack, post_id) == [], within=60)

    sqs = local_stack.client("sqs")
    (queue,) = [url for url in sqs.list_queues()["QueueUrls"] if "Published" in url and "Dead" not in url]
    with local_stack.events("post.deleted") as deleted:
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event))
        other = author.post("a later one")
        eventually(lambda: fan.feed() == [other])
        assert send(author, "DELETE", str(other)).status_code == 204
        deleted(1)
    assert traces(local_stack, post_id) == []
