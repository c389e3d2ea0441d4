import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain.errors import Malformed
from kith.web import body
from tests.corpora import JSON_CASES, needs_json_cases

# Valid by the letter of RFC 8259, and ambiguous: readers differ in which of the two they take.
AMBIGUOUS = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}


def is_text(case: Path) -> bool:
    """Tell whether a case is UTF-8; the door refuses what is not before it is read."""
    try:
        case.read_bytes().decode()
    except UnicodeDecodeError:
        return False
    return True


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(values)
def test_json_reads_as_what_it_was_written_from(value: Any) -> None:
    assert body.parsed(json.dumps(value)) == value
    assert body.parsed(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        "nul",
        "{'a': 1}",
        '{"a": 1,}',
        "[1] 2",
        "NaN",
        "[-Infinity]",
        '{"a": 1e400}',
        "-1e400",
        "1" * 5_000,
        '{"a": 1, "a": 1}',
        '{"b": {"a": 1, "\\u0061": 2}}',
        '"\\ud800"',
        '{"\\udc00": 1}',
        '["\\ud800\\ud800"]',
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 100_000 + "]" * 100_000,
        "\ufeff{}",
        '"\x00"',
        "01",
        "1_000",
        "٣",
    ],
    ids=lambda text: ascii(text[:24]),
)
def test_what_is_no_json_or_ambiguous_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        body.parsed(text)


def test_whole_surrogate_pairs_and_large_integers_are_read() -> None:
    assert body.parsed('"\\ud83d\\ude00"') == "\N{GRINNING FACE}"
    assert body.parsed("9" * 40) == int("9" * 40)
    assert body.parsed("1e308") == 1e308
    assert body.parsed("1e-400") == 0


@given(st.text() | st.text(st.sampled_from('{}[]":,\\u0123dD8 eE.-+')))
def test_no_text_raises_anything_but_malformed(text: str) -> None:
    try:
        value = body.parsed(text)
    except Malformed:
        return
    assert body.parsed(json.dumps(value)) == value


@needs_json_cases
@pytest.mark.parametrize("case", [case for case in JSON_CASES if is_text(case)], ids=lambda case: case.stem)
def test_the_json_corpus_is_read_and_refused_as_it_says(case: Path) -> None:
    text = case.read_bytes().decode()
    if case.name.startswith("n_") or case.name in AMBIGUOUS:
        with pytest.raises(Malformed):
            body.parsed(text)
    elif case.name.startswith("y_"):
        assert body.parsed(text) == json.loads(text)
    else:
        try:
            read = body.parsed(text)
        except Malformed:
            return
        assert read == json.loads(text)
