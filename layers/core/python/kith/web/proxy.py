"""Proxy events of API Gateway, of both its kinds."""

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from kith.domain.errors import Malformed, TooLarge, UnsupportedType

Event = dict[str, Any]

_UNROUTABLE = re.compile(r"[^-._~()'!*:@,;=+&$%<> \[\]{}|^\w/]")

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
"""The media types of HTML forms."""
LONGEST_BODY = 256 * 1024
"""Bytes. The longest valid post, every character escaped, is a third of it."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is known of a request before its body is read."""

    route: str
    """As API Gateway chose it: `GET /posts/{post_id}`."""
    address: str
    """The caller's, as API Gateway saw it; what headers claim about it is anybody's word."""
    headers: Mapping[str, str]
    """By name in lower case; cookies are in `cookie`, as they were sent."""

    @property
    def method(self) -> str:
        """The method that the route is for."""
        return self.route.partition(" ")[0]


def incoming(event: Event) -> Incoming:
    """Return what an event says of its request."""
    context = event["requestContext"]
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if event.get("cookies"):
        headers["cookie"] = "; ".join(event["cookies"])
    address = context["identity"]["sourceIp"] if is_rest(event) else context["http"]["sourceIp"]
    return Incoming(route_key(event), str(address), headers)


def is_rest(event: Event) -> bool:
    """Tell whether an event is of a REST API, payload format 1.0, rather than an HTTP API, format 2.0."""
    return event.get("version") != "2.0"


def route_key(event: Event) -> str:
    """Return the route that API Gateway chose, as in `GET /posts/{post_id}`."""
    if is_rest(event):
        return f"{event['httpMethod']} {event['resource']}"
    return str(event["routeKey"])


def for_router(event: Event) -> Event:
    """Return an event as Powertools' router takes it.

    Its routes match few characters; the others are percent-encoded, as they were sent. It would read the type of the
    body again, less leniently, and where there is no body too.
    """
    path = "path" if is_rest(event) else "rawPath"
    headers = {
        name: value for name, value in (event.get("headers") or {}).items() if name.lower() != "content-type"
    }
    return event | {
        "headers": headers,
        path: _UNROUTABLE.sub(lambda found: quote(found[0], errors="replace"), event[path]),
    }


def check_body(event: Event, also: Collection[str] = ()) -> None:
    """Check what can be told of a body without reading it as JSON.

    Args:
        event: what API Gateway tells of the request.
        also: media types besides JSON that the route takes, and does not read.

    Raises:
        Malformed: it is not UTF-8 text.
        TooLarge: it is longer than any valid one.
        UnsupportedType: it says that it is not JSON.
    """
    text = event.get("body")
    if not text:
        return
    try:
        octets = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
        octets.decode()
    except (binascii.Error, UnicodeError) as error:
        raise Malformed("The body is not UTF-8 text.") from error
    if len(octets) > LONGEST_BODY:
        raise TooLarge(f"The request body is longer than {LONGEST_BODY} bytes.")
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    media_type = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type not in {"application/json", *also}:
        raise UnsupportedType
