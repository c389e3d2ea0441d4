"""All that is in the table, by kind."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from kith.table import schema
from kith.table.patterns import KeyPattern
from tests.simulation.cloud import Cloud
from tests.simulation.truth import Raw, number, text

Found = list[tuple[dict[str, Any], Raw]]
GATE = "GATE"


@dataclass
class Stored:
    """All items, by kind, with the values of their keys."""

    by_kind: dict[str, Found] = field(default_factory=lambda: defaultdict(list))

    def of(self, pattern: KeyPattern) -> Found:
        return self.by_kind[pattern.entity]

    def pairs(self, pattern: KeyPattern, first: str, second: str) -> Counter[tuple[int, int]]:
        """Return what stands beside what: each of the two is a value of the key, or an attribute."""
        return Counter((_value(each, first), _value(each, second)) for each in self.of(pattern))


def _value(found: tuple[dict[str, Any], Raw], name: str) -> int:
    values, item = found
    return int(values[name]) if name in values else number(item, name)


def stored_in(cloud: Cloud) -> Stored:
    """Return all that is in the table."""
    stored, patterns = Stored(), {pattern.entity: pattern for pattern in schema.ENTITIES}
    for key, item in cloud.engine.all():
        if key[1] == GATE:
            continue  # it tells nothing of anybody but how often they asked
        assert "kind" in item, f"what is left at {key}: {item}"
        pattern = patterns[text(item, "kind")]
        stored.by_kind[pattern.entity].append((pattern.values(*key) or {}, item))
    return stored


def follows(stored: Stored, one: int, other: int) -> bool:
    return any(
        (values["user_id"], values["other_id"]) == (one, other) and text(item, "state") == "accepted"
        for values, item in stored.of(schema.RELATION)
    )
