from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain import ids
from kith.domain.clock import DAY
from kith.domain.posts import Post
from kith.domain.recommendations import (
    HALF_LIFE,
    KEPT,
    TIES,
    WEIGHTS,
    Reason,
    Recommendation,
    Shown,
    Tie,
    Way,
    about,
    interests,
    introduced,
    mixed,
    neighbours,
    similar,
    trending,
)

VIEWER = 1
NOW = ids.EPOCH + 100 * DAY
SIMILAR, TAGGED, POPULAR = (
    Reason(Way.SIMILAR, post_id=7),
    Reason(Way.HASHTAG, hashtag="tram"),
    Reason(Way.TRENDING),
)

accounts = st.integers(2, 20)
posts = st.integers(100, 130)


def order(found: Sequence[Recommendation]) -> list[int]:
    return [each.post_id for each in sorted(found, key=lambda each: -each.score)]


def scores(found: Sequence[Recommendation]) -> dict[int, float]:
    return {each.post_id: each.score for each in found}


def test_who_shares_what_few_like_is_more_alike_than_who_shares_what_all_like() -> None:
    likers = {10: [2, 3], 11: [3, 4], 12: [4, VIEWER]}
    found = neighbours(likers, {10: 5, 11: 5_000, 12: 5_000}, viewer_id=VIEWER, most=9)
    assert list(found) == [3, 2, 4]
    assert set(found[3]) == {10, 11}
    assert found[3][10] > found[3][11] > 0


def test_nobody_is_alike_to_themselves_and_only_so_many_are_looked_at() -> None:
    likers = {10: [VIEWER, 2, 3, 4], 11: [VIEWER, 3, 4], 12: [4]}
    likes = dict.fromkeys(likers, 4)
    assert list(neighbours(likers, likes, viewer_id=VIEWER, most=2)) == [4, 3]
    assert neighbours({10: [VIEWER]}, {10: 1}, viewer_id=VIEWER, most=2) == {}


def test_a_like_of_somebody_who_likes_everything_says_little() -> None:
    alike = {2: {10: 1.0}, 3: {10: 1.0}}
    found = similar(alike, {2: [100], 3: list(range(101, 150))})
    assert order(found)[0] == 100
    assert scores(found)[100] == 1
    assert scores(found)[101] < 0.2


def test_what_is_reached_from_several_of_ones_posts_is_worth_more_than_as_often_from_one() -> None:
    alike: Mapping[int, Mapping[int, float]] = {2: {10: 1.0}, 3: {11: 1.0}, 4: {10: 1.0}}
    found = similar(alike, {2: [100, 101], 3: [100, 102], 4: [101, 102]})
    by_post = scores(found)
    assert by_post[100] == by_post[102] == 1
    assert by_post[101] == 0.5, "twice, from one"


def test_the_reason_is_the_post_of_ones_own_that_leads_there_the_most() -> None:
    alike = {2: {10: 1.0, 11: 0.2}, 3: {11: 0.3}}
    (found,) = similar(alike, {2: [100], 3: [100]})
    assert found.reason == Reason(Way.SIMILAR, post_id=10)


@given(
    st.dictionaries(posts, st.lists(accounts, unique=True), max_size=8),
    st.dictionaries(accounts, st.lists(posts, unique=True), max_size=19),
)
def test_scores_are_shares_and_reasons_are_of_ones_own(
    likers: dict[int, list[int]], likes: dict[int, list[int]]
) -> None:
    alike = neighbours(likers, dict.fromkeys(likers, 3), viewer_id=VIEWER, most=5)
    found = similar(alike, {each: likes.get(each, []) for each in alike})
    assert all(0 < each.score <= 1 for each in found)
    assert all(each.reason.post_id in likers for each in found)
    assert {each.post_id for each in found} == {each for account in alike for each in likes.get(account, [])}
    assert not found or max(each.score for each in found) == 1


def test_interests_are_the_hashtags_that_come_most_often() -> None:
    written = [Post(1, VIEWER, "", ("tram", "night")), Post(2, 3, "", ("tram",)), Post(3, 3, "", ("ship",))]
    assert interests(written, most=2) == {"tram": 1.0, "ship": 0.5}
    assert interests([], most=2) == {}


