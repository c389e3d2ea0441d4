"""Many at once. Only a real table shows what holds then, so these run on the deployed stack."""

import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import httpx

from tests.e2e.conftest import Newcomer
from tests.e2e.people import PASSWORD
from tests.e2e.stack import LocalStack

Answer = TypeVar("Answer")


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def test_fifty_registrations_of_one_name_have_one_winner(url: str) -> None:
    name = f"n{secrets.token_hex(8)}"
    spellings = [
        "".join(letter.upper() if bit >> place & 1 else letter for place, letter in enumerate(name))
        for bit in range(50)
    ]

    def register(place: int) -> int:
        body = {"username": spellings[place], "email": f"{name}.{place}@kith.example", "password": PASSWORD}
        return httpx.post(f"{url}/api/v1/register", json=body, timeout=60).status_code

    statuses = at_once([lambda place=place: register(place) for place in range(50)])  # type: ignore[misc]  # the default binds this round's place

    assert sorted(statuses) == [201] + [409] * 49


def test_one_follows_another_forty_times_at_once_and_it_is_one_edge(newcomer: Newcomer) -> None:
    follower, followee = newcomer(), newcomer()

    answers = at_once([lambda: follower.follow(followee)] * 40)

    assert {answer["status"] for answer in answers} == {"accepted"}
    assert follower.follow(followee)["follower_count"] == 1
    assert follower.unfollow(followee)["follower_count"] == 0


def test_counts_equal_the_edges_after_many_follow_and_unfollow_one_account(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    star, crowd = newcomer(), [newcomer() for _ in range(12)]

    at_once([lambda person=person: person.follow(star) for person in crowd])  # type: ignore[misc]  # binds this round's person
    assert len(edges_to(local_stack, star.user_id)) == len(crowd)

    answers = at_once([lambda person=person: person.unfollow(star) for person in crowd[:5]])  # type: ignore[misc]  # the same
    assert len(answers) == 5

    edges = edges_to(local_stack, star.user_id)
    assert len(edges) == len(crowd) - 5
    assert crowd[5].follow(star)["follower_count"] == len(edges)


def edges_to(stack: LocalStack, user_id: int) -> list[str]:
    items = stack.items(
        FilterExpression="PK = :pk AND begins_with(SK, :sk)",
        ExpressionAttributeValues={":pk": {"S": f"U#{user_id:016}"}, ":sk": {"S": "FOLLOWER#"}},
    )
    return [item["SK"]["S"] for item in items]


def test_ten_requests_with_one_key_make_one_post_and_get_one_answer(newcomer: Newcomer) -> None:
    author = newcomer()
    headers = {"idempotency-key": secrets.token_hex(8)}

    answers = at_once(
        [lambda: author.http.post("/api/v1/posts", json={"text": "once"}, headers=headers)] * 10
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert author.feed() == [answers[0].json()["post_id"]]


def test_a_hundred_refreshes_with_one_token_have_one_successor_and_log_nobody_out(url: str) -> None:
    name = f"n{secrets.token_hex(8)}"
    body = {"username": name, "email": f"{name}@kith.example", "password": PASSWORD}
    token = httpx.post(f"{url}/api/v1/register", json=body, timeout=60).json()["refresh_token"]

    def refresh() -> httpx.Response:
        return httpx.post(f"{url}/api/v1/refresh", json={"refresh_token": token}, timeout=60)

    answers = at_once([refresh] * 100)

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    headers = {"authorization": f"Bearer {answers[0].json()['access_token']}"}
    assert httpx.get(f"{url}/api/v1/users/me", headers=headers, timeout=30).status_code == 200
