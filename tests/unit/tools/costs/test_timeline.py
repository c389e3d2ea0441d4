from collections.abc import Iterator

import pytest

from kith.table.connection import Table
from kith.table.items import Item
from tools.costs.timeline import Timeline, VirtualExecutor


@pytest.fixture
def timeline() -> Timeline:
    return Timeline()


@pytest.fixture
def table(timeline: Timeline) -> Iterator[Table]:
    """A real table, which needs a region but no network until it is used; undone afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setattr(Item, "_connection", None)
        patch.setattr(Item.Meta, "table_name", "")
        yield Table("timed", VirtualExecutor(timeline))


def ticking(timeline: Timeline, calls: int) -> int:
    """Make calls one after another and return when the last has ended."""
    for _ in range(calls):
        timeline.tick()
    return timeline.now


def test_calls_one_after_another_add_up(timeline: Timeline) -> None:
    assert ticking(timeline, 3) == 3


def test_calls_together_take_as_long_as_the_longest(timeline: Timeline, table: Table) -> None:
    assert table.together(timeline.tick, timeline.tick) == (None, None)
    assert timeline.now == 1
    table.together(timeline.tick, lambda: ticking(timeline, 3))
    assert timeline.now == 1 + 3
    table.all_of([timeline.tick] * 5)
    assert timeline.now == 1 + 3 + 1


def test_calls_together_within_one_of_two_together_overlap_with_the_other(
    timeline: Timeline, table: Table
) -> None:
    table.three_together(timeline.tick, timeline.tick, lambda: ticking(timeline, 2))
    assert timeline.now == 2


def test_what_a_call_under_way_starts_follows_it(timeline: Timeline, table: Table) -> None:
    table.start(lambda: table.together(timeline.tick, timeline.tick)).result()
    assert timeline.now == 2


def test_what_is_under_way_costs_nothing_until_it_is_waited_for(timeline: Timeline, table: Table) -> None:
    gate = table.start(timeline.tick)
    assert timeline.now == 0
    timeline.tick()
    gate.result()
    assert timeline.now == 1


def test_more_calls_than_workers_take_turns() -> None:
    timeline = Timeline(workers=2)
    executor = VirtualExecutor(timeline)
    for future in [executor.submit(timeline.tick) for _ in range(5)]:
        future.result()
    assert timeline.now == 3


def test_several_timelines_are_kept_at_once() -> None:
    slow, quick = Timeline(), Timeline()
    executor = VirtualExecutor(slow, quick)
    executor.submit(slow.tick).result()
    assert (slow.now, quick.now) == (1, 0)


def test_an_error_is_told_to_who_waits_and_takes_its_time(timeline: Timeline) -> None:
    def failing() -> None:
        timeline.tick()
        raise ValueError("no")

    future = VirtualExecutor(timeline).submit(failing)
    assert timeline.now == 0
    assert str(future.exception()) == "no"
    assert timeline.now == 1
    with pytest.raises(ValueError, match="no"):
        future.result()
