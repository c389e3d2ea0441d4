"""Threads against a plain tree: the order of paths is the order in which a reader meets the answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain import ids
from kith.domain.threads import DEEPEST, ROOT, Place
from kith.table.schema import THREAD_NODE

THREAD = 7
SORT_KEY_MOST = 1_024
"""Bytes, DynamoDB's limit."""

numbers = st.integers(1, ids.LIMIT - 1)
answers = st.lists(st.tuples(st.integers(0, 3), numbers), max_size=90, unique_by=lambda answer: answer[1])
"""Each says how many posts back is the one that it answers, so that many threads are deep; and its number."""


@dataclass
class Tree:
    """What a thread should be; the post that began it is 0."""

    places: list[Place] = field(default_factory=lambda: [Place(THREAD)])
    numbers: list[int] = field(default_factory=lambda: [0])
    above: list[list[int]] = field(default_factory=lambda: [[]])
    """The posts under which each stands, from the beginning down."""

    @classmethod
    def grown(cls, answers: list[tuple[int, int]]) -> "Tree":
        tree = cls()
        for back, number in answers:
            tree.answer(max(0, len(tree.places) - 1 - back), number)
        return tree

    def answer(self, answered: int, number: int) -> None:
        beside = len(self.above[answered]) == DEEPEST
        self.above.append(self.above[answered] + ([] if beside else [answered]))
        self.places.append(self.places[answered].of_answer(number))
        self.numbers.append(number)

    def read(self, post: int = 0) -> Iterator[int]:
        yield post
        below = [each for each, above in enumerate(self.above) if above and above[-1] == post]
        for each in sorted(below, key=self.numbers.__getitem__):
            yield from self.read(each)


@given(answers)
def test_in_the_order_of_paths_each_answer_stands_below_what_it_answers_oldest_first(
    answers: list[tuple[int, int]],
) -> None:
    tree = Tree.grown(answers)
    by_path = sorted(range(len(tree.places)), key=lambda post: tree.places[post].path)
    assert by_path == list(tree.read())


@given(answers)
def test_no_two_posts_stand_at_one_place_and_all_in_the_thread_of_the_first(
    answers: list[tuple[int, int]],
) -> None:
    places = Tree.grown(answers).places
    assert len(set(places)) == len(places)
    assert {place.thread_id for place in places} == {THREAD}


@given(answers)
def test_above_a_place_are_the_places_down_to_the_one_that_it_answers(answers: list[tuple[int, int]]) -> None:
    tree = Tree.grown(answers)
    for place, above in zip(tree.places, tree.above, strict=True):
        assert list(place.above) == [tree.places[each] for each in above]
        assert place.depth == len(above)


def test_the_first_post_stands_above_all_and_below_none() -> None:
    place = Place(THREAD)
    assert (place.path, place.depth, place.above) == (ROOT, 0, ())
    assert place.of_answer(5).above == (place,)


@pytest.mark.parametrize("answers_answers", [1, 2, DEEPEST - 1, DEEPEST, DEEPEST + 1, 200])
def test_what_answers_the_deepest_stands_beside_it(answers_answers: int) -> None:
    chain = [Place(THREAD)]
    for number in range(1, answers_answers + 1):
        chain.append(chain[-1].of_answer(number))
    assert [place.depth for place in chain] == [min(depth, DEEPEST) for depth in range(len(chain))]
    beside = chain[DEEPEST:]
    assert len({place.above for place in beside}) == (1 if beside else 0)
    assert chain == sorted(chain, key=lambda place: place.path), "later ones stand after it"


def test_the_longest_path_fits_a_sort_key() -> None:
    place, longest = Place(ids.LIMIT - 1), 0
    for _ in range(2 * DEEPEST):
        place = place.of_answer(ids.LIMIT - 1)
        _, sort = THREAD_NODE.key(thread_id=place.thread_id, path=place.path)
        longest = max(longest, len(sort.encode()))
    assert DEEPEST * ids.DIGITS < longest <= SORT_KEY_MOST


@given(answers)
def test_a_place_is_read_back_from_its_key(answers: list[tuple[int, int]]) -> None:
    for place in Tree.grown(answers).places:
        key = THREAD_NODE.key(thread_id=place.thread_id, path=place.path)
        assert THREAD_NODE.values(*key) == {"thread_id": place.thread_id, "path": place.path}
