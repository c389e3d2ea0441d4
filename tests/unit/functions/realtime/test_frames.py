import json

import pytest

from functions.realtime import frames
from functions.realtime.frames import HEARD_MOST, is_ping


def test_frames_say_of_which_type_they_are_and_of_what() -> None:
    assert frames.medium(7, is_ready=True) == {"type": "media", "media_id": 7, "status": "ready"}
    assert frames.medium(7, is_ready=False) == {"type": "media", "media_id": 7, "status": "rejected"}
    assert frames.post(7, 8) == {"type": "feed", "post_id": 7, "user_id": 8}


@pytest.mark.parametrize("text", ['{"type": "ping"}', '{"type":"ping","at":1}', ' {"type" : "\\u0070ing"} '])
def test_a_ping_is_heard(text: str) -> None:
    assert is_ping(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ping",
        "null",
        "[]",
        '"ping"',
        "{}",
        '{"type":"Ping"}',
        '{"type":["ping"]}',
        "[" * HEARD_MOST,
        "NaN",
    ],
)
def test_nothing_else_is(text: str) -> None:
    assert not is_ping(text)


def test_what_is_too_long_is_not_read() -> None:
    text = json.dumps({"type": "ping", "more": ""})
    fitting = text.replace('""', f'"{"x" * (HEARD_MOST - len(text))}"')
    assert len(fitting) == HEARD_MOST
    assert is_ping(fitting)
    assert not is_ping(fitting + " ")
