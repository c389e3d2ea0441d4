import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from functions.reference.api import door
from functions.reference.service import ASSETS
from kith.table.connection import Table
from tests.builders import Client, LambdaContext, answer_of, http_event, rest_event
from tests.component.conftest import TABLE, aws

VISITOR = Client(door)
HEALTHY = {"status": "healthy", "service": "Kith", "version": "0.1.0"}
UNHEALTHY = HEALTHY | {"status": "unhealthy"}

healths = pytest.mark.parametrize("route", ["GET /health", "GET /api/v1/health"])


@healths
def test_health_is_told_to_everybody(cloud: None, route: str) -> None:
    answer = VISITOR.send(route)
    assert (answer.status, answer.json) == (200, HEALTHY)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, no-store"


@healths
def test_without_the_table_the_service_is_unhealthy(cloud: None, route: str) -> None:
    assert VISITOR.send(route).status == 200
    aws("dynamodb").delete_table(TableName=TABLE)
    answer = VISITOR.send(route)
    assert (answer.status, answer.json) == (503, UNHEALTHY)


@healths
def test_while_the_table_does_not_answer_the_service_is_unhealthy(
    table: Table, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    def silent(*_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb.example")

    with monkeypatch.context() as patch:
        patch.setattr(table.connection, "dispatch", silent)
        assert (VISITOR.send(route).status, VISITOR.send(route).json) == (503, UNHEALTHY)
    assert VISITOR.send(route).status == 200


@pytest.mark.parametrize(
    ("path", "content_type", "holds"),
    [
        ("/openapi.json", "application/json", '"openapi": "3.1.0"'),
        ("/docs", "text/html; charset=utf-8", "/docs/assets/swagger-ui-bundle.min.js"),
        ("/redoc", "text/html; charset=utf-8", "/docs/assets/redoc.standalone.js"),
        ("/docs/assets/swagger-ui-bundle.min.js", "text/javascript", "SwaggerUIBundle"),
        ("/docs/assets/swagger-ui.min.css", "text/css", ".swagger-ui"),
    ],
)
def test_the_reference_is_served_with_its_type(cloud: None, path: str, content_type: str, holds: str) -> None:
    event = http_event("$default", path) | {
        "requestContext": http_event(f"GET {path}", path)["requestContext"]
    }
    answer = answer_of(door(event, LambdaContext()))
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    assert holds in answer.text


def test_the_document_is_the_one_that_is_checked_in(cloud: None) -> None:
    document = VISITOR.send("GET /openapi.json").json
    assert "/api/v1/posts" in document["paths"]
    assert document["info"]["title"] == "Kith"


def test_pages_ask_nothing_of_another_host(cloud: None) -> None:
    for page in ("/docs", "/redoc"):
        text = VISITOR.send(f"GET {page}").text
        assert "http://" not in text
        assert "https://" not in text


@pytest.mark.parametrize("name", ["", "x.js", "..", "../service.py", "%2e%2e%2fservice.py"])
def test_only_the_pages_own_assets_are_served(cloud: None, name: str) -> None:
    assert name not in ASSETS
    answer = VISITOR.send("GET /docs/assets/{name}", name=name)
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/v1", "/api/v1/posts/7/frowns", "/api/v2/posts"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_path_that_no_room_has_is_not_found(cloud: None, method: str, path: str) -> None:
    answer = unrouted(method, path)
    assert (answer.status, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/health"),
        ("DELETE", "/openapi.json"),
        ("GET", "/api/v1/register"),
        ("PATCH", "/api/v1/posts/7"),
        ("GET", "/api/v1/graph/follow/7"),
        ("PUT", "/api/v1/posts"),
    ],
)
def test_a_path_that_has_other_methods_says_so(cloud: None, method: str, path: str) -> None:
    answer = unrouted(method, path)
    assert (answer.status, answer.json["code"]) == (405, "method_not_allowed")
    assert answer.headers["content-type"] == "application/problem+json"


def unrouted(method: str, path: str) -> Any:
    """Send what API Gateway sends for a path that has no route: to both kinds of API, which answer alike."""
    http = http_event("$default", path, body=json.dumps({"a": 1}))
    http["requestContext"]["http"]["method"] = method
    over_http = answer_of(door(http, LambdaContext()))
    over_rest = answer_of(door(rest_event(f"{method} /{{proxy+}}", path), LambdaContext()))
    assert over_http.status == over_rest.status
    assert over_http.json["code"] == over_rest.json["code"]
    return over_http
