"""What a device says of a video."""

import pytest

from functions.media.recorder import told_by_recorder


def test_what_telephones_say_is_told() -> None:
    told = told_by_recorder(
        {
            "com.apple.quicktime.make": "Apple",
            "com.apple.quicktime.model": "iPhone",
            "com.apple.quicktime.creationdate": "2026-05-04T05:02:01+0200",
            "creation_time": "2026-05-04T03:02:01.000000Z",
            "com.apple.quicktime.location.ISO6709": "+48.2082+016.3738+170.123/",
            "comment": "hello",
        }
    )
    assert told == {
        "make": "Apple",
        "model": "iPhone",
        "taken_at": "2026-05-04T05:02:01+0200",
        "latitude": 48.2082,
        "longitude": 16.3738,
    }


@pytest.mark.parametrize(
    "place", ["", "here", "+48.2", "+95.0000+016.3738/", "+48.2082+216.3738/", "+48.2082+016.3738; drop"]
)
def test_a_place_that_is_none_is_not_told(place: str) -> None:
    assert told_by_recorder({"location": place}) == {}


def test_texts_are_short_and_can_be_printed() -> None:
    assert told_by_recorder({"make": "\x00" * 9 + "a" * 999, "model": "\n"}) == {"make": "a" * 200}
