"""`openapi.json`: the one description of the API, made from the doors of all rooms.

The functions answer with it, the infrastructure takes its routes from it, and the tests their matrices.
"""

import importlib
import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.models import APIKey, HTTPBearer, Server, Tag

from kith.settings import Settings
from kith.web.door import Door
from tools.links import add_links

FUNCTIONS = Path(__file__).parent.parent / "functions"

ROOMS = {
    "account": "Registering, logging in, and the keys that verify tokens.",
    "session": "One's logins, and their end.",
    "verification": "Showing that one reads the mail of an address.",
    "profile": "What accounts show of themselves.",
    "follow": "Following, asking and being asked.",
    "connection": "Lists of the follow graph.",
    "relationship": "How accounts stand to each other.",
    "block": "Blocking and muting.",
    "suggestion": "Whom one has in common with others.",
    "search": "Finding accounts, hashtags and posts.",
    "discovery": "Recommendations.",
    "post": "Posts.",
    "post_list": "Lists of posts, and threads.",
    "engagement": "Likes, reposts and bookmarks.",
    "comment": "Comments.",
    "feed": "Feeds.",
    "media": "Pictures.",
    "notification": "What one is told of what others do.",
    "trending": "What is used the most.",
    "bell": "Of whose new posts one is told.",
    "web_push": "Which browsers are told of notifications.",
    "realtime": "Tickets for websockets.",
    "operation": "Having one's data copied, or erased.",
    "reference": "Health, and this document.",
}

DESCRIPTION = """A serverless social backend.

Identifiers are integers below 2^53, ordered by time. Times are RFC 3339, UTC, with milliseconds. Every error of every
route is an `application/problem+json` (RFC 9457) with a stable `code`. Lists answer `next_cursor` and `has_more`;
cursors are opaque and bound to user and route."""

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people."},
        "code": {"type": "string", "description": "For programs; stable."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}

WITHOUT_BODY: dict[HTTPStatus, dict[str, Any]] = {
    HTTPStatus.NO_CONTENT: {},
    HTTPStatus.FOUND: {"headers": {"location": {"required": True, "schema": {"type": "string"}}}},
}
"""Statuses that say all there is to say, with the headers that say it."""


def doors() -> list[Door]:
    """Return the door of every room that has one on HTTP."""
    rooms = sorted(path.parent.name for path in FUNCTIONS.glob("*/api.py"))
    return [importlib.import_module(f"functions.{room}.api").door for room in rooms]


def openapi_document() -> str:
    """Return the document as JSON."""
    resolver = APIGatewayHttpResolver(enable_validation=True)
    found = doors()
    for door in found:
        door.with_routes(resolver)
    schema = resolver.get_openapi_schema(
        title="Kith",
        version=Settings().version,
        description=DESCRIPTION,
        servers=[Server(url="/")],
        tags=[Tag(name=door.room, description=ROOMS[door.room]) for door in found],
        security_schemes={
            "bearer": HTTPBearer(bearerFormat="JWT", description="The access token."),
            "cookie": APIKey.model_validate(
                {
                    "name": "__Host-access_token",
                    "in": "cookie",
                    "description": "The access token, after logging in with `?session=cookie`. Over plain HTTP on one's own "
                    "machine the name has no prefix. Requests that change something also need the web client's exact "
                    "`Origin` and a header `X-Requested-With`.",
                }
            ),
        },
        security=[{"bearer": []}, {"cookie": []}],
    )
    document = json.loads(schema.model_dump_json(by_alias=True, exclude_none=True))
    document["paths"] = dict(sorted(document["paths"].items()))
    _say_answers(document, found)
    _say_problems(document)
    add_links(document)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _say_answers(document: dict[str, Any], found: list[Door]) -> None:
    """Say what routes answer that is no view: nothing, or something of another type."""
    for route in (route for door in found for route in door.routes):
        responses = document["paths"][route.path][route.method.lower()]["responses"]
        answer = responses[str(route.status.value)]
        if route.media_types:
            answer["content"] = {each: {"schema": {"type": _type_of(each)}} for each in route.media_types}
        if route.also is not None:
            responses[str(route.also.value)] = answer | {"description": route.also.phrase}
        if route.status in WITHOUT_BODY:
            del answer["content"]
            answer |= WITHOUT_BODY[route.status]


def _type_of(media_type: str) -> str:
    return "object" if media_type == "application/json" else "string"


def _say_problems(document: dict[str, Any]) -> None:
    """Replace Powertools' description of its own validation errors with ours, which every route answers."""
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    response = {
        "description": "Why it could not be served.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation.setdefault("security", [])  # Powertools leaves out the empty list that says: public
            operation["responses"]["default"] = response
