"""What follows from many follows, on the deployed stack: celebrities, and open doors for who waits."""

import pytest

from tests.e2e.conftest import CELEBRITY_FROM, NO_CELEBRITY_BELOW, Newcomer
from tests.e2e.people import Person
from tests.e2e.stack import LocalStack, eventually

GRAPH = "/api/v1/graph"


@pytest.fixture
def crowd(newcomer: Newcomer, local_stack: LocalStack) -> list[Person]:
    """As many as make a celebrity; their stack is one whose threshold is known."""
    return [newcomer() for _ in range(CELEBRITY_FROM)]


def is_celebrity(person: Person) -> bool:
    answer = person.http.get(f"{GRAPH}/celebrity/{person.user_id}")
    return bool(answer.json()["is_celebrity"])


def found_by(fan: Person, star: Person) -> bool:
    return star.user_id in fan.http.get(f"{GRAPH}/celebrities").json()["celebrities"]


def test_a_celebrity_is_found_by_all_who_follow_it_and_by_nobody_when_it_is_none(
    newcomer: Newcomer, crowd: list[Person]
) -> None:
    star, late = newcomer(), newcomer()
    for fan in crowd[:-1]:
        fan.follow(star)
    assert not is_celebrity(star)

    crowd[-1].follow(star)
    eventually(lambda: is_celebrity(star) and all(found_by(fan, star) for fan in crowd))
    late.follow(star)
    assert found_by(late, star), "whoever follows a celebrity finds it at once"

    leaving = [late, *crowd[NO_CELEBRITY_BELOW - 1 :]]
    for fan in leaving:
        fan.unfollow(star)
        assert not found_by(fan, star)
    eventually(lambda: not is_celebrity(star) and not any(found_by(fan, star) for fan in crowd))


def test_who_waits_for_an_account_that_becomes_public_follows(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    shy, waiting = newcomer(is_private=True), [newcomer() for _ in range(3)]
    for person in waiting:
        assert person.follow(shy)["status"] == "pending"

    shy.http.patch("/api/v1/users/me", json={"is_private": False})

    def followers() -> list[int]:
        entries = shy.http.get(f"{GRAPH}/followers/{shy.user_id}").json()["followers"]
        return [entry["user_id"] for entry in entries]

    eventually(lambda: followers() == [person.user_id for person in reversed(waiting)])
    assert shy.http.get(f"{GRAPH}/stats/{shy.user_id}").json()["pending_requests_count"] == 0
