import json
from pathlib import Path

import pytest

from infra.shared.routes import Route, described_routes
from tests.infra.templates import Resource, Templates

OUTPUTS = ("ApiUrl", "ApiId", "TableName", "BusName", "BucketName")


def room_of(function: Resource) -> str:
    return str(function.properties["Handler"]).split(".")[1]


def http_routes(templates: Templates) -> dict[str, str]:
    """Return each route key of the HTTP API and the room it leads to."""
    rooms = {}
    for route in templates.of_kind("AWS::ApiGatewayV2::Route"):
        integration = templates.named_by(route.properties["Target"]["Fn::Join"][1][1], within=route)
        function = templates.named_by(integration.properties["IntegrationUri"], within=integration)
        rooms[route.properties["RouteKey"]] = room_of(function)
    return rooms


def rest_routes(templates: Templates) -> dict[str, str]:
    """Return each method and path of the REST API and the room it leads to."""
    rooms = {}
    for method in templates.of_kind("AWS::ApiGateway::Method"):
        path = rest_path(templates, method.properties["ResourceId"], method)
        uri = method.properties["Integration"]["Uri"]["Fn::Join"][1]
        (function,) = (part for part in uri if isinstance(part, dict) and "Fn::GetAtt" in part)
        room = room_of(templates.named_by(function, within=method))
        rooms[f"{method.properties['HttpMethod']} {path}"] = room
    return rooms


def rest_path(templates: Templates, reference: dict[str, object], within: Resource) -> str:
    resource = templates.named_by(reference, within)
    if resource.kind == "AWS::ApiGateway::RestApi":
        return "/"
    parent = rest_path(templates, resource.properties["ParentId"], resource)
    return f"{parent.rstrip('/')}/{resource.properties['PathPart']}"


def described() -> dict[str, str]:
    return {f"{route.method} {route.path}": route.room for route in described_routes()}


def test_the_http_api_has_the_described_routes_and_one_for_all_others(templates: Templates) -> None:
    assert http_routes(templates) == {**described(), "$default": "reference"}


def test_the_rest_api_has_the_described_routes_and_one_for_all_others(assemblies: Path) -> None:
    others = {"ANY /": "reference", "ANY /{proxy+}": "reference"}
    assert rest_routes(Templates.read(assemblies / "rest")) == {**described(), **others}


def test_the_gateway_needs_one_permission_per_door(templates: Templates) -> None:
    opened = [
        str(templates.named_by(permission.properties["FunctionName"], within=permission))
        for permission in templates.of_kind("AWS::Lambda::Permission")
        if permission.properties["Principal"] == "apigateway.amazonaws.com"
    ]
    assert len(opened) == len(set(opened)) == len(set(http_routes(templates).values()))


@pytest.mark.parametrize("variant", ["local", "dev", "prod", "rest"])
def test_the_service_stack_says_where_everything_is(variant: str, assemblies: Path) -> None:
    templates = Templates.read(assemblies / variant)
    for name in OUTPUTS:
        assert templates.output(name), name


def test_routes_are_read_from_a_document_with_their_rooms(tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    path = {"summary": "a", "get": {"tags": ["post"]}, "delete": {"tags": ["post", "more"]}}
    document.write_text(json.dumps({"paths": {"/posts/{post_id}": path}}), "utf-8")
    assert described_routes(document) == [
        Route("GET", "/posts/{post_id}", "post"),
        Route("DELETE", "/posts/{post_id}", "post"),
    ]
