"""What a function says of itself: structured lines, one event each, never with secrets or addresses in them."""

import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from logging import LogRecord
from typing import Any, Final

from aws_lambda_powertools import Logger

from kith import tracing
from kith.metrics import NAMESPACE, OF_ROOM, OF_STAGE, Metric
from kith.settings import Settings

VALUES_MOST: Final = 100
"""Of one metric in one line: CloudWatch takes no more."""


@cache
def logger(service: str) -> Logger:
    """Return the logger of a room, whose lines name the trace that they belong to.

    It writes to stderr, where the local cloud looks first; AWS keeps both.
    """
    made = Logger(service=service, level="INFO", stream=sys.stderr, utc=True)
    made.addFilter(_named)
    return made


def finished(room: str, message: str, /, **details: object) -> None:
    """Say that the work at hand is done, how long it took, where it goes on, and what was measured meanwhile."""
    span = tracing.current()
    if span is not None:
        if span.continues_as:
            details["continues_as"] = span.continues_as
        measured = dict(span.measured)  # as it is now: a call that nobody waits for may still be measured
        details |= {"milliseconds": round(span.milliseconds, 1), **_embedded(measured)}
    logger(room).info(message, extra=details, stacklevel=3)  # of whoever says so


def _named(record: LogRecord) -> bool:
    """Let a line name its trace, whoever writes it and in whichever thread."""
    span = tracing.current()
    if span is not None:
        vars(record).update(span.names, trace_id=span.trace_id)
    return True


def _embedded(measured: Mapping[Metric, Sequence[float]]) -> dict[str, Any]:
    """Return what makes a line of the log metrics too: CloudWatch's embedded metric format.

    Powertools would write a line for each metric, and take longer for each than this does for all.
    """
    if not measured:
        return {}
    metrics = sorted(measured, key=lambda each: (each.is_of_rooms, each.name))
    directives = [
        {
            "Namespace": NAMESPACE,
            "Dimensions": [[OF_STAGE], [OF_STAGE, OF_ROOM]] if is_of_rooms else [[OF_STAGE]],
            "Metrics": [{"Name": each.name, "Unit": each.unit} for each in some],
        }
        for is_of_rooms, some in groupby(metrics, key=lambda each: each.is_of_rooms)
    ]
    values = {each.name: _told(each, measured[each]) for each in metrics}
    told = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": directives}
    return {"_aws": told, OF_STAGE: _stage(), **values}


def _told(metric: Metric, values: Sequence[float]) -> float | list[float]:
    """Return the sum of what is counted, and of anything else the values: some of them, all over, where they are many."""
    if metric.unit == "Count":
        return sum(values)
    every = -(-len(values) // VALUES_MOST)
    return [round(each, 2) for each in values[::every]]


@cache
def _stage() -> str:
    return Settings.from_environment().stage
