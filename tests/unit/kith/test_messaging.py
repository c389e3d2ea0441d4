import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from kith.domain.errors import Unavailable
from kith.events import Event
from kith.messaging import ATTEMPTS, Bus, Queue
from kith.retrying import Pause
from kith.tracing import span

Entries = list[dict[str, Any]]
Refusals = list[set[int]]
"""For each call, the places within it that are refused."""


class Service:
    """EventBridge and SQS: accept what they are not told to refuse, and raise what they are told to."""

    def __init__(self, script: list[set[int] | Exception]) -> None:
        self.script = iter(script)
        self.accepted: list[str] = []
        self.calls: list[list[str]] = []

    def put_events(self, *, Entries: Entries) -> dict[str, Any]:  # noqa: N803  # AWS's name
        refused = self._outcome([entry["Detail"] for entry in Entries])
        results = [
            {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
            if place in refused
            else {"EventId": f"accepted-{place}"}
            for place in range(len(Entries))
        ]
        return {"FailedEntryCount": len(refused), "Entries": results}

    def send_message_batch(self, *, QueueUrl: str, Entries: Entries) -> dict[str, Any]:  # noqa: N803  # AWS's names
        assert QueueUrl == "url"
        assert len({entry["Id"] for entry in Entries}) == len(Entries)
        refused = self._outcome([entry["MessageBody"] for entry in Entries])
        accepted = [{"Id": entry["Id"]} for place, entry in enumerate(Entries) if place not in refused]
        failed = [{"Id": entry["Id"], "Code": "x"} for place, entry in enumerate(Entries) if place in refused]
        return {name: some for name, some in (("Successful", accepted), ("Failed", failed)) if some}

    def _outcome(self, bodies: list[str]) -> set[int]:
        assert 1 <= len(bodies) <= 10
        self.calls.append(bodies)
        outcome = next(self.script, set[int]())
        if isinstance(outcome, Exception):
            raise outcome
        refused = {place for place in outcome if place < len(bodies)}
        self.accepted += [body for place, body in enumerate(bodies) if place not in refused]
        return refused


def throttled() -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "PutEvents")


def unanswered() -> ReadTimeoutError:
    return ReadTimeoutError(endpoint_url="https://nowhere.example")


def no_pause(_: float) -> None:
    """Waits for nothing."""


def send_to_bus(service: Service, count: int, pause: Pause = no_pause) -> list[str]:
    """Publish so many events and return what should arrive."""
    events = [Event("post.created", f"id-{place}", {"post_id": place}) for place in range(count)]
    Bus("bus", service, pause).publish(events)
    return [json.dumps(event.wire()) for event in events]


def send_to_queue(service: Service, count: int, pause: Pause = no_pause) -> list[str]:
    """Send so many messages and return what should arrive."""
    bodies = [{"place": place} for place in range(count)]
    Queue("url", service, pause).send(bodies)
    return [json.dumps(body, separators=(",", ":")) for body in bodies]


to_both = pytest.mark.parametrize("send", [send_to_bus, send_to_queue])
scripts = st.lists(st.sets(st.integers(0, 9)), max_size=ATTEMPTS - 1)


@given(st.integers(0, 35), scripts)
@to_both
def test_everything_is_accepted_exactly_once_whatever_is_refused_on_the_way(
    send: Any, count: int, script: list[set[int] | Exception]
) -> None:
    service = Service(script)
    sent = send(service, count)
    assert sorted(service.accepted) == sorted(sent)


@to_both
def test_only_what_was_refused_is_sent_again_in_its_order_and_after_a_pause(send: Any) -> None:
    service, pauses = Service([{1, 4, 9}, {0}]), list[float]()
    sent = send(service, 12, pauses.append)
    assert service.calls == [sent[:10], [sent[1], sent[4], sent[9]], [sent[1]], sent[10:]]
    assert len(pauses) == 2


@to_both
def test_a_batch_is_done_before_the_next_one_starts(send: Any) -> None:
    service = Service([set(range(10)), throttled(), {0}])
    sent = send(service, 11)
    assert [len(call) for call in service.calls] == [10, 10, 10, 1, 1]
    assert service.accepted[-1] == sent[10]


@to_both
@pytest.mark.parametrize("error", [throttled(), unanswered()])
def test_what_is_throttled_or_not_answered_is_sent_again(send: Any, error: Exception) -> None:
    service = Service([error, error])
    assert service.accepted == []
    assert send(service, 3) == service.accepted
    assert len(service.calls) == 3


@to_both
@pytest.mark.parametrize("outcome", [{0}, throttled(), unanswered()], ids=["refused", "throttled", "silent"])
def test_what_is_refused_to_the_end_is_unavailable(send: Any, outcome: set[int] | Exception) -> None:
    service, pauses = Service([outcome] * ATTEMPTS), list[float]()
    with pytest.raises(Unavailable):
        send(service, 1, pauses.append)
    assert service.accepted == []
    assert len(service.calls) == ATTEMPTS
    assert len(pauses) == ATTEMPTS - 1


@to_both
def test_nothing_to_send_is_no_call(send: Any) -> None:
    service = Service([])
    send(service, 0)
    assert service.calls == []


def test_an_event_stands_on_the_bus_with_its_name_source_and_identity() -> None:
    seen: Entries = []

    class Recording(Service):
        def put_events(self, *, Entries: Entries) -> dict[str, Any]:  # noqa: N803  # AWS's name
            seen.extend(Entries)
            return super().put_events(Entries=Entries)

    Bus("bus", Recording([])).publish([Event("post.created", "e-1", {"hashtags": ["日本"]})])
    ((entry),) = seen
    assert {name: entry[name] for name in ("EventBusName", "Source", "DetailType")} == {
        "EventBusName": "bus",
        "Source": "kith",
        "DetailType": "post.created",
    }
    assert json.loads(entry["Detail"]) == {
        "v": 1,
        "event_id": "e-1",
        "trace_id": "e-1",
        "hashtags": ["日本"],
    }


def test_a_message_belongs_to_the_trace_of_the_work_at_hand_unless_it_says_to_which() -> None:
    service = Service([])
    queue = Queue("url", service, no_pause)
    queue.send([{"first": 1}])
    with span("a trace"):
        queue.send([{"first": 1}, {"first": 1, "trace_id": "another"}])
    queue.send([{"first": 1}])
    assert [json.loads(body) for body in service.accepted] == [
        {"first": 1},
        {"first": 1, "trace_id": "a trace"},
        {"first": 1, "trace_id": "another"},
        {"first": 1},
    ]
