"""Health, the OpenAPI document and its pages; and the answer to every path that no room has."""

from http import HTTPStatus
from mimetypes import guess_type

from aws_lambda_powertools.event_handler import Response

from functions.reference import pages, wiring
from functions.reference.schemas import Health
from kith.deployment import settings
from kith.web.door import Door

door = Door("reference", unrouted=lambda path: wiring.reference().refuse(path))

JSON, HTML = "application/json", "text/html; charset=utf-8"
A_MINUTE = "public, max-age=60"
A_DAY = "public, max-age=86400"


@door.route("GET", "/health", also=HTTPStatus.SERVICE_UNAVAILABLE)
def health() -> Response[Health]:
    """Whether the service can serve; 503 when it cannot."""
    return _health()


def _health() -> Response[Health]:
    healthy = wiring.reference().is_healthy()
    return Response(
        HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE,
        JSON,
        Health(status="healthy" if healthy else "unhealthy", version=settings().version),
    )


@door.route("GET", "/api/v1/health", also=HTTPStatus.SERVICE_UNAVAILABLE)
def api_health() -> Response[Health]:
    """The same, for clients that know the base path only."""
    return _health()


@door.route("GET", "/openapi.json", cache=A_MINUTE, media_types=[JSON])
def openapi() -> Response[str]:
    """This document."""
    return Response(HTTPStatus.OK, JSON, wiring.reference().document)


@door.route("GET", "/docs", cache=A_MINUTE, media_types=[HTML])
def swagger_ui() -> Response[str]:
    """This document as a page to try things on."""
    return Response(HTTPStatus.OK, HTML, pages.SWAGGER_UI)


@door.route("GET", "/redoc", cache=A_MINUTE, media_types=[HTML])
def redoc() -> Response[str]:
    """This document as a page to read."""
    return Response(HTTPStatus.OK, HTML, pages.REDOC)


@door.route("GET", "/docs/assets/{name}", cache=A_DAY, media_types=["text/javascript", "text/css"])
def asset(name: str) -> Response[str]:
    """A script or style sheet of the pages."""
    media_type, _ = guess_type(name)
    return Response(HTTPStatus.OK, media_type, wiring.reference().asset(name))


handler = door
