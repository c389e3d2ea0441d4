import json
from typing import Any

import pytest

from tools.links import add_links
from tools.openapi import openapi_document

DOCUMENT: dict[str, Any] = json.loads(openapi_document())
ROUTES: dict[str, dict[str, Any]] = {
    route["operationId"]: route for operations in DOCUMENT["paths"].values() for route in operations.values()
}


def answers(route: str) -> dict[str, Any]:
    found: dict[str, Any] = ROUTES[route]["responses"]
    return {status: found[status] for status in found if status != "default"}


def test_an_identifier_in_a_path_is_told_with_its_bounds() -> None:
    (parameter,) = ROUTES["read_post"]["parameters"]
    bounds = {"type": "integer", "minimum": 1, "exclusiveMaximum": 2**53}
    assert bounds.items() <= parameter["schema"].items()


@pytest.mark.parametrize("route", ["log_out", "delete_post", "reset_password"])
def test_nothing_is_told_to_come_where_nothing_comes(route: str) -> None:
    assert answers(route).keys() == {"204"}
    assert "content" not in answers(route)["204"]


def test_a_redirection_is_told_to_say_where_it_leads() -> None:
    assert answers("download").keys() == {"302"}
    assert "content" not in answers("download")["302"]
    assert answers("download")["302"]["headers"]["location"]["required"] is True


def test_a_page_is_told_with_its_type() -> None:
    assert answers("swagger_ui")["200"]["content"].keys() == {"text/html; charset=utf-8"}
    assert answers("asset")["200"]["content"].keys() == {"text/javascript", "text/css"}
    assert answers("openapi")["200"]["content"] == {"application/json": {"schema": {"type": "object"}}}


def test_a_sick_service_is_told_to_say_so_in_the_same_words() -> None:
    healthy, unhealthy = (answers("health")[status] for status in ("200", "503"))
    assert unhealthy["content"] == healthy["content"]
    assert unhealthy["description"] == "Service Unavailable"


def test_what_an_answer_names_leads_to_the_routes_that_take_it() -> None:
    links = answers("publish")["201"]["links"]
    assert links["like"] == {"operationId": "like", "parameters": {"post_id": "$response.body#/post_id"}}
    assert links["list_posts_tagged"]["parameters"] == {"tag": "$response.body#/hashtags/0"}
    assert answers("comment")["201"]["links"]["delete_comment"]["parameters"] == {
        "comment_id": "$response.body#/comment_id",
        "post_id": "$request.path.post_id",
    }
    assert "links" not in answers("like")["200"]


def test_every_list_leads_to_its_next_page() -> None:
    lists = {
        name
        for name, route in ROUTES.items()
        if "cursor" in {parameter["name"] for parameter in route.get("parameters", [])}
    }
    assert len(lists) > 10
    for name in lists:
        assert answers(name)["200"]["links"]["next_page"]["operationId"] == name


def test_a_link_gives_a_route_all_that_it_needs_and_nothing_that_it_does_not_know() -> None:
    for name, route in ROUTES.items():
        for link in next(iter(answers(name).values())).get("links", {}).values():
            parameters = ROUTES[link["operationId"]]["parameters"]
            known = {parameter["name"] for parameter in parameters}
            needed = {parameter["name"] for parameter in parameters if parameter.get("required")}
            assert needed <= link["parameters"].keys() <= known, (route["operationId"], link)


def test_a_link_to_a_route_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LookupError, match="read_post"):
        add_links({"paths": {}})


def test_every_view_is_described_field_by_field_under_a_name_of_its_own() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert {"FeedItem", "PostView", "Suggestions"} <= schemas.keys()
    assert [name for name in schemas if "__" in name] == []
    assert [name for name, schema in schemas.items() if not schema.keys() & {"properties", "enum"}] == []
