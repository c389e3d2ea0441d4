import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain.errors import Invalid
from kith.domain.preferences import ENTRIES_MOST, NUMBER_MOST, merged

names = st.from_regex(r"[A-Za-z0-9_.-]{1,64}", fullmatch=True)
values = (
    st.booleans()
    | st.integers(-NUMBER_MOST, NUMBER_MOST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.sampled_from("aZ09 \N{SNOWMAN}\u0301\u200d"), max_size=50)
)
chosen = st.dictionaries(names, values, max_size=10)


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7396, section 2, as it is written there."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result


@given(chosen, st.dictionaries(names, values | st.none(), max_size=10))
def test_a_patch_is_merged_as_the_rfc_says(present: dict[str, Any], patch: dict[str, Any]) -> None:
    present, before = merged({}, present), dict(present)  # type: ignore[assignment]  # NFC from here on
    after = merged(present, patch)
    assert set(after) == set(merge_patch(before, patch))
    untouched = {name: value for name, value in present.items() if name not in patch}
    assert {name: after[name] for name in untouched} == untouched
    assert merged(after, patch) == after


@given(chosen)
def test_what_is_kept_reads_back_the_same_from_json(present: dict[str, Any]) -> None:
    kept = merged({}, present)
    again = json.loads(json.dumps(kept))
    assert [(name, type(value), value) for name, value in again.items()] == [
        (name, type(value), value) for name, value in kept.items()
    ]


@pytest.mark.parametrize("value", [[], {}, math.nan, math.inf, -math.inf, NUMBER_MOST + 1, "\x00", "x" * 501])
def test_a_value_that_is_not_acceptable_is_named(value: object) -> None:
    with pytest.raises(Invalid) as refused:
        merged({}, {"fine": 1, "theme": value})
    assert [each.field for each in refused.value.fields] == ["preferences.theme"]


@pytest.mark.parametrize("name", ["", "x" * 65, "a b", "a#b", "\N{LATIN SMALL LETTER E WITH ACUTE}", "a\n"])
def test_a_name_that_is_not_acceptable_is_named_and_removing_it_is_nothing(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        merged({}, {name: 1})
    assert [each.field for each in refused.value.fields] == [f"preferences.{name}"]
    assert merged({"theme": 1}, {name: None}) == {"theme": 1}


def test_there_are_fifty_at_most() -> None:
    full = {f"p{number}": number for number in range(ENTRIES_MOST)}
    assert merged({}, full) == full
    assert len(merged(full, {"p0": None, "more": 1})) == ENTRIES_MOST
    with pytest.raises(Invalid):
        merged(full, {"more": 1})
