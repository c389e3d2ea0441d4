"""The sizes that a video is served in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.media.ladder import RUNGS_MOST, rungs_for

SIDES = st.integers(2, 4096)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((3840, 2160), ["1920x1080", "1280x720", "854x480", "640x360"]),
        ((1280, 720), ["1280x720", "854x480", "640x360", "426x240"]),
        ((720, 1280), ["720x1280", "480x854", "360x640", "240x426"]),
        ((640, 360), ["640x360", "426x240", "256x144"]),
        ((1000, 1000), ["1000x1000", "720x720", "480x480", "360x360"]),
        ((320, 240), ["320x240", "192x144"]),
        ((160, 120), ["160x120"]),
    ],
)
def test_a_video_has_the_usual_sizes_below_its_own(size: tuple[int, int], expected: list[str]) -> None:
    assert [f"{each.width}x{each.height}" for each in rungs_for(*size)] == expected


@given(width=SIDES, height=SIDES)
def test_rungs_descend_are_even_and_never_enlarge(width: int, height: int) -> None:
    rungs = rungs_for(width, height)
    assert 1 <= len(rungs) <= RUNGS_MOST
    assert len({each.name for each in rungs}) == len(rungs)
    for each in rungs:
        assert each.width % 2 == each.height % 2 == 0
        assert min(each.width, each.height) <= min(width, height)
        assert (each.width < each.height) <= (width < height)
    bits = [each.bits_most(30) for each in rungs]
    assert bits == sorted(bits, reverse=True)
