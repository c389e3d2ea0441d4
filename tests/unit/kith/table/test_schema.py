import itertools
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain import ids
from kith.table.patterns import ID_DIGITS, KeyPattern
from kith.table.schema import ENTITIES, FEED_ENTRY, STREAMED

Values = dict[str, int | str]

identifiers = st.integers(0, ids.LIMIT - 1)
texts = st.text(st.characters(exclude_characters="#", exclude_categories=["Cs"]), min_size=1, max_size=20)
names = st.text(st.sampled_from(string.ascii_letters + string.digits + "_-."), min_size=1, max_size=20)


def fields(pattern: KeyPattern) -> dict[str, bool]:
    """Return the names of a pattern's values, and of each whether it is an identifier."""
    written = [
        part.partition("}")[0]
        for part in f"{pattern.partition}{pattern.sort}".replace("}{", "} {").split("{")[1:]
    ]
    return {field.removesuffix(":id"): field.endswith(":id") for field in written}


def values_of(pattern: KeyPattern, text: st.SearchStrategy[str] = texts) -> st.SearchStrategy[Values]:
    return st.fixed_dictionaries(
        {name: identifiers if is_id else text for name, is_id in fields(pattern).items()}
    )


patterns = st.sampled_from(ENTITIES)
named = pytest.mark.parametrize("pattern", ENTITIES, ids=lambda pattern: pattern.entity)


@given(st.data())
@named
def test_a_key_reads_back_to_the_values_it_was_made_of(pattern: KeyPattern, data: st.DataObject) -> None:
    values = data.draw(values_of(pattern))
    assert pattern.values(*pattern.key(**values)) == values


@given(patterns, patterns, st.data())
def test_different_things_never_share_a_key(one: KeyPattern, other: KeyPattern, data: st.DataObject) -> None:
    first, second = data.draw(values_of(one)), data.draw(values_of(other))
    same = one == other and first == second
    assert (one.key(**first) == other.key(**second)) == same


@given(patterns, st.data())
def test_no_entity_takes_the_key_of_another_for_its_own(pattern: KeyPattern, data: st.DataObject) -> None:
    key = pattern.key(**data.draw(values_of(pattern)))
    assert [other.entity for other in ENTITIES if other.values(*key) is not None] == [pattern.entity]


def test_no_two_entities_share_a_partition_and_a_prefix() -> None:
    for one, other in itertools.permutations(ENTITIES, 2):
        if one.partition_prefix == other.partition_prefix:
            assert not one.sort_prefix.startswith(other.sort_prefix), (one.entity, other.entity)
        else:
            assert not one.partition_prefix.startswith(other.partition_prefix), (one.entity, other.entity)


@given(identifiers, identifiers)
def test_the_order_of_sort_keys_is_the_order_of_identifiers(one: int, other: int) -> None:
    in_sort_keys = [pattern for pattern in ENTITIES if ":id}" in pattern.sort]
    assert FEED_ENTRY in in_sort_keys
    for pattern in in_sort_keys:
        earlier, later = (
            pattern.key(**{name: each if is_id else "same" for name, is_id in fields(pattern).items()})[1]
            for each in (one, other)
        )
        assert (earlier < later) == (one < other)


@given(patterns, st.data())
def test_the_range_of_an_entity_holds_all_of_its_kind_in_a_partition_and_nothing_else(
    pattern: KeyPattern, data: st.DataObject
) -> None:
    low, high = pattern.sort_range
    _, sort = pattern.key(**data.draw(values_of(pattern, names)))
    assert low <= sort <= high
    for neighbour in ENTITIES:
        if neighbour != pattern and neighbour.partition_prefix == pattern.partition_prefix:
            _, other_sort = neighbour.key(**data.draw(values_of(neighbour, names)))
            assert not low <= other_sort <= high, neighbour.entity


@named
def test_a_value_with_a_border_in_it_is_refused(pattern: KeyPattern) -> None:
    fitting: Values = {name: 1 if is_id else "x" for name, is_id in fields(pattern).items()}
    assert pattern.key(**fitting)
    for name, is_id in fields(pattern).items():
        unfit: list[int | str] = [-1, 10**ID_DIGITS, "1", ""] if is_id else ["", "#", "a#b", 1]
        for value in unfit:
            with pytest.raises(ValueError, match=name):
                pattern.key(**fitting | {name: value})
        with pytest.raises(KeyError):
            pattern.key(**{each: fitting[each] for each in fitting if each != name})


def test_identifiers_as_large_as_they_get_fit_their_keys() -> None:
    assert len(str(ids.LIMIT - 1)) <= ID_DIGITS


def test_every_entity_has_a_name_of_its_own() -> None:
    assert len({pattern.entity for pattern in ENTITIES}) == len(ENTITIES)
    assert set(STREAMED) <= set(ENTITIES)
