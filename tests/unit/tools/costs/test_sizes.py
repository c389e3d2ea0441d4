from typing import Any

import pytest

from tools.costs.sizes import item_size, number_size, read_units, value_size, write_units


@pytest.mark.parametrize(
    ("number", "size"),
    [
        ("0", 1),
        ("7", 2),
        ("42", 2),
        ("123", 3),
        ("123000", 3),
        ("-42", 3),
        ("0.0042", 2),
        ("10.50", 3),
        ("1.5E+20", 2),
        ("9007199254740991", 9),
    ],
)
def test_a_number_is_a_byte_for_two_significant_digits_and_one_more(number: str, size: int) -> None:
    assert number_size(number) == size


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "tram"}, 4),
        ({"S": "brücke"}, 7),
        ({"N": "123"}, 3),
        ({"B": b"1234"}, 4),
        ({"B": "MTIzNA=="}, 4),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"L": [{"S": "tram"}, {"N": "7"}]}, 3 + (1 + 4) + (1 + 2)),
        ({"M": {}}, 3),
        ({"M": {"user_id": {"N": "123"}}}, 3 + (1 + 7 + 3)),
        ({"L": [{"M": {"a": {"NULL": True}}}]}, 3 + (1 + 3 + (1 + 1 + 1))),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["7", "123"]}, 5),
        ({"BS": [b"a", b"bc"]}, 3),
    ],
)
def test_a_value_has_the_size_that_dynamodb_counts(value: dict[str, Any], size: int) -> None:
    assert value_size(value) == size


def test_an_item_is_its_names_and_values() -> None:
    item = {"PK": {"S": "P#0000000000000007"}, "SK": {"S": "POST"}, "likes": {"N": "12"}}
    assert item_size(item) == (2 + 18) + (2 + 4) + (5 + 2)
    assert item_size({}) == 0


@pytest.mark.parametrize(
    ("size", "strongly", "eventually"),
    [(0, 1, 0.5), (1, 1, 0.5), (4_096, 1, 0.5), (4_097, 2, 1), (9_000, 3, 1.5)],
)
def test_a_read_is_paid_by_4_kilobytes(size: int, strongly: float, eventually: float) -> None:
    assert read_units(size, consistent=True) == strongly
    assert read_units(size, consistent=False) == eventually


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [(0, 0, 1), (0, 1_024, 1), (0, 1_025, 2), (1_025, 0, 2), (100, 3_000, 3), (3_000, 100, 3)],
)
def test_a_write_is_paid_by_the_kilobyte_of_the_larger_and_twice_in_a_transaction(
    before: int, after: int, units: int
) -> None:
    assert write_units(before, after) == units
    assert write_units(before, after, transacted=True) == 2 * units
