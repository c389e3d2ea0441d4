"""Writes that happen together or not at all, each saying what it means when its condition fails."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pynamodb.exceptions import VerboseClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from kith.domain.errors import Unavailable
from kith.retrying import Pause, attempts
from kith.table.connection import Table
from kith.table.items import Item

ATTEMPTS = 10
PASSING_REASONS = frozenset({None, "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Why DynamoDB cancels a transaction that may succeed when tried again."""


@dataclass(frozen=True, slots=True)
class Put:
    """Store an item; `otherwise` is raised when its condition fails."""

    item: Item
    condition: Condition | None = None
    otherwise: Exception | None = None

    def request(self) -> dict[str, Any]:
        """Return the operation as DynamoDB writes it."""
        return {"Put": self.item.get_save_kwargs_from_instance(condition=self.condition)}


@dataclass(frozen=True, slots=True)
class Update:
    """Change attributes of the item at a key; `otherwise` is raised when its condition fails."""

    item: Item
    actions: Sequence[Action]
    condition: Condition | None = None
    otherwise: Exception | None = None

    def request(self) -> dict[str, Any]:
        """Return the operation as DynamoDB writes it."""
        return {
            "Update": self.item.get_update_kwargs_from_instance(
                actions=list(self.actions), condition=self.condition
            )
        }


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the item at a key; `otherwise` is raised when its condition fails."""

    item: Item
    condition: Condition | None = None
    otherwise: Exception | None = None

    def request(self) -> dict[str, Any]:
        """Return the operation as DynamoDB writes it."""
        return {"Delete": self.item.get_delete_kwargs_from_instance(condition=self.condition)}


@dataclass(frozen=True, slots=True)
class Check:
    """Demand something of the item at a key; `otherwise` is raised when it does not hold."""

    item: Item
    condition: Condition
    otherwise: Exception | None = None

    def request(self) -> dict[str, Any]:
        """Return the operation as DynamoDB writes it."""
        return {
            "ConditionCheck": type(self.item).get_operation_kwargs_from_class(
                self.item.pk, self.item.sk, condition=self.condition
            )
        }


Operation = Put | Update | Delete | Check


class ConditionFailed(Exception):  # it is an outcome, told as one
    """A condition failed that the caller gave no meaning to."""


def write(table: Table, *operations: Operation, pause: Pause = time.sleep) -> int:
    """Carry out all operations, or none; return how many attempts were in vain before.

    Conflicts with other transactions are tried again with the same request token, so that an attempt whose answer
    was lost is recognised as done and never done twice.

    Raises:
        Unavailable: it stayed in conflict, was throttled or was not answered.
        Exception: the `otherwise` of the first operation whose condition failed.
    """
    table.guard()
    request = {
        "TransactItems": [operation.request() for operation in operations],
        "ClientRequestToken": str(uuid.uuid4()),
    }
    for attempt in attempts(ATTEMPTS, pause):
        try:
            table.call("TransactWriteItems", dict(request))
        except Unavailable:
            pass
        except VerboseClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            _raise_unless_in_conflict(error, operations)
        else:
            return attempt
    raise Unavailable


def _raise_unless_in_conflict(error: VerboseClientError, operations: Sequence[Operation]) -> None:
    reasons = [reason and reason.code for reason in error.cancellation_reasons]
    for operation, reason in zip(operations, reasons, strict=True):
        if reason == "ConditionalCheckFailed":
            raise operation.otherwise or ConditionFailed(str(operation)) from error
    if not set(reasons) <= PASSING_REASONS:
        raise error
