from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.demo.graph import Graph
from local.demo.oracle import Difference, Post, difference, feeds

PEOPLE = ["a", "b", "c", "d"]
EDGES = st.sets(
    st.sampled_from([(one, other) for one in PEOPLE for other in PEOPLE if one != other]), min_size=1
)
AUTHORS = st.lists(st.sampled_from(PEOPLE), max_size=12)

NEWEST, MIDDLE, OLDEST, FOREIGN = (Post(post_id, "a", f"text {post_id}") for post_id in (9, 5, 1, 7))
EXPECTED = [NEWEST, MIDDLE, OLDEST]


@given(EDGES, AUTHORS, st.randoms())
def test_a_feed_is_the_own_posts_and_those_of_the_followed_newest_first(
    edges: set[tuple[str, str]], authors: list[str], chance: Random
) -> None:
    graph = Graph(tuple(sorted(edges)))
    posts = [Post(post_id, author, "") for post_id, author in enumerate(authors) if author in graph.people]
    shuffled = chance.sample(posts, len(posts))

    found = feeds(graph, shuffled)

    assert found == {
        reader: [post for post in reversed(posts) if post.author == reader or (reader, post.author) in edges]
        for reader in graph.people
    }


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (EXPECTED, Difference()),
        ([NEWEST, OLDEST], Difference(missing=(MIDDLE,))),
        ([], Difference(missing=tuple(EXPECTED))),
        ([NEWEST, FOREIGN, MIDDLE, OLDEST], Difference(extra=(FOREIGN,))),
        ([NEWEST, MIDDLE, MIDDLE, OLDEST], Difference(duplicated=(MIDDLE,))),
        ([NEWEST, OLDEST, MIDDLE], Difference(misordered=(MIDDLE,))),
        ([NEWEST, MIDDLE, OLDEST, NEWEST], Difference(duplicated=(NEWEST,), misordered=(NEWEST,))),
        (
            [NEWEST, Post(5, "a", "altered"), OLDEST],
            Difference(missing=(MIDDLE,), extra=(Post(5, "a", "altered"),)),
        ),
        (
            [NEWEST, Post(5, "b", "text 5"), OLDEST],
            Difference(missing=(MIDDLE,), extra=(Post(5, "b", "text 5"),)),
        ),
    ],
)
def test_each_kind_of_difference_is_found(found: list[Post], told: Difference) -> None:
    assert difference(EXPECTED, found) == told


@given(
    st.lists(st.integers(0, 6), unique=True).map(lambda ids: sorted(ids, reverse=True)),
    st.lists(st.integers(0, 6), max_size=8),
)
def test_there_is_a_difference_exactly_when_two_feeds_are_not_the_same(
    expected_ids: list[int], found_ids: list[int]
) -> None:
    expected = [Post(post_id, "a", "") for post_id in expected_ids]
    found = [Post(post_id, "a", "") for post_id in found_ids]

    assert bool(difference(expected, found)) == (expected != found)
    assert not difference(expected, expected)
