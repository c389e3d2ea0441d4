import json
from typing import Any

import pytest

from kith.metrics import AUTHENTICATION_TIME, DATABASE_LATENCY, DELIVERIES, DELIVERY_LAG, METRICS, POSTS
from kith.telemetry import VALUES_MOST, finished, logger
from kith.tracing import continue_as, measure, span
from tests.logged import Line, lines_of

ROOM = "telling"


def told(*measured: Any) -> Line:
    """Return the line at the end of a span in which something was measured."""
    with lines_of(ROOM) as lines, span("t"):
        for metric, value in measured:
            measure(metric, value)
        finished(ROOM, "done", route="GET /")
    (line,) = lines
    return line


def test_every_line_names_its_trace_whatever_its_level_and_errors_do() -> None:
    with lines_of(ROOM) as lines:
        logger(ROOM).info("before")
        with span("t", message_id="m", event_id="e"):
            logger(ROOM).warning("within", extra={"code": "c"})
            try:
                _ = 1 // 0
            except ZeroDivisionError:
                logger(ROOM).exception("wrong")
        logger(ROOM).info("after")
    before, within, wrong, after = lines
    assert "trace_id" not in before
    assert "trace_id" not in after
    assert (within["trace_id"], within["message_id"], within["event_id"]) == ("t", "m", "e")
    assert (within["code"], within["level"]) == ("c", "WARNING")
    assert (wrong["trace_id"], wrong["exception_name"]) == ("t", "ZeroDivisionError")


def test_the_last_line_says_how_long_it_took_and_where_it_goes_on() -> None:
    with lines_of(ROOM) as lines, span("t"):
        continue_as("one", "two")
        finished(ROOM, "done", route="GET /")
    (line,) = lines
    assert (line["message"], line["route"], line["service"]) == ("done", "GET /", ROOM)
    assert line["location"].startswith("test_the_last_line")
    assert line["milliseconds"] >= 0
    assert line["continues_as"] == ["one", "two"]


def test_what_is_finished_outside_of_spans_is_said_all_the_same() -> None:
    with lines_of(ROOM) as lines:
        finished(ROOM, "done", route="GET /")
    assert [(line["message"], line["route"]) for line in lines] == [("done", "GET /")]


def test_where_nothing_was_measured_the_line_is_no_metric() -> None:
    assert "_aws" not in told()
    assert "continues_as" not in told()


def test_counts_are_added_up_and_times_are_told_one_by_one() -> None:
    line = told((POSTS, 2), (POSTS, 3), (DELIVERY_LAG, 1.005), (DELIVERY_LAG, 20))
    assert (line["Posts"], line["DeliveryLag"]) == (5, [1.0, 20])


def test_the_line_is_of_cloudwatchs_embedded_metric_format() -> None:
    line = told((DATABASE_LATENCY, 1), (AUTHENTICATION_TIME, 2), (DELIVERIES, 3))
    assert isinstance(line["_aws"]["Timestamp"], int)
    of_stage, of_rooms = line["_aws"]["CloudWatchMetrics"]
    assert of_stage == {
        "Namespace": "Kith",
        "Dimensions": [["stage"]],
        "Metrics": [
            {"Name": "AuthenticationTime", "Unit": "Milliseconds"},
            {"Name": "Deliveries", "Unit": "Count"},
        ],
    }
    assert of_rooms == {
        "Namespace": "Kith",
        "Dimensions": [["stage"], ["stage", "service"]],
        "Metrics": [{"Name": "DatabaseLatency", "Unit": "Milliseconds"}],
    }
    for directive in (of_stage, of_rooms):
        assert {each["Name"] for each in directive["Metrics"]} <= line.keys()
        assert all(isinstance(line[name], str) for names in directive["Dimensions"] for name in names)


@pytest.mark.parametrize("count", [1, VALUES_MOST, VALUES_MOST + 1, 5 * VALUES_MOST + 3])
def test_of_more_values_than_cloudwatch_takes_some_are_told_from_all_over(count: int) -> None:
    values = told(*((DATABASE_LATENCY, place) for place in range(count)))["DatabaseLatency"]
    assert min(count, VALUES_MOST // 2) <= len(values) <= VALUES_MOST
    assert values[0] == 0
    assert values[-1] >= 0.9 * (count - 1)


def test_every_metric_fits_into_one_line() -> None:
    line = told(*((metric, place) for metric in METRICS for place in range(VALUES_MOST)))
    assert {metric.name for metric in METRICS} <= line.keys()
    assert len(json.dumps(line)) < 32_000


def test_no_two_metrics_are_called_the_same() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS) >= 10
