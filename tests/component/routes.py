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

    def as_http(self, **more: Any) -> Event:
        return http_event(str(self), self._filled, **more)

    def as_rest(self, **more: Any) -> Event:
        return rest_event(str(self), self._filled, **more)

    @property
    def _filled(self) -> str:
        return re.sub(r"\{\w+\}", "7", self.path)


ROUTES = [
    Described(method.upper(), path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
