"""Every route that the OpenAPI document describes, with what a request to it needs: a new one is covered unasked."""

import importlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kith.web.door import SECURITY, Door, Identity
from kith.web.proxy import Event
from tests.builders import http_event, rest_event

DOCUMENT: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "functions" / "reference" / "openapi.json").read_text("utf-8")
)

REFERENCE = re.compile(r'"#/components/schemas/(\w+)"')


@dataclass(frozen=True)
class Described:
    """One route of the document."""

    method: str
    path: str
    operation: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def door(self) -> Door:
        door: Door = importlib.import_module(f"functions.{self.operation['tags'][0]}.api").door
        return door

    @property
    def identity(self) -> Identity:
        ((found),) = [each for each, security in SECURITY.items() if security == self.operation["security"]]
        return found

    @property
    def is_public(self) -> bool:
        return self.identity is Identity.NONE

    @property
    def takes_a_body(self) -> bool:
        return "requestBody" in self.operation

    @property
    def needs_a_body(self) -> bool:
        return bool(self.operation.get("requestBody", {}).get("required"))

    @property
    def body_fields(self) -> list[str]:
        """The fields of the body's schema."""
        schema = self.operation["requestBody"]["content"]["application/json"]["schema"]
        kinds = [each for each in schema.get("anyOf", [schema]) if "$ref" in each]
        name = kinds[0]["$ref"].rpartition("/")[2]
        return list(DOCUMENT["components"]["schemas"][name]["properties"])

    @property
    def shown(self) -> set[str]:
        """The names of the schemas of what it answers, and of all that stands in them."""
        answers = {
            status: each for status, each in self.operation["responses"].items() if status != "default"
        }
        return _schemas_in(answers)

    @property
    def named(self) -> set[str]:
        """The names of all that a request to it may hold: parameters and fields."""
        parameters = {each["name"] for each in self.operation.get("parameters", [])}
        return parameters | (set(self.body_fields) if self.takes_a_body else set())

    def as_http(self, number: int = 7, **more: Any) -> Event:
        return http_event(str(self), self._about(number), **more)

    def as_rest(self, **more: Any) -> Event:
        return rest_event(str(self), self._about(7), **more)

    def _about(self, number: int) -> str:
        return re.sub(r"\{\w+\}", str(number), self.path)


def _schemas_in(part: object) -> set[str]:
    found: set[str] = set()
    waiting = set(REFERENCE.findall(json.dumps(part)))
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(REFERENCE.findall(json.dumps(DOCUMENT["components"]["schemas"][name]))) - found
    return found


ROUTES = [
    Described(method.upper(), path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
