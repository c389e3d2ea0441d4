"""The OpenAPI document as Schemathesis takes it: with what a client knows besides."""

from copy import deepcopy
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.specs.openapi.schemas import OpenApiSchema

from functions.reference.service import ASSETS
from tests.component.routes import DOCUMENT
from tests.contract.village import TAG, Village

Operation = schemathesis.APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Operation]

BODIES: list[tuple[str, str, dict[str, str]]] = [
    (
        "register",
        "log_in",
        {"username": "$response.body#/user/username", "password": "$request.body#/password"},
    ),
    ("register", "refresh", {"refresh_token": "$response.body#/refresh_token"}),
    ("register", "change_password", {"current_password": "$request.body#/password"}),
    ("register", "delete_account", {"password": "$request.body#/password"}),
    ("register", "forget_password", {"email": "$request.body#/email"}),
    ("refresh", "refresh", {"refresh_token": "$response.body#/refresh_token"}),
    ("find_profile", "follow_or_unfollow", {"followee_id": "$response.body#/user_id"}),
    ("publish", "publish", {"reply_to": "$response.body#/post_id"}),
    ("read_feed", "publish", {"quote_of": "$response.body#/items/0/post/post_id"}),
]
"""What an answer gives to parts of another request's body, for which OpenAPI has no link."""

PARENT, NOBODY = "whoever asked before", "nobody"
ASKER = "x-asker"
"""Carries who asks from where a request is made up to where it is sent, and is not sent."""
ONESELF = 1
"""Stands for the identifier of who asks, in the same way."""


def described(village: Village) -> OpenApiSchema:
    """Return the document, whose requests are made up for a village: asked by one of its people, and for what is there."""
    document = deepcopy(DOCUMENT)
    routes = {
        route["operationId"]: route
        for operations in document["paths"].values()
        for route in operations.values()
    }
    for source, target, body in BODIES:
        answer = next(iter(routes[source]["responses"].values()))
        answer.setdefault("links", {})[f"to_{target}"] = {"operationId": target, "requestBody": body}
    schema = schemathesis.openapi.from_dict(document, config=_config(village))
    askers = st.sampled_from([*[PARENT] * len(village.people), *village.people, NOBODY])

    def before_generate_case(
        _: schemathesis.HookContext, strategy: st.SearchStrategy[Case]
    ) -> st.SearchStrategy[Case]:
        return st.builds(_asked_by, strategy, askers)

    schema.hook(before_generate_case)
    return schema


def _asked_by(case: Case, asker: str) -> Case:
    case.headers[ASKER] = asker
    return case


def _config(village: Village) -> schemathesis.Config:
    people = [person.user_id for person in village.people.values()]
    posts = [*village.posts.values(), *village.references]
    known: dict[str, tuple[list[Any], list[str]]] = {
        "people": (people, ["path.user_id", "path.follower_id", "body.followee_id", "body.following_id"]),
        "oneself": ([ONESELF], ["body.user_id", "body.follower_id"]),
        "names": ([*village.people], ["path.username"]),
        "posts": (posts, ["path.post_id", "body.reply_to", "body.quote_of"]),
        "lists": ([",".join(map(str, posts)), str(posts[0])], ["query.ids"]),
        "comments": (village.comments, ["path.comment_id"]),
        "media": (village.media, ["body.media_ids[*]"]),
        "tags": ([TAG], ["path.tag", "body.hashtags[*]"]),
        "assets": ([name for name in ASSETS if name.startswith("swagger")], ["path.name"]),
    }
    return schemathesis.Config.from_dict(
        {
            "dictionaries": {name: {"values": values} for name, (values, _) in known.items()},
            "parameters": {
                place: {"dictionary": name, "probability": 1 if place.endswith("[*]") else 0.8}
                for name, (_, places) in known.items()
                for place in places
            },
            # Who asks is chosen here, and what leads to what is written in the document.
            "generation": {"with-security-parameters": False},
            "phases": {"stateful": {"inference": {"algorithms": []}}},
            "output": {"sanitization": {"enabled": False}},
            "checks": {"negative_data_rejection": {"expected-statuses": ["4XX"]}},
        }
    )
