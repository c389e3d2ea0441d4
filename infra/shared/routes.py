"""The routes, as the generated OpenAPI document describes them: its tags say which room answers."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.shared.checkout import API_DESCRIPTION

METHODS: Final = frozenset({"DELETE", "GET", "PATCH", "POST", "PUT"})


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path, and the room that answers it."""

    method: str
    path: str
    room: str


def described_routes(description: Path = API_DESCRIPTION) -> list[Route]:
    """Return every route of the document, in its order."""
    paths: dict[str, dict[str, dict[str, list[str]]]] = json.loads(description.read_text("utf-8"))["paths"]
    return [
        Route(method.upper(), path, operation["tags"][0])
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method.upper() in METHODS
    ]
