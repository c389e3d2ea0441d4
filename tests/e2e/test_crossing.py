"""An author who becomes a celebrity and ceases to be one, again and again, while posting: nothing lost, nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

from tests.e2e.conftest import CELEBRITY_FROM, NO_CELEBRITY_BELOW, Newcomer
from tests.e2e.people import Person
from tests.e2e.stack import LocalStack, eventually
from tests.e2e.test_fame import is_celebrity
from tests.e2e.test_faults import dead_letters

CROSSINGS = 10


def test_ten_crossings_of_the_threshold_under_load_lose_and_double_nothing(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    star, faithful = newcomer(), [newcomer() for _ in range(NO_CELEBRITY_BELOW - 1)]
    fickle = [newcomer() for _ in range(CELEBRITY_FROM - len(faithful))]
    for fan in faithful:
        fan.follow(star)
    posted, stopped = list[int](), Event()

    def post() -> None:
        for number in count():
            if stopped.is_set():
                return
            posted.append(star.post(f"number {number}"))

    with ThreadPoolExecutor(1) as pool:
        posting = pool.submit(post)
        for crossing in range(CROSSINGS):
            rising = crossing % 2 == 0
            for fan in fickle:
                _ = fan.follow(star) if rising else fan.unfollow(star)
            eventually(lambda rising=rising: is_celebrity(star) is rising, within=60)  # type: ignore[misc]  # this round's
        stopped.set()
        posting.result()

    assert len(posted) > CROSSINGS
    due = posted[::-1]
    for fan in faithful:
        eventually(lambda fan=fan: fan.feed() == due, within=120)  # type: ignore[misc]  # this round's
    assert {kind for fan in faithful[:1] for kind in kinds(fan)} == {"following", "celebrity"}
    assert all(star.user_id not in authors(fan) for fan in fickle)
    assert dead_letters(local_stack) == 0


def kinds(person: Person) -> list[str]:
    """Return why each item is in a feed."""
    items = person.http.get("/api/v1/feed", params={"limit": 100}).json()["items"]
    return [item["reason"]["kind"] for item in items]


def authors(person: Person) -> set[int]:
    items = person.http.get("/api/v1/feed", params={"limit": 100}).json()["items"]
    return {item["author"]["user_id"] for item in items}
