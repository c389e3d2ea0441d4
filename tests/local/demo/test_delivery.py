import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.demo import delivery
from local.demo.delivery import Reach, Witness, await_late, await_witnesses, reach, witnesses
from local.demo.graph import KARATE, Graph, read
from local.demo.oracle import Difference, Post

GRAPH = Graph((("a", "b"), ("c", "b"), ("c", "a"), ("b", "a")))
POSTS = [Post(number, author, "") for number, author in enumerate("abcab", start=1)]
MISSING = Difference(missing=(POSTS[0],))


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PAUSE", 0.0)
    monkeypatch.setattr(delivery, "BETWEEN_LOOKS", 0.0)


class Stopwatch:
    """A second passes whenever someone looks at it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_a_witness_is_the_follower_with_the_shortest_feed_of_a_post_that_somebody_reads() -> None:
    assert witnesses(GRAPH, POSTS[::-1], most=4) == [
        Witness("b", POSTS[0], 2),
        Witness("a", POSTS[1], 2),
        Witness("b", POSTS[3], 2),
        Witness("a", POSTS[4], 2),
    ]


@given(st.lists(st.integers(1, 34), min_size=1, max_size=40), st.integers(1, 10))
def test_witnesses_stand_for_all_deliveries_and_end_with_the_newest_post(
    authors: list[int], most: int
) -> None:
    graph = read(KARATE)
    posts = [Post(number, str(author), "") for number, author in enumerate(authors)]

    found = witnesses(graph, posts, most)

    assert 1 <= len(found) <= most
    assert found[-1].post == posts[-1]
    assert sum(witness.deliveries for witness in found) == sum(
        len(graph.followers[post.author]) for post in posts
    )
    assert all(witness.reader in graph.followers[witness.post.author] for witness in found)


def test_waiting_ends_when_the_last_witness_has_its_post(capsys: pytest.CaptureFixture[str]) -> None:
    looks: list[int] = []

    def shows(_reader: str, post: Post) -> bool:
        looks.append(post.post_id)
        return looks.count(post.post_id) == 3

    await_witnesses(witnesses(GRAPH, POSTS), shows, Stopwatch())

    assert looks == [1, 1, 1, 2, 2, 2, 4, 4, 4, 5, 5, 5]
    assert "100%" in capsys.readouterr().out


def test_waiting_ends_when_nothing_arrives_any_more(capsys: pytest.CaptureFixture[str]) -> None:
    watch = Stopwatch()

    waited = await_witnesses(witnesses(GRAPH, POSTS), lambda _reader, post: post.post_id < 4, watch)

    assert waited < 10
    assert delivery.QUIET < watch.now < delivery.QUIET + 20
    assert " 50% " in capsys.readouterr().out


def test_what_is_late_is_looked_at_until_it_is_there() -> None:
    looks: list[str] = []

    def differ(reader: str) -> Difference:
        looks.append(reader)
        return Difference() if len(looks) == 3 else MISSING

    assert await_late({"a": Difference(), "b": MISSING}, differ, Stopwatch()) == {}
    assert looks == ["b", "b", "b"]


def test_what_never_comes_is_missing_and_what_is_otherwise_wrong_is_not_waited_for() -> None:
    wrong = Difference(duplicated=(POSTS[0],))

    assert await_late({"a": wrong, "b": MISSING}, lambda _reader: MISSING, Stopwatch()) == {
        "a": wrong,
        "b": MISSING,
    }


def test_the_time_to_the_last_follower_is_between_the_last_miss_and_the_last_find() -> None:
    looks: list[str] = []

    def shows(reader: str, _post: Post) -> bool:
        looks.append(reader)
        return len(looks) == 3

    # Asked at 1, answered at 2; looks at 3, 4 and 5; found at 6.
    assert reach("a", ["b"], lambda: POSTS[0], shows, Stopwatch()) == (
        POSTS[0],
        Reach("a", followers=1, request=1.0, seen_by=1, least=2.0, most=4.0),
    )


def test_followers_whom_a_post_never_reaches_are_counted() -> None:
    _, found = reach("a", ["b", "c"], lambda: POSTS[0], lambda reader, _post: reader == "c", Stopwatch())

    assert (found.followers, found.seen_by) == (2, 1)
