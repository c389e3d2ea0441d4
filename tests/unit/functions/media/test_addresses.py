"""Where files can be read, and until when."""

from functions.media.addresses import Addresses
from kith.domain.clock import HOUR, MINUTE, SECOND

BEGIN = 1_795_000_000_000 // HOUR * HOUR


def at(now: int, *, is_open: bool) -> str:
    def signed(name: str, *, until: int, cache_control: str) -> str:
        return f"{name} until {until} ({cache_control})"

    return Addresses(signed, lambda: now).of("media/7/640.webp", is_open=is_open)


def test_what_everybody_may_see_has_one_address_for_an_hour_which_others_may_keep() -> None:
    until = (BEGIN + 2 * HOUR) // SECOND
    expected = f"media/7/640.webp until {until} (public, max-age=31536000, immutable)"
    assert {at(BEGIN + minutes * MINUTE, is_open=True) for minutes in range(60)} == {expected}
    assert at(BEGIN + HOUR, is_open=True) != expected


def test_what_is_for_one_viewer_is_dead_in_less_than_five_minutes() -> None:
    for late in (0, 59 * MINUTE):
        until = (BEGIN + late) // SECOND + 240
        expected = f"media/7/640.webp until {until} (private, max-age=240)"
        assert at(BEGIN + late, is_open=False) == expected
