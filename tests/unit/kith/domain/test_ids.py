from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kith.domain import ids
from kith.domain.ids import Identifiers

PER_MILLISECOND = 1 << ids.SUFFIX_BITS
MOMENT = ids.EPOCH + 50_000_000_000

moments = st.integers(ids.EPOCH, ids.EPOCH + (1 << 41) - 2)
suffixes = st.integers(0, PER_MILLISECOND - 1)


def makes(times: Iterable[int], drawn: Iterable[int]) -> Identifiers:
    clock, suffix = iter(times), iter(drawn)
    return Identifiers(clock=lambda: next(clock), suffix=lambda: next(suffix))


@given(st.lists(st.tuples(moments, suffixes), min_size=2, max_size=50))
def test_each_identifier_is_greater_than_the_one_before_whatever_the_clock_does(
    ticks: list[tuple[int, int]],
) -> None:
    make = makes(*zip(*ticks, strict=True))
    made = [make() for _ in ticks]
    assert all(earlier < later for earlier, later in pairwise(made))
    assert 0 < made[-1] < ids.LIMIT == 2**53


@given(moments, suffixes)
def test_an_identifier_tells_when_it_was_made(moment: int, suffix: int) -> None:
    assert ids.created_at(makes([moment], [max(suffix, 1)])()) == moment


@given(moments, suffixes, suffixes)
def test_what_is_made_later_sorts_later_whatever_was_drawn(moment: int, one: int, other: int) -> None:
    earlier, later = makes([moment], [one])(), makes([moment + 1], [other])()
    assert ids.first_at(moment) <= earlier < ids.first_at(moment + 1) <= later


def test_one_millisecond_and_one_suffix_still_make_different_identifiers() -> None:
    make = Identifiers(clock=lambda: MOMENT, suffix=lambda: 7)
    made = [make() for _ in range(2 * PER_MILLISECOND)]
    assert len(set(made)) == len(made)
    assert ids.created_at(made[0]) == MOMENT


def test_a_clock_that_goes_backwards_does_not_take_identifiers_with_it() -> None:
    make = makes([MOMENT, MOMENT - 60_000, MOMENT + 1], [0, 0, 0])
    before, during, after = make(), make(), make()
    assert before < during == before + 1
    assert after == ids.first_at(MOMENT + 1)


def test_two_makers_do_not_draw_alike() -> None:
    drawn = {ids.random_suffix() for _ in range(200)}
    assert drawn <= set(range(PER_MILLISECOND))
    assert len(drawn) > 100


def test_a_time_before_the_epoch_is_before_every_identifier() -> None:
    assert ids.first_at(0) == ids.first_at(ids.EPOCH) == 0


@given(st.lists(st.integers(0, ids.LIMIT - 1)))
def test_what_is_packed_is_unpacked_in_its_order(identifiers: list[int]) -> None:
    assert ids.unpacked(ids.packed(identifiers)) == tuple(identifiers)
    assert int(ids.short(ids.LIMIT), 36) == ids.LIMIT


def test_identifiers_of_a_week_take_nine_characters_each() -> None:
    week = [ids.first_at(MOMENT + each * 6_048_000) for each in range(100)]
    assert len(ids.packed(week)) < 100 * 10 + 12
