"""What the work at hand belongs to: the trace of the request that began it, through every hop that it has caused.

A trace's id is the request's own. Each piece of work, of a request or a message, is a span of it. After OpenTelemetry's
terms; nothing of it is sent anywhere but into the log.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final, Protocol

from kith.metrics import Metric

ID_LENGTH: Final = 16
"""Characters of an id that is made here: as many as API Gateway gives to a request."""
CONTINUATIONS_MOST: Final = 50
"""Other traces that a span names."""


class Invocation(Protocol):
    """The part of Lambda's context that is used."""

    @property
    def aws_request_id(self) -> str:
        """The invocation's identifier."""
        ...


@dataclass(slots=True)
class Span:
    """One piece of work: what is done for a request, or for a message."""

    trace_id: str
    names: dict[str, object]
    """By what else it can be found: its message, its event."""
    begun: float = field(default_factory=perf_counter)
    continues_as: list[str] = field(default_factory=list)
    """Other traces, in which what it has caused goes on."""
    measured: dict[Metric, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def milliseconds(self) -> float:
        """How long it has taken up to now."""
        return since(self.begun)

    def follow(self, trace_id: str, **names: object) -> None:
        """Belong to a trace of which it is only known now."""
        self.trace_id = trace_id
        self.names |= names


_current: ContextVar[Span | None] = ContextVar("span", default=None)


def current() -> Span | None:
    """Return the span of the work at hand, in whichever thread, or None where there is none."""
    return _current.get()


@contextmanager
def span(trace_id: str, **names: object) -> Iterator[Span]:
    """Let what is done within be a span of a trace."""
    begun = Span(trace_id, names)
    former = _current.set(begun)
    try:
        yield begun
    finally:
        _current.reset(former)


def follow(trace_id: str) -> None:
    """Let the work at hand belong to a trace of which it is only known now."""
    present = current()
    if present is not None:
        present.follow(trace_id)


def continue_as(*trace_ids: str) -> None:
    """Note other traces in which what is done here goes on, the first of them: nothing else could lead from here to there."""
    present = current()
    known = [] if present is None else present.continues_as
    for trace_id in trace_ids:
        if len(known) < CONTINUATIONS_MOST and trace_id not in known:
            known.append(trace_id)


def id_from(*names: object) -> str:
    """Return the id of a trace that goes on with something of which both ends, but nothing between them, know the names."""
    return hashlib.sha256(" ".join(map(str, names)).encode()).hexdigest()[:ID_LENGTH]


def measure(metric: Metric, value: float) -> None:
    """Add a value to what is told of the work at hand when it is done; counts are added up."""
    present = current()
    if present is not None:
        present.measured[metric].append(value)


def since(begun: float) -> float:
    """Return the milliseconds since a reading of `perf_counter`."""
    return (perf_counter() - begun) * 1_000
