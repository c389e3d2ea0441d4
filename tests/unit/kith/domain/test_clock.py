import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kith.domain.clock import rfc3339, system_clock

moments = st.integers(0, 4_000_000_000_000)


def test_a_time_is_written_as_in_the_contract() -> None:
    assert rfc3339(1_769_860_800_000) == "2026-01-31T12:00:00.000Z"
    assert rfc3339(1_769_860_800_007) == "2026-01-31T12:00:00.007Z"


@given(moments)
def test_a_written_time_reads_back_to_the_millisecond(moment: int) -> None:
    written = rfc3339(moment)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", written)
    elapsed = datetime.fromisoformat(written) - datetime(1970, 1, 1, tzinfo=UTC)
    assert elapsed // timedelta(milliseconds=1) == moment


@given(moments, moments)
def test_written_times_sort_as_times(one: int, other: int) -> None:
    assert (rfc3339(one) < rfc3339(other)) == (one < other)


def test_the_system_clock_counts_milliseconds() -> None:
    assert 1_735_689_600_000 < system_clock() < 4_000_000_000_000
