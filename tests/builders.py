"""What tests say often: proxy events of API Gateway, batches of SQS, records of the stream."""

import itertools
import json
from dataclasses import dataclass
from typing import Any

from kith.web.door import Door, Result
from kith.web.proxy import Event

_numbers = itertools.count(1)


@dataclass(frozen=True)
class LambdaContext:
    aws_request_id: str = "lambda-request"
    function_name: str = "function"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def http_event(
    route_key: str,
    path: str,
    *,
    body: str | None = None,
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    is_base64: bool = False,
) -> Event:
    """Return an event of an HTTP API, payload format 2.0."""
    method = route_key.partition(" ")[0]
    return {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": "&".join(f"{name}={value}" for name, value in (query or {}).items()),
        "headers": {"host": "kith.example", **(headers or {})},
        **({"queryStringParameters": query} if query else {}),
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
            "requestId": f"request-{next(_numbers)}",
            "stage": "$default",
        },
        **({"body": body} if body is not None else {}),
        "isBase64Encoded": is_base64,
    }


def rest_event(
    route_key: str, path: str, *, body: str | None = None, headers: dict[str, str] | None = None
) -> Event:
    """Return an event of a REST API, payload format 1.0."""
    method, _, resource = route_key.partition(" ")
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": {"Host": "kith.example", **(headers or {})},
        "multiValueHeaders": {name: [value] for name, value in (headers or {}).items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "requestContext": {
            "identity": {"sourceIp": "192.0.2.1"},
            "requestId": f"request-{next(_numbers)}",
            "httpMethod": method,
            "path": path,
            "stage": "prod",
        },
        "body": body,
        "isBase64Encoded": False,
    }


@dataclass(frozen=True)
class Client:
    """Calls a room's door as API Gateway does."""

    door: Door
    token: str | None = None

    def send(
        self,
        route_key: str,
        *,
        json_body: Any = None,
        text: str | None = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        **path_values: Any,
    ) -> Answer:
        path = route_key.partition(" ")[2].format(**path_values)
        body = json.dumps(json_body) if json_body is not None else text
        sent = {
            **({"content-type": "application/json"} if body is not None else {}),
            **({"authorization": f"Bearer {self.token}"} if self.token else {}),
            **(headers or {}),
        }
        event = http_event(route_key, path, body=body, headers=sent, query=query)
        return answer_of(self.door(event, LambdaContext()))


def answer_of(result: Result) -> Answer:
    headers = {name.lower(): value for name, value in result["headers"].items()}
    return Answer(result["statusCode"], headers, result.get("body") or "")


def queue_event(*bodies: dict[str, Any]) -> Event:
    """Return a batch of SQS messages."""
    return {
        "Records": [
            {"messageId": f"message-{place}", "body": json.dumps(body)} for place, body in enumerate(bodies)
        ]
    }
