"""The functions' output, readable for a person."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from local.cdk import STAGE

_UNINTERESTING = {
    "_aws",
    "cold_start",
    "exception",
    "exception_name",
    "function_arn",
    "function_memory_size",
    "function_name",
    "function_request_id",
    "level",
    "location",
    "message",
    "service",
    "stack_trace",
    "stage",
    "timestamp",
    "xray_trace_id",
}


def readable(line: str) -> str:
    """Return a line of the function log as one shows it: who, what, and what belongs to it."""
    function, _tab, text = line.rstrip("\n").partition("\t")
    who = function.removeprefix(f"kith-{STAGE}-")
    try:
        record = json.loads(text)
    except ValueError:
        record = None
    if not isinstance(record, dict) or "message" not in record:
        return f"{who:<20} {text}"
    return f"{who:<20} {told(record)}"


def told(record: Mapping[str, Any]) -> str:
    """Return what a structured line says, and what belongs to it but for what is measured."""
    level = record.get("level", "INFO")
    urgency = "" if level == "INFO" else f"{level} "
    hidden = _UNINTERESTING | _measured(record)
    details = "".join(f" {key}={value}" for key, value in record.items() if key not in hidden)
    exception = f"\n{record['exception']}" if record.get("exception") else ""
    return f"{urgency}{record['message']}{details}{exception}"


def _measured(record: Mapping[str, Any]) -> set[str]:
    directives = record.get("_aws", {}).get("CloudWatchMetrics", [])
    return {metric["Name"] for directive in directives for metric in directive["Metrics"]}


def follow(path: Path, alive: Callable[[], bool]) -> Iterator[str]:
    """Yield the lines that are added to a log from now on, as long as its writer lives."""
    path.touch()
    with path.open() as log:
        log.seek(0, 2)
        partial = ""
        while True:
            living = alive()
            partial += log.readline()
            if partial.endswith("\n"):
                yield partial
                partial = ""
            elif not living:
                return
            else:
                time.sleep(0.1)
