from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain.limits import HOUR, LONGEST_WINDOW, SECOND_US, Dimension, Limit

NOW = 1_800_000_000 * SECOND_US


@st.composite
def any_limit(draw: st.DrawFn) -> Limit:
    rate, window = draw(st.integers(1, 1_000)), draw(st.integers(1, LONGEST_WINDOW))
    longest = min(1_000, LONGEST_WINDOW * rate // window)
    return Limit("any", (Dimension.USER,), rate, window, draw(st.none() | st.integers(1, longest)))


limits = any_limit()


def accepted(limit: Limit, arrivals: list[int]) -> list[int]:
    """Return the times at which a bucket took a request."""
    empty_at, taken = 0, []
    for now in arrivals:
        if limit.admits(empty_at, now):
            empty_at = max(empty_at, now) + limit.interval
            taken.append(now)
    return taken


@given(limits, st.lists(st.integers(0, 600 * SECOND_US), max_size=200))
def test_no_window_ever_holds_more_than_the_burst_and_the_rate(limit: Limit, offsets: list[int]) -> None:
    taken = accepted(limit, sorted(NOW + offset for offset in offsets))
    for place, start in enumerate(taken):
        for count, end in enumerate(taken[place:], start=1):
            assert count <= limit.most + (end - start) / limit.interval


@given(limits)
def test_a_fresh_bucket_takes_exactly_its_burst_at_once(limit: Limit) -> None:
    assert len(accepted(limit, [NOW] * (limit.most + 5))) == limit.most


@given(limits, st.integers(0, 50))
def test_what_is_said_to_remain_does(limit: Limit, used: int) -> None:
    empty_at = NOW + min(used, limit.most) * limit.interval
    remaining = limit.remaining(empty_at, NOW)
    assert remaining == limit.most - min(used, limit.most)
    assert limit.admits(empty_at, NOW) is (remaining > 0)


@given(limits)
def test_a_full_bucket_takes_a_request_after_the_time_it_names_and_not_a_second_before(limit: Limit) -> None:
    empty_at = NOW + limit.tolerance
    assert not limit.admits(empty_at, NOW)
    wait = limit.retry_after(empty_at, NOW)
    assert limit.admits(empty_at, NOW + wait * SECOND_US)
    assert wait == 1 or not limit.admits(empty_at, NOW + (wait - 1) * SECOND_US)


@pytest.mark.parametrize(
    ("by", "bucket"),
    [
        ((Dimension.USER,), ""),
        ((Dimension.USER, Dimension.ROUTE), "GET /posts/{post_id}"),
        ((Dimension.ADDRESS, Dimension.METHOD), "GET"),
        ((Dimension.ADDRESS, Dimension.METHOD, Dimension.ROUTE), "GET GET /posts/{post_id}"),
    ],
)
def test_requests_are_counted_by_any_combination(by: tuple[Dimension, ...], bucket: str) -> None:
    assert Limit("any", by, 1).bucket("GET", "GET /posts/{post_id}") == bucket


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": ()},
        {"by": (Dimension.ROUTE,)},
        {"by": (Dimension.USER, Dimension.ADDRESS)},
        {"rate": 0},
        {"window": 0},
        {"window": LONGEST_WINDOW + 1},
        {"burst": 0},
        {"window": HOUR, "burst": 241},
    ],
    ids=str,
)
def test_a_row_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    Limit("any", (Dimension.USER,), 10, HOUR, burst=240)
    with pytest.raises(ValueError, match="any"):
        replace(Limit("any", (Dimension.USER,), 10), **wrong)
