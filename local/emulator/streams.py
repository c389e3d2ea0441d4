"""How AWS Lambda reads a stream: halved batches, partial answers, bounded retries, a place for what was given up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Record = Mapping[str, Any]
GivenUp = Literal["RetryAttemptsExhausted", "MaxRecordAgeExceeded"]

FOREVER = -1


@dataclass(frozen=True, slots=True)
class Policy:
    """What an event source mapping says about failures; ages are in seconds."""

    retries: int = FOREVER
    maximum_age: int = FOREVER
    bisect: bool = False
    partial_answers: bool = False

    @classmethod
    def of(cls, mapping: Mapping[str, Any]) -> "Policy":
        """Read it from an event source mapping as the Lambda API describes one."""
        retries, age = mapping.get("MaximumRetryAttempts"), mapping.get("MaximumRecordAgeInSeconds")
        return cls(
            retries=FOREVER if retries is None else int(retries),
            maximum_age=FOREVER if age is None else int(age),
            bisect=bool(mapping.get("BisectBatchOnFunctionError")),
            partial_answers="ReportBatchItemFailures" in (mapping.get("FunctionResponseTypes") or []),
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """One event source mapping at work.

    Args:
        policy: what it says about failures.
        invoke: calls the function; returns the index of the first record that failed, if any.
        give_up: keeps a note of records that are delivered no more.
        age: seconds since a record was written.
        pause: waits before a retry, given how many there were.
    """

    policy: Policy
    invoke: Callable[[Sequence[Record]], int | None]
    give_up: Callable[[Sequence[Record], GivenUp], None]
    age: Callable[[Record], float]
    pause: Callable[[int], None]

    def deliver(self, batch: Sequence[Record]) -> None:
        """Deliver records in order until each has been processed or given up."""
        retries = 0
        while batch:
            failed = self.invoke(batch)
            if failed is None:
                return
            batch = batch[failed:]
            if self.policy.bisect and len(batch) > 1:
                middle = len(batch) // 2
                self.deliver(batch[:middle])
                batch, retries = batch[middle:], 0
                continue
            reason = self._reason_to_give_up(batch[0], retries)
            if reason:
                self.give_up(batch, reason)
                return
            retries += 1
            self.pause(retries)

    def _reason_to_give_up(self, oldest: Record, retries: int) -> GivenUp | None:
        if self.policy.maximum_age != FOREVER and self.age(oldest) > self.policy.maximum_age:
            return "MaxRecordAgeExceeded"
        if self.policy.retries != FOREVER and retries >= self.policy.retries:
            return "RetryAttemptsExhausted"
        return None


def first_failure(batch: Sequence[Record], answer: object) -> int | None:
    """Return the index of the first record that a partial answer reports, as Lambda reads it."""
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if not failures:
        return None
    reported = {failure.get("itemIdentifier") for failure in failures}
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    return next((at for at, number in enumerate(numbers) if number in reported), 0)
