import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain import ids
from kith.domain.clock import HOUR
from kith.domain.media import Medium, MediumKind, MediumStatus
from kith.domain.posts import Counts, Post
from kith.domain.ranking import ContentKind, Score, Scorer, Taste, WeightedSum

NOW = 1_800_000_000_000
READER, AUTHOR, OTHER = 1, 2, 3

counts = st.builds(
    Counts, *[st.integers(-1_000, 10**9) for _ in range(3)]
)  # what is counted in many places may for a moment be less than nothing
ages = st.integers(-HOUR, 1_000 * HOUR)
interactions = st.integers(-5, 50)
tastes = st.builds(
    Taste,
    interactions=interactions,
    by_author=st.dictionaries(st.sampled_from([AUTHOR, OTHER]), interactions),
    by_kind=st.dictionaries(st.sampled_from(ContentKind), interactions),
)


NOTHING = Counts()


def post(age: int = 0, done: Counts = NOTHING, *kinds: MediumKind) -> Post:
    """Return a post of the author that is so old, in milliseconds."""
    media = tuple(
        Medium(number, AUTHOR, kind, MediumStatus.READY) for number, kind in enumerate(kinds, start=1)
    )
    return Post(ids.first_at(NOW - age), AUTHOR, "hello", media=media, counts=done)


@pytest.mark.parametrize(
    ("hours", "done", "engagement"),
    [
        (0, Counts(), 0.0),
        (1, Counts(likes=1), math.log(2) / math.log(10_001)),
        (24, Counts(likes=5, comments=4, reposts=3), math.log(1 + 5 + 8 + 9) / math.log(10_001)),
        (100, Counts(likes=10_000), 1.0),
        (1_000, Counts(reposts=10**6), 1.0),
    ],
)
def test_a_score_is_the_formula_by_hand(hours: int, done: Counts, engagement: float) -> None:
    taste = Taste(8, {AUTHOR: 2, OTHER: 6}, {ContentKind.TEXT: 5, ContentKind.PHOTO: 3})
    score = WeightedSum()(post(hours * HOUR, done), taste, NOW)
    recency = math.exp(-0.05 * hours)
    assert score.recency == pytest.approx(recency)
    assert score.engagement == pytest.approx(engagement)
    assert (score.affinity, score.content) == (2 / 8, 5 / 8)
    assert score.total == pytest.approx(0.5 * recency + 0.3 * engagement + 0.1 * 2 / 8 + 0.1 * 5 / 8)


@given(counts, ages, tastes)
def test_every_part_is_a_share_whatever_has_been_counted(done: Counts, age: int, taste: Taste) -> None:
    score = WeightedSum()(post(age, done), taste, NOW)
    for part in (score.recency, score.engagement, score.affinity, score.content, score.total):
        assert 0 <= part <= 1


@given(counts, ages, ages, tastes)
def test_of_two_posts_alike_the_younger_is_worth_more(
    done: Counts, one: int, other: int, taste: Taste
) -> None:
    younger, older = sorted((one, other))
    first, second = (WeightedSum()(post(age, done), taste, NOW) for age in (younger, older))
    assert first.total >= second.total
    if max(0, younger) // HOUR < max(0, older) // HOUR < 500:
        assert first.total > second.total
    assert first == replace(second, recency=first.recency, total=first.total)


@given(counts, st.builds(Counts, *[st.integers(0, 1_000) for _ in range(3)]), ages, tastes)
def test_what_more_is_done_to_is_never_worth_less(done: Counts, more: Counts, age: int, taste: Taste) -> None:
    first, second = (WeightedSum()(post(age, each), taste, NOW) for each in (done + more, done))
    assert first.total >= second.total


@given(st.integers(1, 3_000))
def test_a_repost_weighs_three_likes_and_a_comment_two(number: int) -> None:
    alike = [Counts(likes=6 * number), Counts(comments=3 * number), Counts(reposts=2 * number)]
    assert len({WeightedSum()(post(0, each), Taste(), NOW).engagement for each in alike}) == 1
    assert WeightedSum()(post(0, alike[0]), Taste(), NOW).engagement > 0


def test_a_post_from_a_clock_that_is_ahead_is_as_recent_as_can_be() -> None:
    assert WeightedSum()(post(-HOUR), Taste(), NOW).recency == 1


@pytest.mark.parametrize(
    ("kinds", "content"),
    [
        ((), ContentKind.TEXT),
        ((MediumKind.IMAGE,), ContentKind.PHOTO),
        ((MediumKind.VIDEO,), ContentKind.VIDEO),
        ((MediumKind.IMAGE, MediumKind.VIDEO), ContentKind.VIDEO),
    ],
)
def test_content_is_what_the_post_mostly_is(kinds: tuple[MediumKind, ...], content: ContentKind) -> None:
    shares = {ContentKind.TEXT: 1, ContentKind.PHOTO: 2, ContentKind.VIDEO: 5}
    assert ContentKind.of(post(0, NOTHING, *kinds)) is content
    score = WeightedSum()(post(0, NOTHING, *kinds), Taste(8, {}, shares), NOW)
    assert score.content == shares[content] / 8


def test_of_who_has_taken_to_nothing_yet_all_content_is_alike_and_nobody_is_near() -> None:
    taste = Taste()
    assert {taste.liking(kind) for kind in ContentKind} == {1 / 3}
    assert taste.affinity(AUTHOR) == 0


@given(counts, ages, tastes, st.tuples(*[st.floats(0, 1) for _ in range(4)]), st.floats(0.01, 1))
def test_other_weights_weigh_the_same_parts_otherwise(
    done: Counts, age: int, taste: Taste, weights: tuple[float, float, float, float], decay: float
) -> None:
    usual, other = WeightedSum(decay=decay), WeightedSum(*weights, decay=decay)
    score = other(post(age, done), taste, NOW)
    parts = (score.recency, score.engagement, score.affinity, score.content)
    assert replace(usual(post(age, done), taste, NOW), total=score.total) == score
    weighed = sum(weight * part for weight, part in zip(weights, parts, strict=True))
    assert score.total == pytest.approx(weighed)


def test_what_counts_as_full_engagement_is_a_weight_as_well() -> None:
    done = post(0, Counts(likes=100))
    assert WeightedSum(engagement_full=100)(done, Taste(), NOW).engagement == 1
    assert WeightedSum()(done, Taste(), NOW).engagement < 1


def test_another_scorer_is_a_function_of_the_same_facts() -> None:
    def by_likes(each: Post, taste: Taste, now: int) -> Score:
        return Score(0, 0, 0, 0, total=each.counts.likes)

    scorers: list[Scorer] = [WeightedSum(), by_likes]
    old, new = post(100 * HOUR, Counts(likes=9)), post(0, Counts(likes=1))
    best = [max((old, new), key=lambda each: score(each, Taste(), NOW).total) for score in scorers]
    assert best == [new, old]


def test_the_parts_are_told_rounded_with_their_sum() -> None:
    parts = WeightedSum()(post(HOUR, Counts(likes=1)), Taste(), NOW).parts()
    assert parts == {
        "recency": 0.951229,
        "engagement": 0.075257,
        "affinity": 0.0,
        "content": 0.333333,
        "total": 0.531525,
    }
