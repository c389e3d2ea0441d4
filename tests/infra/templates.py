"""Reads the templates of one synthesized variant as one set of resources."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

Properties = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Resource:
    """One resource of a template."""

    stack: str
    name: str
    kind: str
    properties: Properties
    attributes: Properties

    def __repr__(self) -> str:
        return f"{self.stack}/{self.name}"


class Templates:
    """The templates of every stack of a variant."""

    def __init__(self, documents: dict[str, Properties]) -> None:
        self._documents = documents
        self._resources = {
            (stack, name): Resource(stack, name, body["Type"], body.get("Properties", {}), body)
            for stack, document in documents.items()
            for name, body in document["Resources"].items()
        }
        self._exports = {
            output["Export"]["Name"]: (stack, output["Value"])
            for stack, document in documents.items()
            for output in document.get("Outputs", {}).values()
            if "Export" in output
        }

    @classmethod
    def read(cls, assembly: Path) -> Self:
        suffix = ".template.json"
        return cls(
            {
                file.name.removesuffix(suffix): json.loads(file.read_text("utf-8"))
                for file in sorted(assembly.glob(f"*{suffix}"))
            }
        )

    @property
    def stacks(self) -> set[str]:
        return set(self._documents)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._resources.values())

    def of_kind(self, *kinds: str) -> list[Resource]:
        """Return the resources of these types; a rule about none of them would say nothing, so there is one."""
        found = [resource for resource in self if resource.kind in kinds]
        assert found, f"no {' or '.join(kinds)}"
        return found

    def named_by(self, reference: Any, within: Resource) -> Resource:  # as in the template
        """Return the resource that a property of another refers to, whichever stack it is in."""
        return self._target(reference, within.stack)

    def _target(self, reference: Any, stack: str) -> Resource:  # as in the template
        match reference:
            case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
                return self._resources[stack, name]
            case {"Fn::ImportValue": export}:
                exporter, value = self._exports[export]
                return self._target(value, exporter)
        raise AssertionError(f"{reference} names no resource")

    def output(self, name: str) -> Any:  # as in the template
        """Return the value of an output of any stack."""
        return next(
            document["Outputs"][name]["Value"]
            for document in self._documents.values()
            if name in document.get("Outputs", {})
        )
