"""Operations: what takes longer than a request, and can be asked about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kith.domain.errors import NotFound


class OperationNotFound(NotFound):
    """No such operation, or not one the caller may see."""

    code = "operation_not_found"
    message = "There is no such operation, or you cannot see it."


class OperationKind(StrEnum):
    """What is being done."""

    EXPORT = "export"
    ERASURE = "erasure"


class OperationStatus(StrEnum):
    """How it stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Operation:
    """How something stands that was asked for; times are in milliseconds since the Unix epoch."""

    operation_id: int
    kind: OperationKind
    status: OperationStatus
    started_at: int
    finished_at: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    """What has been done so far, by the name of what it was done to."""
    result: Mapping[str, Any] = field(default_factory=dict)
    """What there is to say of the outcome besides."""

    @property
    def done(self) -> int:
        """How many things have been done."""
        return sum(self.counts.values())