def test_what_has_more_of_ones_hashtags_and_is_newer_comes_first() -> None:
    new, old = ids.first_at(NOW), ids.first_at(NOW - HALF_LIFE)
    tagged = {"tram": [new, old], "ship": [old + 1, old]}
    found = about({"tram": 1.0, "ship": 0.4}, tagged, now=NOW)
    assert order(found) == [new, old, old + 1]
    assert scores(found) == {new: 1.0, old: 0.7, old + 1: 0.2}
    assert {each.post_id: each.reason.hashtag for each in found} == {
        new: "tram",
        old: "tram",
        old + 1: "ship",
    }


def test_trends_keep_their_order() -> None:
    assert scores(trending([5, 9, 7, 8])) == {5: 1.0, 9: 0.75, 7: 0.5, 8: 0.25}
    assert trending([]) == []


def test_ways_add_up_and_the_greatest_part_is_the_reason() -> None:
    found = mixed(
        [Recommendation(100, SIMILAR, 0.1), Recommendation(101, SIMILAR, 0.2)],
        [Recommendation(100, TAGGED, 1.0)],
        [Recommendation(102, POPULAR, 1.0), Recommendation(100, POPULAR, 0.5)],
    )
    assert [each.post_id for each in found] == [100, 101, 102]
    assert [each.reason for each in found] == [TAGGED, SIMILAR, POPULAR]
    assert found[0].score == 0.1 * WEIGHTS[Way.SIMILAR] + WEIGHTS[Way.HASHTAG] + 0.5 * WEIGHTS[Way.TRENDING]


def test_of_as_much_worth_the_newest_post_comes_first() -> None:
    found = mixed([Recommendation(each, SIMILAR, 1.0) for each in (100, 102, 101)])
    assert [each.post_id for each in found] == [102, 101, 100]


def test_accounts_are_introduced_by_friends_and_by_what_they_publish() -> None:
    found = introduced(
        {2: [8, 9], 3: [8]},
        [
            (3, Recommendation(100, SIMILAR, 0.8)),
            (4, Recommendation(101, TAGGED, 0.4)),
            (4, Recommendation(102, SIMILAR, 0.2)),
            (5, Recommendation(103, POPULAR, 0.05)),
        ],
    )
    assert [(each.user_id, each.tie) for each in found] == [
        (3, Tie.SIMILAR_TASTE),
        (2, Tie.FRIENDS_OF_FRIENDS),
        (4, Tie.SIMILAR_TASTE),
        (5, Tie.TRENDING),
    ]
    assert found[0].score == pytest.approx(TIES[Tie.FRIENDS_OF_FRIENDS] / 2 + TIES[Tie.SIMILAR_TASTE])
    assert [each.through for each in found] == [(8,), (8, 9), (), ()]
    assert [each.origin for each in found] == [SIMILAR, None, TAGGED, POPULAR]


def test_whatever_makes_a_tie_is_its_reason() -> None:
    authored = [
        (2, Recommendation(100, POPULAR, 0.05)),
        (2, Recommendation(101, TAGGED, 0.03)),
        (3, Recommendation(102, TAGGED, 0.02)),
        (4, Recommendation(103, TAGGED, 0.001)),
        (4, Recommendation(104, POPULAR, 0.05)),
    ]
    found = introduced({}, authored)
    assert [(each.user_id, each.tie, each.origin) for each in found] == [
        (2, Tie.SIMILAR_TASTE, TAGGED),
        (3, Tie.SIMILAR_TASTE, TAGGED),
        (4, Tie.TRENDING, POPULAR),
    ]


@given(st.lists(posts, unique=True), st.integers(100, 130))
def test_what_was_shown_is_known_and_nothing_else_is(shown: list[int], other: int) -> None:
    known = Shown(VIEWER).having(shown)
    assert all(known.has(post_id) for post_id in shown)
    assert known.has(other) is (other in shown)
    assert Shown(VIEWER + 1, known.marks).has(other) is False, "marks are a viewer's own"


def test_what_was_shown_long_before_is_forgotten() -> None:
    shown = Shown(VIEWER).having(range(KEPT)).having([KEPT])
    assert len(shown.marks) == KEPT
    assert not shown.has(0)
    assert shown.has(1)
    assert shown.has(KEPT)
