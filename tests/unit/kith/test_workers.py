import json
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from kith.domain.errors import Malformed, NotFound, Unavailable
from kith.metrics import DELIVERIES
from kith.telemetry import logger
from kith.tracing import current, measure
from kith.workers import command, each_change, each_message, messages_together
from tests.builders import LambdaContext, queue_event
from tests.logged import Line, lines_of, measured_in


def failed(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    assert list(answer) == ["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


class Handled:
    """Takes messages, and raises what a message tells it to."""

    outcomes: ClassVar[dict[str, Exception]] = {
        "domain": NotFound(),
        "malformed": Malformed("bad"),
        "unavailable": Unavailable(),
        "bug": KeyError("post_id"),
        "recursion": RecursionError(),
    }

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, message: dict[str, Any]) -> None:
        self.seen.append(message["is"])
        if message["is"] in self.outcomes:
            raise self.outcomes[message["is"]]


@pytest.mark.parametrize(
    ("kinds", "again"),
    [
        (["good", "good"], []),
        (["good", "bug", "good"], ["message-1"]),
        (["unavailable", "good"], ["message-0"]),
        (["domain", "malformed"], []),
        (["bug", "domain", "unavailable", "recursion"], ["message-0", "message-2", "message-3"]),
    ],
)
def test_only_what_may_pass_another_time_is_reported_and_the_rest_goes_on(
    kinds: list[str], again: list[str]
) -> None:
    handle = Handled()
    handler = each_message("room", handle)
    assert failed(handler(queue_event(*({"is": kind} for kind in kinds)), None)) == again
    assert handle.seen == kinds


def all_of(handle: Handled) -> Callable[[list[dict[str, Any]]], None]:
    def together(messages: list[dict[str, Any]]) -> None:
        for message in messages:
            handle(message)

    return together


@pytest.mark.parametrize(
    ("kinds", "again", "seen"),
    [
        (["good"] * 3, [], ["good"] * 3),
        (["bug"], ["message-0"], ["bug"]),
        (["domain"], [], ["domain"]),
        (["unavailable", "good"], ["message-0", "message-1"], ["unavailable"]),
        (
            ["good", "bug", "good", "domain"],
            ["message-1"],
            ["good", "bug"] * 2 + ["good", "bug"] + ["good", "domain"] * 2,
        ),
    ],
)
def test_messages_are_handled_together_and_only_what_cannot_be_is_handled_in_halves(
    kinds: list[str], again: list[str], seen: list[str]
) -> None:
    handle = Handled()
    handler = messages_together("room", all_of(handle))
    assert failed(handler(queue_event(*({"is": kind} for kind in kinds)), None)) == again
    assert handle.seen == seen


@pytest.mark.parametrize("place", range(5))
def test_one_of_many_messages_that_cannot_be_read_fails_alone(place: int) -> None:
    handle = Handled()
    records: list[dict[str, Any]] = queue_event(*[{"is": "good"}] * 5)["Records"]
    records[place]["body"] = "{"
    assert failed(messages_together("room", all_of(handle))({"Records": records}, None)) == [
        f"message-{place}"
    ]
    assert handle.seen.count("good") == 4


@pytest.mark.parametrize("body", ["", "{", "null", "[]", '"text"', "{}", "\ufffd"])
def test_a_message_that_cannot_be_read_fails_alone(body: str) -> None:
    handle = Handled()
    good = {"messageId": "good", "body": json.dumps({"is": "good"})}
    event = {"Records": [{"messageId": "poison", "body": body}, good]}
    assert failed(each_message("room", handle)(event, None)) == ["poison"]
    assert handle.seen == ["good"]


def test_a_dropped_message_is_told_in_the_log_and_its_content_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    each_message("dropping", Handled())(queue_event({"is": "domain", "text": "private words"}), None)
    logged = capsys.readouterr().err
    assert '"dropped"' in logged
    assert '"not_found"' in logged
    assert "private words" not in logged


def record(place: int, **more: Any) -> dict[str, Any]:
    return {"eventID": f"event-{place}", "dynamodb": {"SequenceNumber": f"sequence-{place}"}, **more}


def changes(*kinds: str) -> dict[str, Any]:
    return {"Records": [record(place, kind=kind) for place, kind in enumerate(kinds)]}


def translate(change: Any) -> list[str]:
    if change["kind"] == "poison":
        raise ValueError("no item of ours")
    return [f"{change['eventID']}/{each}" for each in range(int(change["kind"]))]


def test_changes_are_published_in_order_and_together() -> None:
    published: list[list[str]] = []
    handler = each_change("room", translate, published.append)
    assert failed(handler(changes("1", "0", "2"), None)) == []
    assert published == [["event-0/0", "event-2/0", "event-2/1"]]


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        (["1", "poison", "1"], ["event-0/0"]),
        (["poison", "1"], []),
        (["1", "1", "poison"], ["event-0/0", "event-1/0"]),
        (["1", "poison", "poison"], ["event-0/0"]),
    ],
)
def test_what_stands_before_a_poisonous_change_is_published_and_the_stream_goes_on_from_there(
    kinds: list[str], told: list[str]
) -> None:
    published: list[str] = []
    handler = each_change("room", translate, published.extend)
    assert failed(handler(changes(*kinds), None)) == [f"sequence-{kinds.index('poison')}"]
    assert published == told


