"""A table that answers as a test has written: what moto never does, DynamoDB may do at any time."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from kith.table.connection import Table

Result = TypeVar("Result")
Call = tuple[str, dict[str, Any]]


class ScriptedTable(Table):
    """Answers each call with what `answer` returns or raises for its operation and arguments."""

    def __init__(self, answer: Callable[[str, dict[str, Any]], dict[str, Any]]) -> None:
        self.name = "scripted"
        self.answer = answer
        self.calls: list[Call] = []
        self.guard: Callable[[], None] = lambda: None

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((operation, arguments))
        return self.answer(operation, arguments)

    def all_of(self, calls: Sequence[Callable[[], Result]]) -> list[Result]:
        return [call() for call in calls]
