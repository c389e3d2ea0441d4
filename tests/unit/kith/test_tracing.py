from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest

from kith import tracing
from kith.metrics import DELIVERIES, POSTS
from kith.tracing import CONTINUATIONS_MOST, continue_as, current, follow, id_from, measure, span


def test_there_is_no_span_but_within_one() -> None:
    assert current() is None
    with span("outer") as outer:
        assert current() is outer
        with span("inner", message_id="m") as inner:
            assert current() is inner
            assert (inner.trace_id, inner.names) == ("inner", {"message_id": "m"})
        assert current() is outer
    assert current() is None


def test_a_span_ends_with_what_it_is_of_however_that_ends() -> None:
    with pytest.raises(ZeroDivisionError), span("t"):
        _ = 1 // 0
    assert current() is None


def test_a_thread_has_the_span_that_it_is_given_and_no_other() -> None:
    def noted() -> str | None:
        measure(POSTS, 1)
        present = current()
        return None if present is None else present.trace_id

    with ThreadPoolExecutor(1) as executor, span("t") as begun:
        assert executor.submit(noted).result() is None
        assert executor.submit(copy_context().run, noted).result() == "t"
        assert executor.submit(noted).result() is None, "nothing of it is left in the thread"
    assert begun.measured == {POSTS: [1]}


def test_what_is_noted_is_noted_of_the_span_at_hand_alone() -> None:
    with span("outer") as outer:
        measure(POSTS, 1)
        with span("inner") as inner:
            measure(POSTS, 2)
            measure(DELIVERIES, 3)
            continue_as("a", "b")
            continue_as("b", "c")
        measure(POSTS, 4)
    assert outer.measured == {POSTS: [1, 4]}
    assert inner.measured == {POSTS: [2], DELIVERIES: [3]}
    assert (outer.continues_as, inner.continues_as) == ([], ["a", "b", "c"])


def test_of_very_many_other_traces_the_first_are_named() -> None:
    with span("t") as begun:
        for place in range(CONTINUATIONS_MOST):
            continue_as(f"{place}", f"{place}")
        continue_as("one too many")
    assert begun.continues_as == [f"{place}" for place in range(CONTINUATIONS_MOST)]


def test_outside_of_spans_nothing_is_noted_and_nothing_breaks() -> None:
    measure(POSTS, 1)
    continue_as("a")
    follow("a")
    assert current() is None


def test_a_span_may_learn_late_what_it_belongs_to() -> None:
    with span("message", message_id="m") as begun:
        begun.follow("trace", event_id="e")
        assert (begun.trace_id, begun.names) == ("trace", {"message_id": "m", "event_id": "e"})
        follow("another")
        assert begun.trace_id == "another"


def test_an_id_that_both_ends_can_tell_depends_on_each_of_the_names_and_is_as_short_as_any() -> None:
    assert id_from("medium", 7) == id_from("medium", 7)
    assert len({id_from("medium", 7), id_from("medium", 8), id_from("digest", 7)}) == 3
    assert len(id_from("medium", 7)) == tracing.ID_LENGTH