@pytest.mark.parametrize("kinds", [["1", "1"], ["1", "poison"]])
def test_what_could_not_be_published_comes_again_from_the_first(kinds: list[str]) -> None:
    def refuse(_: list[str]) -> None:
        raise Unavailable

    assert failed(each_change("room", translate, refuse)(changes(*kinds), None)) == ["sequence-0"]


def test_a_bug_in_publishing_fails_the_whole_batch() -> None:
    def refuse(_: list[str]) -> None:
        raise KeyError("bus")

    with pytest.raises(KeyError):
        each_change("room", translate, refuse)(changes("1"), None)


def event(trace_id: str | None, event_id: str = "e") -> dict[str, Any]:
    """Return an event as EventBridge leaves it in a queue."""
    detail = {"v": 1, "event_id": event_id} | ({} if trace_id is None else {"trace_id": trace_id})
    return {"source": "kith", "detail-type": "post.created", "detail": detail, "is": "good"}


def at_hand() -> str:
    present = current()
    assert present is not None
    return present.trace_id


@pytest.mark.parametrize(
    ("body", "trace"),
    [
        ({"is": "good", "trace_id": "t"}, "t"),
        (event("t"), "t"),
        (event(None, "e"), "e"),
        ({"is": "good"}, "message-0"),
        ({"source": "aws.s3", "detail-type": "Object Created", "detail": {}}, "message-0"),
        ({"detail-type": "password.forgotten", "detail": {"message_id": "x"}, "trace_id": "t"}, "t"),
        ({"is": "good", "trace_id": 7}, "message-0"),
        ([], "message-0"),
    ],
)
def test_what_is_done_for_a_message_is_of_the_trace_that_it_names_or_begins_one(
    body: Any, trace: str
) -> None:
    seen: list[str] = []
    with lines_of("room") as lines:
        each_message("room", lambda _: seen.append(at_hand()))(queue_event(body), None)
    assert seen == [trace]
    (line,) = lines
    assert (line["message"], line["outcome"]) == ("message handled", "done")
    assert (line["trace_id"], line["message_id"]) == (trace, "message-0")


def test_each_of_two_messages_of_a_batch_logs_its_own_names_and_what_was_measured_for_it() -> None:
    def handle(message: dict[str, Any]) -> None:
        measure(DELIVERIES, message["detail"]["v"])
        logger("room").warning("within")

    with lines_of("room") as lines:
        each_message("room", handle)(queue_event(event("one", "e1"), event("two", "e2")), None)
    assert [(line["trace_id"], line["event_id"], line["message_id"]) for line in lines] == [
        *[("one", "e1", "message-0")] * 2,
        *[("two", "e2", "message-1")] * 2,
    ]
    assert {line["event"] for line in lines} == {"post.created"}
    assert measured_in(lines, "Deliveries") == [1, 1]


@pytest.mark.parametrize(
    ("kind", "message", "outcome"),
    [
        ("domain", "dropped", "dropped"),
        ("unavailable", "will be tried again", "again"),
        ("bug", "failed", "failed"),
    ],
)
def test_whatever_goes_wrong_with_a_message_is_said_in_its_trace(
    kind: str, message: str, outcome: str
) -> None:
    with lines_of("room") as lines:
        each_message("room", Handled())(queue_event({"is": kind, "trace_id": "t"}), None)
    assert [line["message"] for line in lines] == [message, "message handled"]
    assert {line["trace_id"] for line in lines} == {"t"}
    assert lines[-1]["outcome"] == outcome


def test_what_cannot_be_read_is_found_by_its_message() -> None:
    with lines_of("room") as lines:
        each_message("room", Handled())({"Records": [{"messageId": "poison", "body": "{"}]}, None)
    assert {line["trace_id"] for line in lines} == {"poison"}


def together(*bodies: dict[str, Any]) -> tuple[list[str], list[Line]]:
    """Return in which traces some messages were handled together, and what was logged."""
    seen: list[str] = []
    with lines_of("room") as lines:
        messages_together("room", lambda _: seen.append(at_hand()))(queue_event(*bodies), None)
    return seen, lines


def test_messages_of_one_trace_are_handled_together_in_it() -> None:
    seen, lines = together(event("t", "e1"), event("t", "e2"))
    assert seen == ["t"]
    assert ["trace_ids" in line for line in lines] == [False]


def test_messages_of_several_traces_are_handled_together_in_one_of_their_own_that_names_them() -> None:
    seen, lines = together(event("one"), event("two"), event("one"))
    assert seen == ["message-0"]
    (line,) = lines
    assert (line["trace_id"], line["trace_ids"], line["messages"]) == ("message-0", ["one", "two"], 3)


def test_a_message_that_is_handled_alone_in_the_end_is_of_its_own_trace() -> None:
    bodies = [{"is": kind, "trace_id": kind} for kind in ("good", "bug", "good")]
    with lines_of("room") as lines:
        messages_together("room", all_of(Handled()))(queue_event(*bodies), None)
    (failed_line,) = (line for line in lines if line["message"] == "failed")
    assert failed_line["trace_id"] == "bug"


def test_a_command_begins_a_trace() -> None:
    with lines_of("room") as lines:
        assert command("room", lambda _: {"trace": at_hand()})({}, LambdaContext("id")) == {"trace": "id"}
    assert [line["trace_id"] for line in lines] == ["id"]
