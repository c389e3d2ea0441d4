from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from local.emulator.streams import FOREVER, GivenUp, Policy, Reader, Record, first_failure


def record(number: int) -> Record:
    return {"dynamodb": {"SequenceNumber": str(number)}}


def numbers(batch: Sequence[Record]) -> list[int]:
    return [int(entry["dynamodb"]["SequenceNumber"]) for entry in batch]


class Delivery:
    """Delivers ten records to a function, and notes what became of them."""

    def __init__(self, policy: Policy, fails: Callable[[list[int]], int | None], age: float = 0) -> None:
        self.batches: list[list[int]] = []
        self.given_up: list[tuple[list[int], GivenUp]] = []
        self.pauses: list[int] = []
        self._fails = fails
        Reader(policy, self._invoke, self._give_up, lambda _: age, self.pauses.append).deliver(
            [record(number) for number in range(10)]
        )

    def _invoke(self, batch: Sequence[Record]) -> int | None:
        self.batches.append(numbers(batch))
        return self._fails(numbers(batch))

    def _give_up(self, batch: Sequence[Record], reason: GivenUp) -> None:
        self.given_up.append((numbers(batch), reason))


def test_a_batch_that_succeeds_is_delivered_once() -> None:
    delivery = Delivery(Policy(), lambda _: None)

    assert delivery.batches == [list(range(10))]
    assert delivery.given_up == []


def test_after_a_partial_answer_delivery_goes_on_with_the_first_record_that_failed() -> None:
    answers = iter([4, None])

    delivery = Delivery(Policy(retries=5), lambda _: next(answers))

    assert delivery.batches == [list(range(10)), list(range(4, 10))]
    assert delivery.pauses == [1]


@given(poison=st.integers(0, 9), partial=st.booleans())
def test_a_poison_record_is_given_up_alone_and_all_others_are_processed(
    poison: int, *, partial: bool
) -> None:
    def fails(batch: list[int]) -> int | None:
        if poison not in batch:
            return None
        return batch.index(poison) if partial else 0

    delivery = Delivery(Policy(retries=2, bisect=True), fails)

    processed = {number for batch in delivery.batches for number in batch[: fails(batch)]}
    assert delivery.given_up == [([poison], "RetryAttemptsExhausted")]
    assert processed == set(range(10)) - {poison}


def test_without_bisecting_the_rest_of_the_batch_is_given_up_after_the_retries() -> None:
    delivery = Delivery(Policy(retries=3), lambda _: 0)

    assert len(delivery.batches) == 4
    assert delivery.given_up == [(list(range(10)), "RetryAttemptsExhausted")]


def test_records_that_are_too_old_are_given_up_however_many_retries_there_are() -> None:
    delivery = Delivery(Policy(retries=FOREVER, maximum_age=60), lambda _: 0, age=61)

    assert delivery.given_up == [(list(range(10)), "MaxRecordAgeExceeded")]


def test_the_policy_is_what_the_mapping_says() -> None:
    mapping = {
        "MaximumRetryAttempts": 0,
        "BisectBatchOnFunctionError": True,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }

    assert Policy.of(mapping) == Policy(retries=0, maximum_age=FOREVER, bisect=True, partial_answers=True)
    assert Policy.of({}) == Policy()


def test_a_partial_answer_names_the_first_failure_and_an_unknown_record_fails_them_all() -> None:
    batch = [record(7), record(8), record(9)]

    assert first_failure(batch, {"batchItemFailures": []}) is None
    assert first_failure(batch, None) is None
    assert (
        first_failure(batch, {"batchItemFailures": [{"itemIdentifier": "9"}, {"itemIdentifier": "8"}]}) == 1
    )
    assert first_failure(batch, {"batchItemFailures": [{"itemIdentifier": "1"}]}) == 0
