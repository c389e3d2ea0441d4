"""Links of the OpenAPI document: what an answer names leads to the routes that take it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

POST, COMMENT, ACCOUNT = "post_id", "comment_id", "user_id"
CURSOR = "cursor"


@dataclass(frozen=True)
class Named:
    """Something that an answer names."""

    pointer: str
    """Where it stands in the answer."""
    parameter: str
    """Under which name other routes take it."""
    route: str = ""
    """The only one that it leads to, by its operationId; all that take it where none is given."""


NAMED: dict[str, list[Named]] = {
    "register": [Named("/user/username", "username"), Named("/user/user_id", ACCOUNT, "read_profile")],
    "log_in": [Named("/user/user_id", ACCOUNT, "read_profile")],
    "list_sessions": [Named("/sessions/0/session_id", "sid")],
    "read_own_profile": [Named("/user_id", ACCOUNT, "list_posts_of"), Named("/username", "username")],
    "find_profile": [Named("/user_id", ACCOUNT)],
    "list_followers": [
        Named("/followers/0/user_id", ACCOUNT, "remove_follower"),
        Named("/followers/0/user_id", ACCOUNT, "read_profile"),
    ],
    "list_following": [Named("/following/0/user_id", ACCOUNT, "unfollow")],
    "list_requests": [Named("/requests/0/user_id", "follower_id")],
    "list_blocks": [Named("/blocks/0/user_id", ACCOUNT, "unblock")],
    "list_mutes": [Named("/mutes/0/user_id", ACCOUNT, "unmute")],
    "list_celebrities": [Named("/celebrities/0", ACCOUNT, "read_profile")],
    "read_mutual_followers": [Named("/mutual_followers/0", ACCOUNT, "read_profile")],
    "suggest_accounts": [Named("/suggestions/0", ACCOUNT, "follow")],
    "discover_posts": [Named("/posts/0/post/post_id", POST, "read_post")],
    "discover_users": [Named("/users/0/user/user_id", ACCOUNT, "follow")],
    "publish": [Named("/post_id", POST), Named("/post_id", "ids"), Named("/hashtags/0", "tag")],
    "open_upload": [Named("/media_id", "media_id")],
    "read_feed": [Named("/items/0/post/post_id", POST)],
    "list_posts_of": [Named("/posts/0/post_id", POST, "read_post")],
    "list_posts_tagged": [Named("/posts/0/post_id", POST, "read_post")],
    "list_bookmarks": [Named("/bookmarks/0/post_id", POST, "unbookmark")],
    "read_thread": [Named("/replies/0/post/post_id", POST, "read_post")],
    "list_likes": [Named("/likes/0/user_id", ACCOUNT, "read_profile")],
    "list_reposts": [Named("/reposts/0/user_id", ACCOUNT, "read_profile")],
    "comment": [Named("/comment_id", COMMENT)],
    "list_comments": [Named("/comments/0/comment_id", COMMENT)],
    "export_data": [Named("/operation_id", "operation_id")],
    "delete_account": [Named("/operation_id", "operation_id")],
}
"""By the operationId of the route that answers."""


def add_links(document: dict[str, Any]) -> None:
    """Add to each answer of a document what it leads to.

    Raises:
        LookupError: the document has no route that is named here.
    """
    routes = {
        route["operationId"]: route
        for operations in document["paths"].values()
        for route in operations.values()
    }
    named = {each.route for found in NAMED.values() for each in found if each.route}
    if missing := (NAMED.keys() | named) - routes.keys():
        raise LookupError(f"there is no route {', '.join(sorted(missing))}")
    for name, route in routes.items():
        links = dict(_links_from(route, NAMED.get(name, []), routes))
        if links:
            answer = next(iter(route["responses"].values()))
            answer["links"] = links


def _links_from(
    route: dict[str, Any], named: list[Named], routes: dict[str, dict[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    kept = {name: f"$request.path.{name}" for name in _parameters(route, "path")}
    for each in named:
        found = {each.parameter: f"$response.body#{each.pointer}"}
        for target, taking in routes.items():
            required = _required(taking)
            if each.parameter in required <= (found | kept).keys() and each.route in {"", target}:
                parameters = {name: (kept | found)[name] for name in sorted(required)}
                yield target, {"operationId": target, "parameters": parameters}
    if CURSOR in _parameters(route, "query"):
        asked = {
            name: f"$request.query.{name}" for name in _parameters(route, "query") if name in _required(route)
        }
        parameters = kept | asked | {CURSOR: "$response.body#/next_cursor"}
        yield (
            "next_page",
            {
                "operationId": route["operationId"],
                "parameters": parameters,
                "description": "Where has_more is true.",
            },
        )


def _parameters(route: dict[str, Any], place: str) -> list[str]:
    return [each["name"] for each in route.get("parameters", []) if each["in"] == place]


def _required(route: dict[str, Any]) -> set[str]:
    return {each["name"] for each in route.get("parameters", []) if each.get("required")}
