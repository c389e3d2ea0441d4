import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain.clock import DAY, HOUR, MINUTE, SECOND
from kith.domain.engagements import Deed, Engagement
from kith.domain.posts import Counts
from kith.domain.trends import (
    FLOOR,
    HALF_LIVES,
    KEPT,
    LEAST,
    PLACES,
    Contender,
    Trend,
    Window,
    after,
    ranked,
    weight,
    worth,
)

NOW = 1_800_000_000_000
ANN, POST = 1, 10

windows = st.sampled_from(Window)
moments = st.integers(NOW - 40 * DAY, NOW)
contenders = st.lists(
    st.builds(Contender, st.text(min_size=1, max_size=3), st.floats(LEAST, 1e6), moments),
    unique_by=lambda each: each.subject,
    max_size=PLACES + 20,
)


def counted(*uses: tuple[float, int]) -> Trend:
    trend = Trend()
    for by, at in uses:
        trend = trend.counting(by, at)
    return trend


def by_hand(uses: list[int], window: Window, now: int) -> float:
    return sum(math.pow(0.5, (now - used_at) / HALF_LIVES[window]) for used_at in uses)


@pytest.mark.parametrize(
    ("window", "half_life"),
    [(Window.HOUR, 30 * MINUTE), (Window.DAY, 12 * HOUR), (Window.WEEK, 84 * HOUR)],
)
def test_what_counts_is_worth_half_as_much_after_half_a_window(window: Window, half_life: int) -> None:
    trend = counted(*[(1, NOW)] * 8)
    assert trend.at(window, NOW) == pytest.approx(8)
    assert trend.at(window, NOW + half_life) == pytest.approx(4)
    assert trend.at(window, NOW + 3 * half_life) == pytest.approx(1)
    assert all(
        trend.at(other, NOW + HOUR) > trend.at(Window.HOUR, NOW + HOUR) for other in {*Window} - {"1h"}
    )


@given(st.lists(moments, max_size=20), windows)
def test_a_score_is_the_sum_of_what_is_left_of_each(uses: list[int], window: Window) -> None:
    trend = counted(*[(1.0, used_at) for used_at in uses])
    assert trend.at(window, NOW) == pytest.approx(by_hand(uses, window, NOW), abs=30 * LEAST)


@given(st.permutations([(1.0, NOW - age) for age in (0, SECOND, HOUR, HOUR, DAY, 20 * DAY, KEPT)]), windows)
def test_the_order_in_which_it_is_counted_does_not_matter(
    uses: list[tuple[float, int]], window: Window
) -> None:
    in_order = counted(*sorted(uses, key=lambda use: use[1]))
    assert counted(*uses).at(window, NOW) == pytest.approx(in_order.at(window, NOW), abs=10 * LEAST)


@given(st.lists(st.tuples(st.floats(-5, 5), moments), max_size=20))
def test_a_score_is_never_below_nothing_and_always_a_number_that_the_table_takes(
    uses: list[tuple[float, int]],
) -> None:
    for upto in range(len(uses) + 1):
        trend = counted(*uses[:upto])
        assert all(trend.at(window, NOW) >= 0 for window in Window)
        assert all(score == 0 or LEAST < abs(score) < 1e125 for score in trend.scores.values())


@given(st.integers(0, 20 * DAY), windows)
def test_what_is_taken_back_late_and_done_anew_has_been_done_once(age: int, window: Window) -> None:
    anew = counted((5, NOW - age), (-5, NOW), (5, NOW))
    assert anew.at(window, NOW) == pytest.approx(counted((5, NOW - age)).at(window, NOW), abs=3 * LEAST)


@given(st.lists(moments, min_size=1, max_size=20), st.data())
def test_what_is_taken_back_leaves_nothing_behind(uses: list[int], data: st.DataObject) -> None:
    trend = counted(*[(1.0, used_at) for used_at in uses])
    for used_at in data.draw(st.permutations(uses)):
        trend = trend.counting(-1, used_at)
    assert all(trend.at(window, NOW) == pytest.approx(0, abs=30 * LEAST) for window in Window)


@given(moments, moments, windows)
def test_a_newer_use_in_place_of_an_older_counts_as_one(one: int, other: int, window: Window) -> None:
    older, newer = sorted((one, other))
    replaced = counted((1, older), (1, newer), (-1, older))
    assert replaced.at(window, NOW) == pytest.approx(counted((1, newer)).at(window, NOW), abs=3 * LEAST)


def test_what_is_ahead_of_the_clock_is_worth_no_more_than_now() -> None:
    assert weight(-HOUR, Window.HOUR) == 1
    assert counted((1, NOW)).at(Window.HOUR, NOW - HOUR) == 1


@given(contenders, windows)
def test_the_most_used_come_first_whenever_they_are_looked_at(some: list[Contender], window: Window) -> None:
    board = ranked(some, window, NOW)
    assert len(board) <= PLACES
    for now in (NOW, NOW + HALF_LIVES[window], NOW + 5 * HALF_LIVES[window]):
        scores = [each.at(window, now) for each in board]
        assert all(one >= other * (1 - 1e-6) for one, other in itertools.pairwise(scores))
    left_out = {each.subject for each in some} - {each.subject for each in board}
    for each in some:
        if each.subject in left_out and len(board) < PLACES:
            assert each.at(window, NOW) < FLOOR


@given(contenders, windows, st.integers(1, 30))
def test_pages_have_each_once_and_in_order(some: list[Contender], window: Window, size: int) -> None:
    board = ranked(some, window, NOW)
    shown: list[Contender] = []
    place = None
    while page := after(place, board, window)[:size]:
        shown += page
        place = page[-1].place(window)
    assert shown == board


def test_who_comes_in_above_moves_nobody_onto_the_next_page() -> None:
    first, second, new = (Contender(name, score, NOW) for name, score in (("a", 4.0), ("b", 2.0), ("c", 8.0)))
    place = first.place(Window.DAY)
    later = ranked([first, second, new], Window.DAY, NOW + HOUR)
    assert later == [new, first, second]
    assert after(place, later, Window.DAY) == [second]


def test_a_name_with_a_space_in_it_has_a_place_too() -> None:
    one = Contender("a b", 2.0, NOW)
    assert after(one.place(Window.DAY), [one], Window.DAY) == []


@pytest.mark.parametrize(
    ("counts", "own", "value"),
    [
        (Counts(), {}, 0),
        (Counts(likes=3, comments=50, reposts=2), {}, 7),
        (Counts(likes=3, reposts=2), {Deed.LIKE: 5}, 6),
        (Counts(likes=3, reposts=2), {Deed.LIKE: 5, Deed.REPOST: 6}, 4),
        (Counts(likes=3, reposts=2), {Deed.BOOKMARK: 5}, 7),
        (Counts(), {Deed.LIKE: 5}, 0),
    ],
)
def test_a_post_is_worth_what_each_other_account_has_done_to_it(
    counts: Counts, own: dict[Deed, int], value: int
) -> None:
    done = Engagement(ANN, POST, **{f"{deed}_id": number for deed, number in own.items()})
    assert worth(counts, done) == value


def test_the_least_that_is_kept_is_less_than_what_is_listed() -> None:
    longest = max(HALF_LIVES.values())
    assert math.exp2(-KEPT / longest) < FLOOR / 10
