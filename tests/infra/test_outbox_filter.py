"""The filter of the stream, applied to keys as the table has them."""

import json
from typing import Any

import pytest

from kith.table.patterns import ID_DIGITS, KeyPattern
from kith.table.schema import ENTITIES, PARTITION_KEY, SORT_KEY, STREAMED
from tests.infra.templates import Templates
from tests.infra.test_queues import mappings_from

FILTERS_MOST = 5
"""Of an event source mapping, unless AWS has been asked for more."""
ONE = "1".zfill(ID_DIGITS)


def an_example(template: str) -> str:
    """Return a key as the template makes it."""
    filled, rest = "", template
    while rest:
        literal, _, rest = rest.partition("{")
        name, _, rest = rest.partition("}")
        filled += literal + ((ONE if name.endswith(":id") else "x") if name else "")
    return filled


def wakes(pattern: dict[str, Any], partition: str, sort: str) -> bool:
    keys = pattern["dynamodb"]["Keys"]
    return all(
        any(matches(wanted, value) for wanted in keys[attribute]["S"])
        for attribute, value in ((PARTITION_KEY, partition), (SORT_KEY, sort))
    )


def matches(wanted: str | dict[str, str], value: str) -> bool:
    return value == wanted if isinstance(wanted, str) else value.startswith(wanted["prefix"])


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.entity)
def test_only_entities_whose_changes_are_events_wake_the_outbox(entity: KeyPattern, local: Templates) -> None:
    ((mapping, _),) = mappings_from(local, "AWS::DynamoDB::Table")
    patterns = [json.loads(wanted["Pattern"]) for wanted in mapping.properties["FilterCriteria"]["Filters"]]
    partition, sort = an_example(entity.partition), an_example(entity.sort)
    assert any(wakes(pattern, partition, sort) for pattern in patterns) == (entity in STREAMED)


def test_the_filter_has_no_more_patterns_than_aws_takes(templates: Templates) -> None:
    ((mapping, _),) = mappings_from(templates, "AWS::DynamoDB::Table")
    assert 1 < len(mapping.properties["FilterCriteria"]["Filters"]) <= FILTERS_MOST
