"""One request followed through every function: `make trace ID=JKJaXmPLvHcESHA= STAGE=prod`.

The id is a request's (its answer's `x-request-id`), or an event's or a message's. Where what was done goes on in another
trace, that is followed too: of a deletion, an upload, a digest, a batch of several.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import boto3

from local.home import Home
from local.logs import told

ID: Final = re.compile(r"[A-Za-z0-9+/=_-]{1,64}")
NAMES: Final = ("trace_id", "request_id", "event_id", "message_id")
"""The fields of a line by which it is found."""
TRACES_MOST: Final = 100
"""How many traces are followed from one."""
DAY: Final = 24
"""Hours that are looked at unless others are asked for: CloudWatch charges for what it reads."""
GROUPS_AT_ONCE, IDS_AT_ONCE, LINES_MOST = 50, 20, 10_000
"""What CloudWatch takes in one query, and answers."""
PAUSE: Final = 0.5
"""Seconds between two questions for the results of a query."""


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A structured line of a function's log; in order of time."""

    at: str
    function: str
    text: str
    record: dict[str, Any] = field(compare=False, hash=False)

    @classmethod
    def read(cls, function: str, text: str) -> "Line | None":
        """Return the line that a text is, or None where it is no structured one."""
        try:
            record = json.loads(text)
        except ValueError:
            return None
        if not isinstance(record, dict) or not {"timestamp", "message"} <= record.keys():
            return None
        return cls(record["timestamp"], function, text, record)

    def is_about(self, ids: Collection[str]) -> bool:
        """Tell whether a line names one of some ids."""
        return any(self.record.get(name) in ids for name in NAMES) or not set(ids).isdisjoint(
            self.record.get("trace_ids", ())
        )

    @property
    def leads_to(self) -> set[str]:
        """The traces that it belongs to, and in which what it tells of goes on."""
        return {*self.record.get("continues_as", ()), *filter(None, [self.record.get("trace_id")])}


Search = Callable[[Collection[str]], Iterable[Line]]
"""Returns the lines in which some ids stand, and maybe others."""


def followed(stage: str, wanted: str, *, hours: int = DAY, home: Home | None = None) -> Iterator[str]:
    """Yield what functions of a stage have logged about a request, an event or a message, in order of time.

    Args:
        stage: local, or one on AWS.
        wanted: the id.
        hours: how far to look back, on AWS.
        home: where the local stack is; where it always is unless given.

    Raises:
        ValueError: it can be no id.
    """
    if not ID.fullmatch(wanted):
        raise ValueError(f"{wanted!r} is the id of nothing")
    search = (
        in_file((home or Home.from_environment()).function_log)
        if stage == "local"
        else in_cloudwatch(boto3.client("logs"), stage, hours)
    )
    for line in gathered(search, wanted):
        named = {name: value for name, value in line.record.items() if (name, value) != ("trace_id", wanted)}
        yield f"{line.at[11:23]} {line.function.removeprefix(f'kith-{stage}-'):<24} {told(named)}"


def gathered(search: Search, wanted: str) -> list[Line]:
    """Return the lines about something and about what has come of it, in order of time."""
    lines, known, unknown = set[Line](), set[str](), {wanted}
    while unknown and len(known) < TRACES_MOST:
        found = [line for line in search(unknown) if line.is_about(unknown)]
        lines.update(found)
        known |= unknown
        unknown = set(filter(ID.fullmatch, (each for line in found for each in line.leads_to))) - known
    return sorted(lines)


def in_file(path: Path) -> Search:
    """Return what searches the log that the local stack keeps of all functions."""

    def search(ids: Collection[str]) -> Iterator[Line]:
        for logged in path.read_text(errors="replace").splitlines():
            function, _tab, text = logged.partition("\t")
            if any(each in text for each in ids) and (line := Line.read(function, text)):
                yield line

    return search


def in_cloudwatch(logs: Any, stage: str, hours: int) -> Search:  # noqa: ANN401  # botocore makes its clients' classes at run time
    """Return what searches the log groups of a stage by CloudWatch Logs Insights.

    It takes `logs:DescribeLogGroups`, `logs:StartQuery` and `logs:GetQueryResults`.
    """
    pages = logs.get_paginator("describe_log_groups").paginate(
        logGroupNamePrefix=f"/aws/lambda/kith-{stage}-"
    )
    groups = [group["logGroupName"] for page in pages for group in page["logGroups"]]

    def search(ids: Collection[str]) -> Iterator[Line]:
        now = int(time.time())
        queries = [
            logs.start_query(
                logGroupNames=some_groups,
                startTime=now - hours * 3_600,
                endTime=now,
                queryString=query_for(some_ids),
                limit=LINES_MOST,
            )["queryId"]
            for some_groups in _parts(groups, GROUPS_AT_ONCE)
            for some_ids in _parts(sorted(ids), IDS_AT_ONCE)
        ]
        for query in queries:
            for row in _answered(logs, query):
                found = {each["field"]: each["value"] for each in row}
                line = Line.read(found["@log"].rpartition("/")[2], found["@message"])
                if line is not None:
                    yield line

    return search


def query_for(ids: Iterable[str]) -> str:
    """Return the query for lines in which one of some ids stands."""
    conditions = " or ".join(f'@message like "{each}"' for each in ids)
    return f"fields @log, @message | filter {conditions} | sort @timestamp asc"


def _answered(logs: Any, query: str) -> list[Any]:  # noqa: ANN401  # the same
    while True:
        answer = logs.get_query_results(queryId=query)
        if answer["status"] == "Complete":
            rows: list[Any] = answer["results"]
            return rows
        if answer["status"] not in {"Scheduled", "Running", "Unknown"}:
            raise RuntimeError(f"CloudWatch ended a query as {answer['status']}")
        time.sleep(PAUSE)


def _parts(things: list[str], size: int) -> Iterator[list[str]]:
    return (things[start : start + size] for start in range(0, len(things), size))


def main() -> None:
    """Print what was logged."""
    parser = argparse.ArgumentParser(prog="make trace", description=__doc__.partition("\n")[0])
    parser.add_argument("--stage", default="local")
    parser.add_argument("--hours", type=int, default=DAY, help="how far to look back, on AWS")
    parser.add_argument("id", help="a request's, as its answer's x-request-id says; an event's; a message's")
    asked = parser.parse_args()
    try:
        lines = list(followed(asked.stage, asked.id, hours=asked.hours))
    except ValueError as failure:
        sys.exit(f"kith: {failure}")
    except FileNotFoundError:
        sys.exit("kith: no stack has been started here; `make up` does.")
    print("\n".join(lines) or f"Nothing is logged of {asked.id}.")


if __name__ == "__main__":
    main()
