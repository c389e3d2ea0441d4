"""What DynamoDB counts of an operation: the sizes of items, and from them the request units.

After "DynamoDB item sizes and formats" and "Read and write operations" of the developer guide, which calls the size of
a number an approximation.
"""

import base64
from collections.abc import Callable, Iterable, Mapping
from typing import Any

KILOBYTE = 1024
READ_STEP, WRITE_STEP = 4 * KILOBYTE, KILOBYTE
"""Bytes that one unit pays for."""
TRANSACTED = 2
"""How many times as much an item costs in a transaction."""
DOCUMENT_OVERHEAD, ELEMENT_OVERHEAD = 3, 1
"""Bytes of a list or map, and of each of its elements."""
DIGITS_PER_BYTE = 2

Item = Mapping[str, Mapping[str, Any]]
"""An item as DynamoDB writes it: `{"likes": {"N": "3"}}`."""


def item_size(item: Item) -> int:
    """Return an item's size in bytes."""
    return sum(_text(name) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:
    """Return the size in bytes of one attribute's value, its name not included."""
    ((kind, content),) = value.items()
    return SIZES[kind](content)


def number_size(number: str) -> int:
    """Return the size in bytes of a number: a byte for two significant digits, one more, and one for a minus."""
    mantissa, _, _ = number.lower().partition("e")
    significant = mantissa.lstrip("+-").replace(".", "").strip("0")
    return -(-len(significant) // DIGITS_PER_BYTE) + 1 + number.startswith("-")


def _text(text: str) -> int:
    return len(text.encode())


def _document(sizes: Iterable[int]) -> int:
    return DOCUMENT_OVERHEAD + sum(size + ELEMENT_OVERHEAD for size in sizes)


def _binary(content: bytes | str) -> int:
    return len(content if isinstance(content, bytes) else base64.b64decode(content))


SIZES: dict[str, Callable[[Any], int]] = {
    "S": _text,
    "N": number_size,
    "B": _binary,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "L": lambda values: _document(map(value_size, values)),
    "M": lambda values: _document(_text(name) + value_size(value) for name, value in values.items()),
    "SS": lambda values: sum(map(_text, values)),
    "NS": lambda values: sum(map(number_size, values)),
    "BS": lambda values: sum(map(_binary, values)),
}
"""The size in bytes of what a value of each type holds."""


def read_units(size: int, *, consistent: bool) -> float:
    """Return the read units of one item of so many bytes, or of all that one query has read; 0 bytes cost the least."""
    return _steps(size, READ_STEP) * (1 if consistent else 0.5)


def write_units(before: int, after: int, *, transacted: bool = False) -> int:
    """Return the write units of one item that had so many bytes before and has so many after; 0 is no item."""
    return _steps(max(before, after), WRITE_STEP) * (TRANSACTED if transacted else 1)


def _steps(size: int, step: int) -> int:
    return max(1, -(-size // step))
