"""Health, and the description of the API."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any

from kith.domain.errors import MethodNotAllowed, NotFound, Unavailable
from kith.table.connection import Table


@dataclass
class Reference:
    """The use cases of the reference room."""

    table: Table

    def is_healthy(self) -> bool:
        """Tell whether the table answers."""
        try:
            self.table.ping()
        except Unavailable:
            return False
        return True

    @cached_property
    def document(self) -> str:
        """The OpenAPI document, as JSON."""
        return (resources.files("functions.reference") / "openapi.json").read_text()

    def asset(self, name: str) -> str:
        """Return a script or style sheet of the documentation pages.

        Raises:
            NotFound: there is none of that name.
        """
        if name not in ASSETS:
            raise NotFound
        package, path = ASSETS[name]
        return resources.files(package).joinpath(*path.split("/")).read_text()

    def refuse(self, path: str) -> None:
        """Say why no route took a request.

        Raises:
            MethodNotAllowed: the path exists with another method.
            NotFound: it does not exist.
        """
        templates: dict[str, Any] = json.loads(self.document)["paths"]
        if any(
            re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path) for template in templates
        ):
            raise MethodNotAllowed
        raise NotFound("There is no such path.")


SWAGGER = "aws_lambda_powertools.event_handler.openapi.swagger_ui"
ASSETS = {
    "swagger-ui-bundle.min.js": (SWAGGER, "swagger-ui-bundle.min.js"),
    "swagger-ui.min.css": (SWAGGER, "swagger-ui.min.css"),
    "redoc.standalone.js": ("redoc_bundle", "redoc.standalone.js"),
}
"""The pages' scripts are served from here, so that they work without another host."""
