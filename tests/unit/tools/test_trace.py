import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from local.home import Home
from tools import trace
from tools.trace import GROUPS_AT_ONCE, IDS_AT_ONCE, TRACES_MOST, Line, followed, gathered, in_cloudwatch


def line(second: int, function: str, message: str, **more: Any) -> tuple[str, str]:
    """Return a function and what it logged at a second of one minute."""
    record = {
        "level": "INFO",
        "location": "f:1",
        "message": message,
        "timestamp": f"2026-01-31 12:00:{second:02},000+0000",
        "service": "room",
        **more,
    }
    return f"kith-local-{function}", json.dumps(record)


LOGGED = [
    line(3, "feed-fanout-on-batch", "message handled", trace_id="t", message_id="m-2"),
    line(1, "outbox-on-stream", "told", trace_id="t", event_id="e", event="post.created"),
    line(0, "post-api", "request", trace_id="t", request_id="t", milliseconds=7.5),
    line(2, "feed-fanout-on-event", "message handled", trace_id="t", event_id="e", message_id="m-1"),
    line(4, "post-api", "request", trace_id="another", request_id="another"),
    line(5, "trending-on-event", "messages handled", trace_id="batch", trace_ids=["another", "t"]),
    line(6, "notification-on-event", "message handled", trace_id="batch", message_id="m-3"),
    line(7, "post-api", "request", trace_id="deleting", request_id="deleting", continues_as=["gone"]),
    line(8, "post-on-event", "message handled", trace_id="gone", message_id="m-4"),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    logged = [f"{function}\t{text}" for function, text in LOGGED]
    (tmp_path / "functions.log").write_text(
        "\n".join([*logged, "kith-local-post-api\tnot structured: t", "t"])
    )
    return Home(tmp_path)


def functions(home: Home, wanted: str) -> list[str]:
    return [told.split()[1] for told in followed("local", wanted, home=home)]


OF_T = [
    "post-api",
    "outbox-on-stream",
    "feed-fanout-on-event",
    "feed-fanout-on-batch",
    "trending-on-event",
    "notification-on-event",
]


def test_a_request_is_followed_through_every_function_in_order_of_time(home: Home) -> None:
    assert functions(home, "t") == OF_T
    first = next(iter(followed("local", "t", home=home)))
    assert first.startswith("12:00:00,000 post-api")
    assert first.endswith(" request request_id=t milliseconds=7.5"), "which trace it is goes without saying"
    batch = next(told for told in followed("local", "t", home=home) if "trending" in told)
    assert "trace_id=batch" in batch


@pytest.mark.parametrize("wanted", ["e", "m-1", "m-2"])
def test_an_event_or_a_message_leads_to_all_of_its_trace(home: Home, wanted: str) -> None:
    assert functions(home, wanted) == OF_T


def test_what_is_done_for_several_is_found_from_each_and_does_not_lead_from_one_to_another(
    home: Home,
) -> None:
    assert functions(home, "another") == ["post-api", "trending-on-event", "notification-on-event"]


def test_what_goes_on_in_another_trace_is_followed_there(home: Home) -> None:
    assert functions(home, "deleting") == ["post-api", "post-on-event"]
    assert functions(home, "gone") == ["post-on-event"]


def test_of_what_is_not_known_there_is_nothing(home: Home) -> None:
    assert functions(home, "nobody") == []


@pytest.mark.parametrize("wanted", ["", 'x" or 1', "a b", "x" * 65, "é"])
def test_what_can_be_no_id_is_asked_of_nobody(home: Home, wanted: str) -> None:
    with pytest.raises(ValueError, match="the id of nothing"):
        list(followed("local", wanted, home=home))


def test_a_chain_without_end_is_not_followed_to_its_end() -> None:
    asked = list[str]()

    def search(ids: Collection[str]) -> list[Line]:
        asked.extend(ids)
        (only,) = ids
        found = Line.read(*line(0, "a", "m", trace_id=only, continues_as=[f"{int(only) + 1}"]))
        assert found is not None
        return [found]

    assert len(gathered(search, "0")) == TRACES_MOST
    assert len(asked) == TRACES_MOST


class Logs:
    """CloudWatch Logs: finds a line by any id in it, and takes a while."""

    def __init__(self, groups: int) -> None:
        self.groups = [f"/aws/lambda/kith-prod-{place}" for place in range(groups)]
        self.queries: list[dict[str, Any]] = []
        self.asked = 0
        self.statuses = ["Scheduled", "Running", "Complete"]

    def get_paginator(self, name: str) -> "Logs":
        assert name == "describe_log_groups"
        return self

    def paginate(self, *, logGroupNamePrefix: str) -> list[dict[str, Any]]:  # noqa: N803  # AWS's name
        assert logGroupNamePrefix == "/aws/lambda/kith-prod-"
        return [{"logGroups": [{"logGroupName": name} for name in self.groups]}]

    def start_query(self, **query: Any) -> dict[str, str]:
        assert len(query["logGroupNames"]) <= GROUPS_AT_ONCE
        assert query["endTime"] - query["startTime"] == 2 * 3_600
        self.queries.append(query)
        return {"queryId": str(len(self.queries) - 1)}

    def get_query_results(self, *, queryId: str) -> dict[str, Any]:  # noqa: N803  # AWS's name
        self.asked += 1
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status != "Complete":
            return {"status": status, "results": []}
        query = self.queries[int(queryId)]
        rows = [
            [
                {"field": "@log", "value": f"123456789012:/aws/lambda/{function}"},
                {"field": "@message", "value": text},
                {"field": "@ptr", "value": "x"},
            ]
            for function, text in [*LOGGED, ("kith-prod-post-api", "START RequestId: t")]
            if query["logGroupNames"][0] == self.groups[0]
            and any(f'"{each}"' in query["queryString"] for each in ("t", "batch") if f'"{each}"' in text)
        ]
        return {"status": status, "results": rows}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "PAUSE", 0)


def test_on_aws_all_log_groups_of_the_stage_are_asked_a_few_at_a_time() -> None:
    logs = Logs(GROUPS_AT_ONCE + 7)
    found = gathered(in_cloudwatch(logs, "prod", 2), "t")
    assert [each.function.removeprefix("kith-local-") for each in found] == OF_T
    assert {name for query in logs.queries for name in query["logGroupNames"]} == set(logs.groups)
    assert logs.queries[0]["queryString"] == (
        'fields @log, @message | filter @message like "t" | sort @timestamp asc'
    )


def test_many_ids_are_several_queries() -> None:
    logs = Logs(1)
    list(in_cloudwatch(logs, "prod", 2)([f"id-{place}" for place in range(2 * IDS_AT_ONCE + 1)]))
    assert [query["queryString"].count(" like ") for query in logs.queries] == [IDS_AT_ONCE, IDS_AT_ONCE, 1]


def test_a_query_that_fails_is_not_taken_for_one_that_finds_nothing() -> None:
    logs = Logs(1)
    logs.statuses = ["Running", "Timeout"]
    with pytest.raises(RuntimeError, match="Timeout"):
        list(in_cloudwatch(logs, "prod", 2)(["t"]))
