"""What policies decide, from facts alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain.delivery import READ_PRICE, WRITE_PRICE, Activity, AuthorFacts, Cost, Prices, Threshold
from kith.domain.posts import Delivery

audiences = st.fixed_dictionaries({activity: st.integers(0, 100_000) for activity in Activity})
rates = st.floats(0, 100)


@pytest.mark.parametrize(
    ("followers", "now", "expected"),
    [
        (9_999, Delivery.PUSH, Delivery.PUSH),
        (10_000, Delivery.PUSH, Delivery.PULL),
        (8_000, Delivery.PULL, Delivery.PULL),
        (7_999, Delivery.PULL, Delivery.PUSH),
    ],
)
def test_the_threshold_has_a_distance_between_coming_and_going(
    followers: int, now: Delivery, expected: Delivery
) -> None:
    facts = AuthorFacts(1.0, {Activity.TODAY: followers}, is_pulled=now is Delivery.PULL)
    assert Threshold()(facts) is expected


def test_a_threshold_below_the_demotion_does_not_flicker() -> None:
    policy = Threshold(5, 8_000)
    assert policy(AuthorFacts(1.0, {Activity.TODAY: 5})) is Delivery.PULL
    assert policy(AuthorFacts(1.0, {Activity.TODAY: 5}, is_pulled=True)) is Delivery.PULL


def test_prices_are_those_of_a_delivery_for_each_who_is_not_dormant_and_a_pull_for_each_reading() -> None:
    facts = AuthorFacts(2.0, {Activity.TODAY: 10, Activity.DORMANT: 90})
    assert Prices().of_pushing(facts) == pytest.approx(2 * 10 * WRITE_PRICE)
    assert Prices().of_pulling(facts) == pytest.approx(10 * 6 * 0.5 * READ_PRICE / 2)


def test_by_cost_a_busy_author_with_seldom_readers_is_pulled_and_a_quiet_one_with_avid_readers_pushed() -> (
    None
):
    busy = AuthorFacts(20.0, {Activity.THIS_MONTH: 200})
    quiet = AuthorFacts(0.05, {Activity.TODAY: 200_000})
    assert (Cost()(busy), Threshold()(busy)) == (Delivery.PULL, Delivery.PUSH)
    assert (Cost()(quiet), Threshold()(quiet)) == (Delivery.PUSH, Delivery.PULL)


@given(rates, audiences)
def test_by_cost_what_is_changed_pays_for_itself_and_is_not_changed_back(
    rate: float, followers: dict[Activity, int]
) -> None:
    policy = Cost()
    prices, days = policy.prices, policy.pays_within
    decided = {way: policy(AuthorFacts(rate, followers, is_pulled=way)) for way in (False, True)}
    facts = AuthorFacts(rate, followers)
    push, pull = prices.of_pushing(facts) * days, prices.of_pulling(facts) * days
    change = facts.audience * prices.change
    if decided[False] is Delivery.PULL:
        assert pull + change < push
        assert decided[True] is Delivery.PULL
    if decided[True] is Delivery.PUSH:
        assert push + change < pull
        assert decided[False] is Delivery.PUSH
