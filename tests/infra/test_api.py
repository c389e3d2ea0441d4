import json
from pathlib import Path
from typing import Any

import pytest

from infra.shared.routes import Route, described_routes
from tests.infra.templates import Resource, Templates

OUTPUTS = ("ApiUrl", "ApiId", "TableName", "BusName", "BucketName")


def room_of(function: Resource) -> str:
    return str(function.properties["Handler"]).split(".")[1]


def routes(templates: Templates, protocol: str) -> dict[str, Resource]:
    """Return each route key of the HTTP API, or of that of websockets, and the function it leads to."""
    functions = {}
    for route in templates.of_kind("AWS::ApiGatewayV2::Route"):
        api = templates.named_by(route.properties["ApiId"], within=route)
        if api.properties["ProtocolType"] == protocol:
            integration = templates.named_by(route.properties["Target"]["Fn::Join"][1][1], within=route)
            functions[route.properties["RouteKey"]] = _function(templates, integration)
    return functions


def _function(templates: Templates, integration: Resource) -> Resource:
    uri = integration.properties["IntegrationUri"]
    if "Fn::Join" in uri:
        (uri,) = (part for part in uri["Fn::Join"][1] if isinstance(part, dict) and "Ref" not in part)
    return templates.named_by(uri, within=integration)


def http_routes(templates: Templates) -> dict[str, str]:
    """Return each route key of the HTTP API and the room it leads to."""
    return {route: room_of(function) for route, function in routes(templates, "HTTP").items()}


def rest_routes(templates: Templates) -> dict[str, str]:
    """Return each method and path of the REST API and the room it leads to."""
    rooms = {}
    for method in templates.of_kind("AWS::ApiGateway::Method"):
        path = rest_path(templates, method.properties["ResourceId"], method)
        uri = method.properties["Integration"]["Uri"]["Fn::Join"][1]
        (function,) = (part for part in uri if isinstance(part, dict) and "Ref" not in part)
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
    doors = len(set(http_routes(templates).values())) + len(routes(templates, "WEBSOCKET"))
    assert len(opened) == len(set(opened)) == doors


def test_the_websocket_api_wakes_a_door_for_each_thing_it_tells_of(templates: Templates) -> None:
    found = {
        route: function.properties["Handler"] for route, function in routes(templates, "WEBSOCKET").items()
    }
    assert found == {
        "$connect": "functions.realtime.on_connect.handler",
        "$disconnect": "functions.realtime.on_disconnect.handler",
        "$default": "functions.realtime.on_frame.handler",
    }
    assert templates.output("WebsocketApiId")


def test_where_there_are_no_websockets_the_door_says_so_and_nothing_else_is_there(assemblies: Path) -> None:
    templates = Templates.read(assemblies / "rest")
    kinds = {resource.kind for resource in templates}
    assert not any(kind.startswith("AWS::ApiGatewayV2::") for kind in kinds)
    (door,) = (
        function for function in templates.of_kind("AWS::Lambda::Function") if room_of(function) == "realtime"
    )
    assert door.properties["Handler"] == "functions.realtime.api.handler"
    assert "KITH_WEBSOCKET_URL" not in door.properties["Environment"]["Variables"]


def test_clients_open_websockets_at_the_one_origin_of_an_emulator(local: Templates, prod: Templates) -> None:
    told: dict[tuple[str, str], Any] = {}
    for name, templates in (("local", local), ("prod", prod)):
        for function in templates.of_kind("AWS::Lambda::Function"):
            variables = function.properties["Environment"]["Variables"]
            told |= {(name, key): value for key, value in variables.items() if "WEBSOCKET" in key}
    assert told["local", "KITH_WEBSOCKET_URL"] == "ws://127.0.0.1:8080"
    assert told["local", "KITH_WEBSOCKET_ENDPOINT"]["Fn::Join"][1][0] == "/_aws/execute-api/"
    assert told["prod", "KITH_WEBSOCKET_URL"]["Fn::Join"][1][0] == "wss://"
    assert told["prod", "KITH_WEBSOCKET_ENDPOINT"]["Fn::Join"][1][0] == "https://"


@pytest.mark.parametrize("variant", ["local", "dev", "prod", "rest"])
def test_the_stacks_say_where_everything_is(variant: str, assemblies: Path) -> None:
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


def test_a_stage_with_all_there_is_fits_into_its_stacks(assemblies: Path) -> None:
    """Five hundred resources are allowed; an API for each path has most of them where there are no HTTP APIs."""
    templates = [json.loads(path.read_text()) for path in (assemblies / "largest").glob("*.template.json")]
    counts = [len(template["Resources"]) for template in templates]
    assert 200 < max(counts) <= 500
