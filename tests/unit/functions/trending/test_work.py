from itertools import permutations
from typing import Any

import pytest

from functions.trending.work import work_of

ANN, POST = 1, 10


def walk(after: str | None) -> dict[str, Any]:
    return {"uses_of": ANN, "after": after}


def event(name: str, **detail: Any) -> dict[str, Any]:
    return {"detail-type": name, "detail": {"user_id": ANN, **detail}}


HIDDEN = event("user.updated", changed=["is_private"])


@pytest.mark.parametrize(
    ("messages", "place"),
    [
        ([walk("b"), walk("a"), walk("c")], "a"),
        ([walk("a"), walk(None)], None),
        ([walk("a"), HIDDEN], None),
        ([walk("a")], "a"),
    ],
)
def test_of_walks_that_meet_the_one_that_has_come_less_far_goes_on(
    messages: list[dict[str, Any]], place: str | None
) -> None:
    for some in permutations(messages):
        assert work_of(some).accounts == {ANN: place}


@pytest.mark.parametrize("name", ["post.created", "post.updated", "post.deleted"])
def test_an_event_from_before_there_were_hashtags_asks_for_none(name: str) -> None:
    assert work_of([event(name, post_id=POST)]).uses == {}
    assert work_of([event(name, post_id=POST, hashtags=["cats"])]).uses == {(POST, ANN): {"cats"}}


def test_what_has_to_be_looked_at_again_is() -> None:
    work = work_of([{"tags": ["cats"]}, {"tags": ["dogs"]}, {"posts": [POST]}])
    assert (work.tags, work.deeds) == ({"cats", "dogs"}, {POST})
