"""What notifications say, and what people choose of them."""

from itertools import product

import pytest

from kith.domain.notifications import (
    PHRASES,
    QUIET,
    Choice,
    ChoiceChange,
    NotificationType,
    Pace,
    Subject,
    chosen,
    said,
    trace_of,
)

LIKED, FOLLOWED = NotificationType.POST_LIKED, NotificationType.NEW_FOLLOWER


@pytest.mark.parametrize(
    ("usernames", "count", "text"),
    [
        (["ann"], 1, "@ann liked your post"),
        (["ann", "bob"], 2, "@ann and @bob liked your post"),
        (["ann"], 2, "@ann and 1 other liked your post"),
        (["ann", "bob"], 3, "@ann and 2 others liked your post"),
        (["ann", "bob"], 11, "@ann and 10 others liked your post"),
    ],
)
def test_it_says_who_and_how_many(usernames: list[str], count: int, text: str) -> None:
    assert said(LIKED, usernames, count) == text


def test_what_nobody_in_particular_did_is_said_without_a_name() -> None:
    assert said(NotificationType.TRENDING, [], 0) == "Your post is trending"


def test_every_type_says_something_of_its_own() -> None:
    assert set(PHRASES) == set(NotificationType)
    assert len(set(PHRASES.values())) == len(PHRASES)


def test_a_trace_tells_deeds_apart_and_names_nobody() -> None:
    subjects = [
        Subject(about, number) for about, number in product((LIKED, FOLLOWED), (5_000_000, 6_000_000))
    ]
    traces = {
        trace_of(user_id, subject, cause_id)
        for user_id, subject, cause_id in product((7_000_000, 8_000_000), subjects, (9_000_000, 9_500_000))
    }
    assert len(traces) == 16
    assert not any("00000" in trace for trace in traces)
    assert trace_of(1, subjects[0], 2) == trace_of(1, subjects[0], 2)


def test_what_is_not_named_stays_as_it_was_chosen() -> None:
    present = dict.fromkeys(NotificationType, QUIET) | {LIKED: Choice(websocket=False, email=Pace.DAILY)}
    after = chosen(present, {LIKED: ChoiceChange(push=False), FOLLOWED: ChoiceChange(email=Pace.HOURLY)})
    assert after[LIKED] == Choice(websocket=False, push=False, email=Pace.DAILY)
    assert after[FOLLOWED] == Choice(email=Pace.HOURLY)
    assert after[NotificationType.MENTIONED] == QUIET
    assert set(after) == set(NotificationType)


def test_what_was_chosen_can_be_taken_back() -> None:
    present = dict.fromkeys(NotificationType, Choice(websocket=False, push=False, email=Pace.DAILY))
    change = ChoiceChange(websocket=True, push=True, email=Pace.OFF)
    assert chosen(present, {LIKED: change})[LIKED] == QUIET
