"""How keys are made of values and read back. Standard library only: the infrastructure reads it too."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

ID_DIGITS: Final = 16
"""Identifiers are below 2**53; padded to this width, text order is number order."""

_FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class KeyPattern:
    """How one entity's key is made of its values, as in `KeyPattern("Post", "P#{post_id:id}", "POST")`.

    A field written `{name:id}` takes an integer identifier and is zero-padded, so that its order is time order;
    any other takes text without `#`. No value can therefore reach across the borders that `#` draws.
    """

    entity: str
    partition: str
    sort: str
    holds: str = field(compare=False)
    """What the entity is, for the generated `docs/entities.md`."""

    def key(self, **values: int | str) -> tuple[str, str]:
        """Return the partition and sort key of the entity with these values.

        Raises:
            ValueError: a value cannot stand in a key.
            KeyError: a value is missing.
        """
        return _filled(self.partition, values), _filled(self.sort, values)

    def values(self, partition: str, sort: str) -> dict[str, int | str] | None:
        """Return the values that a key was made of, or None when it is another entity's key."""
        at_partition, at_sort = (
            _matcher(self.partition).fullmatch(partition),
            _matcher(self.sort).fullmatch(sort),
        )
        if at_partition is None or at_sort is None:
            return None
        kinds = dict(_FIELD.findall(self.partition + self.sort))
        found = at_partition.groupdict() | at_sort.groupdict()
        return {name: int(text) if kinds[name] == "id" else text for name, text in found.items()}

    @property
    def partition_prefix(self) -> str:
        """The part of the partition key that is the same for every such entity."""
        return self.partition.partition("{")[0]

    @property
    def sort_prefix(self) -> str:
        """The part of the sort key that is the same for every such entity in a partition."""
        return self.sort.partition("{")[0]

    @property
    def sort_range(self) -> tuple[str, str]:
        """The least and greatest sort key that such an entity can have: '~' is above all that keys are made of."""
        return self.sort_prefix, self.sort_prefix + "~"


def _filled(template: str, values: dict[str, int | str]) -> str:
    return _FIELD.sub(lambda found: _fit_for_key(found[1], found[2], values[found[1]]), template)


def _fit_for_key(name: str, kind: str | None, value: int | str) -> str:
    if kind == "id":
        if not isinstance(value, int) or not 0 <= value < 10**ID_DIGITS:
            raise ValueError(f"{name} must be an identifier, not {value!r}")
        return f"{value:0{ID_DIGITS}}"
    if not isinstance(value, str) or not value or "#" in value:
        raise ValueError(f"{name} must be text without '#', not {value!r}")
    return value


@cache
def _matcher(template: str) -> re.Pattern[str]:
    pattern, end = "", 0
    for found in _FIELD.finditer(template):
        form = rf"\d{{{ID_DIGITS}}}" if found[2] == "id" else "[^#]+"
        pattern += re.escape(template[end : found.start()]) + f"(?P<{found[1]}>{form})"
        end = found.end()
    return re.compile(pattern + re.escape(template[end:]))
