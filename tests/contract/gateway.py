"""API Gateway, as far as one request needs it: from WSGI, which Schemathesis speaks, to a room's door and back."""

import base64
from collections import defaultdict
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from tests.builders import LambdaContext, answer_of, http_event
from tests.component.routes import Described

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

Application = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]


def application(route: Described) -> Application:
    """Return what answers the requests of one route; which route a request is for is known before it is sent."""

    def answered(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        octets = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            body, is_base64 = octets.decode(), False
        except UnicodeDecodeError:
            body, is_base64 = base64.b64encode(octets).decode(), True
        event = http_event(
            str(route),
            environ["PATH_INFO"].encode("latin-1").decode(errors="replace"),
            body=body or None,
            headers=_headers(environ),
            query=_query(environ["QUERY_STRING"]),
            is_base64=is_base64,
        )
        answer = answer_of(route.door(event, LambdaContext()))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(answer.headers.items()))
        return [answer.text.encode()]

    return answered


def _headers(environ: "WSGIEnvironment") -> dict[str, str]:
    sent = {name.removeprefix("HTTP_"): value for name, value in environ.items() if name.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        sent["CONTENT_TYPE"] = environ["CONTENT_TYPE"]
    return {name.lower().replace("_", "-"): value for name, value in sent.items()}


def _query(text: str) -> dict[str, str]:
    """Return the parameters of a query; the values of one that is there more often are joined."""
    found = defaultdict(list)
    for name, value in parse_qsl(text, keep_blank_values=True):
        found[name].append(value)
    return {name: ",".join(values) for name, values in found.items()}
