"""What functions log, as CloudWatch is given it."""

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from kith.telemetry import logger

Line = dict[str, Any]


class _Collecting(logging.Handler):
    def __init__(self, lines: list[Line], room: str) -> None:
        super().__init__()
        self.lines = lines
        self.setFormatter(logger(room).registered_formatter)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@contextmanager
def lines_of(*rooms: str) -> Iterator[list[Line]]:
    """Yield a list to which every line of some rooms is added, as it is written."""
    lines: list[Line] = []
    with ExitStack() as stack:
        for room in rooms:
            collecting = _Collecting(lines, room)
            logger(room).addHandler(collecting)
            stack.callback(logging.getLogger(room).removeHandler, collecting)
        yield lines


def measured_in(lines: list[Line], name: str) -> list[float]:
    """Return the values of a metric in some lines."""
    told = [line[name] for line in lines if name in line]
    return [value for values in told for value in (values if isinstance(values, list) else [values])]
