from dataclasses import replace

import pytest

from kith.domain.clock import DAY
from kith.domain.ids import first_at
from kith.domain.posts import Counts, Post
from kith.domain.relevance import HALF_LIFE, relevance

NOW = 1_770_000_000_000
POST = Post(first_at(NOW), author_id=1, text="tea and biscuits")


def test_a_post_is_worth_between_nothing_and_one() -> None:
    much = replace(POST, text="tea " * 1_000, counts=Counts(10**9, 10**9, 10**9))
    old = replace(POST, post_id=first_at(NOW - 500 * DAY), text="tea " + "and more " * 500)
    assert (
        0 < relevance(old, ["tea"], NOW) < relevance(POST, ["tea"], NOW) < relevance(much, ["tea"], NOW) <= 1
    )


@pytest.mark.parametrize(
    "better",
    [
        replace(POST, text="tea tea tea"),
        replace(POST, text="tea"),
        replace(POST, counts=Counts(likes=1)),
        replace(POST, counts=Counts(reposts=1)),
    ],
)
def test_who_says_more_of_it_in_fewer_words_or_is_liked_more_is_worth_more(better: Post) -> None:
    assert relevance(better, ["tea"], NOW) > relevance(POST, ["tea"], NOW)


def test_a_share_weighs_more_than_a_comment_and_that_more_than_a_like() -> None:
    worth = [
        relevance(replace(POST, counts=counts), ["tea"], NOW)
        for counts in (Counts(likes=1), Counts(comments=1), Counts(reposts=1))
    ]
    assert worth == sorted(set(worth))


def test_recency_halves_in_its_time() -> None:
    fresh, month, never = (
        relevance(replace(POST, post_id=first_at(NOW - age)), ["tea"], NOW)
        for age in (0, HALF_LIFE, 10 * HALF_LIFE)
    )
    assert month - never == pytest.approx((fresh - never) / 2, rel=0.01)


def test_a_clock_that_goes_wrong_makes_nothing_worth_more_than_new() -> None:
    ahead = replace(POST, post_id=first_at(NOW + DAY))
    assert relevance(ahead, ["tea"], NOW) == relevance(POST, ["tea"], NOW)
