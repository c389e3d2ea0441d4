"""What a push says."""

import json
import re

from hypothesis import example, given
from hypothesis import strategies as st

from functions.web_push.messages import payload, topic
from functions.web_push.notices import Told
from kith.push_encryption import PADDED

LIKED = Told("like", "Kith", "@ann liked your post", "like 7")
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=2_000)


def test_a_push_says_what_happened() -> None:
    assert json.loads(payload(7, LIKED)) == {
        "type": "like",
        "notification_id": 7,
        "title": "Kith",
        "body": "@ann liked your post",
    }


@given(words, words)
@example("\0" * 200, "\0" * 200)
@example('"' * 200, "\U0001f600" * 300)
@example("\U0001f600" * 200, "\\" * 300)
def test_whatever_it_says_it_fits_into_what_all_are_padded_to(title: str, body: str) -> None:
    content = payload(2**53 - 1, Told("x" * 40, title, body, "like 7"))
    said = json.loads(content)
    assert len(content) <= PADDED
    assert (len(said["title"]), len(said["body"])) == (min(len(title), 100), min(len(body), 200))
    assert said["title"][:99] == re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", title)[:99]


def test_a_topic_is_of_the_form_that_services_take_and_tells_nothing() -> None:
    names = {topic(user_id, Told("like", "", "", group)) for user_id in (1, 11) for group in ("1 7", "7")}
    assert len(names) == 4
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", name) for name in names)
    assert topic(1, LIKED) == topic(1, Told("like", "Kith", "@bob and 2 others liked your post", "like 7"))
