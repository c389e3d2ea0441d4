"""The door of a room: its routes, and what every request passes on its way in and out.

In this order: who is calling, size and type of the body, the types of path, query and body, then the route itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from http import HTTPStatus
from typing import Annotated, Any, Protocol, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver
from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.request import Request

from kith.domain.errors import DomainError, FieldError, Invalid, NotFound
from kith.metrics import AUTHENTICATION_FAILURES
from kith.telemetry import finished, logger
from kith.tokens import Caller
from kith.tracing import Invocation, measure, span
from kith.web import body, problems, proxy
from kith.web.admission import Admission
from kith.web.cookies import SentCookies
from kith.web.proxy import Event, Incoming

HOUSE_HEADERS: dict[str, str] = {
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
}

AnyResolver = TypeVar("AnyResolver", bound=ApiGatewayResolver)
Result = dict[str, Any]


class Gate(Protocol):
    """Tells who is calling, and whether too often."""

    def admit(self, incoming: Incoming) -> Admission:
        """Start to admit an authenticated request, or raise a DomainError."""
        ...

    def admit_anyone(self, incoming: Incoming) -> Admission:
        """Admit a request that needs no token, or raise a DomainError."""
        ...

    def admit_either(self, incoming: Incoming) -> Admission:
        """Admit a request as its caller's if it has one, else as anyone's, or raise a DomainError."""
        ...


class Identity(StrEnum):
    """Whether a route asks who is calling."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


SECURITY: dict[Identity, list[dict[str, list[str]]]] = {
    Identity.REQUIRED: [{"bearer": []}, {"cookie": []}],
    Identity.OPTIONAL: [{"bearer": []}, {"cookie": []}, {}],
    Identity.NONE: [],
}
"""As OpenAPI writes it: any of these."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route: `path` is written as in OpenAPI, `/posts/{post_id}`."""

    method: str
    path: str
    function: Callable[..., Any]
    identity: Identity
    status: HTTPStatus
    cache: str | None
    media_types: Sequence[str]
    also: HTTPStatus | None
    takes: Sequence[str]


def _caller(request: Request) -> Caller:
    caller = request.context["caller"]
    if not isinstance(caller, Caller):
        raise TypeError("a public route has no caller")
    return caller


def _maybe_caller(request: Request) -> Caller | None:
    caller: Caller | None = request.context["caller"]
    return caller


def _cookies(request: Request) -> SentCookies:
    cookies = request.context["cookies"]
    if not isinstance(cookies, SentCookies):
        raise TypeError("a door without a gate has no cookies")
    return cookies


Authenticated = Annotated[Caller, Depends(_caller)]
"""A route function's parameter of this type receives who is calling."""
MaybeAuthenticated = Annotated[Caller | None, Depends(_maybe_caller)]
"""The same on a route with optional identity: None is anyone."""
Cookies = Annotated[SentCookies, Depends(_cookies)]
"""A route function's parameter of this type receives the cookies that came with the request."""


@dataclass
class Door:
    """A room's routes, served through API Gateway's HTTP or REST API alike.

    Args:
        room: the room's name; it is the tag of its routes in the OpenAPI document.
        gate: makes what tells who is calling; a room without one has public routes only.
        unrouted: says, by raising a DomainError, what is wrong with a path that no route has.
    """

    room: str
    gate: Callable[[], Gate] | None = None
    unrouted: Callable[[str], None] | None = None
    routes: list[Route] = field(default_factory=list)

    def route(  # noqa: PLR0913  # as many as a route has properties
        self,
        method: str,
        path: str,
        *,
        identity: Identity = Identity.REQUIRED,
        status: HTTPStatus = HTTPStatus.OK,
        cache: str | None = None,
        media_types: Sequence[str] = (),
        also: HTTPStatus | None = None,
        takes: Sequence[str] = (),
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a function as a route. Its docstring is the route's description; `cache` is its Cache-Control.

        The OpenAPI document tells of `media_types`, where what it answers is no view, and of a status with which it
        may `also` answer. It `takes` bodies of further media types, which it does not read.
        """

        def declared(function: Callable[..., Any]) -> Callable[..., Any]:
            asked = Identity.NONE if self.gate is None else identity
            self.routes.append(Route(method, path, function, asked, status, cache, media_types, also, takes))
            return function

        return declared

    def __call__(self, event: Event, context: Invocation) -> Result:
        """Answer a proxy event of API Gateway: what AWS Lambda calls. With it a trace begins."""
        request_id = event["requestContext"].get("requestId") or context.aws_request_id
        with span(request_id):
            return self._served(event, context, request_id)

    def _served(self, event: Event, context: Invocation, request_id: str) -> Result:
        admission = Admission(None)
        try:
            admission = self._admitted(event)
            result = self._answered(event, context, admission, request_id)
            admission.confirm()  # whatever it was going to be told
        except Exception as error:  # noqa: BLE001  # every error of every route has one body
            result = _result(self._told(error, request_id))
        finally:
            admission.release()
        return self._finished(event, result, request_id, admission)

    def _answered(self, event: Event, context: Invocation, admission: Admission, request_id: str) -> Result:
        route = self._by_key.get(proxy.route_key(event))
        try:
            proxy.check_body(event, also=route.takes if route else ())
        except DomainError as error:
            return _result(self._told(error, request_id))
        resolver = self._rest if proxy.is_rest(event) else self._http
        resolver.context |= {
            "caller": admission.caller,
            "cookies": admission.cookies,
            "request_id": request_id,
        }
        result: Result = resolver.resolve(proxy.for_router(event), context)  # type: ignore[arg-type]  # Powertools asks for the whole context
        return result

    def _finished(self, event: Event, result: Result, request_id: str, admission: Admission) -> Result:
        headers = HOUSE_HEADERS | {"x-request-id": request_id} | admission.headers()
        route = self._by_key.get(proxy.route_key(event))
        if route is not None and route.cache is not None and result["statusCode"] < HTTPStatus.BAD_REQUEST:
            headers |= {"cache-control": route.cache}
        result["body"] = (
            result.get("body") or ""
        )  # an answer without a body has an empty one, whoever carries it
        result["headers"] = headers | (result.get("headers") or {})
        if result["statusCode"] == HTTPStatus.UNAUTHORIZED:
            measure(AUTHENTICATION_FAILURES, 1)
        finished(
            self.room,
            "request",
            route=proxy.route_key(event),
            status=result["statusCode"],
            request_id=request_id,
            user_id=admission.caller and admission.caller.user_id,
        )
        return result

    def _why_unrouted(self, path: str) -> DomainError:
        try:
            if self.unrouted is not None:
                self.unrouted(path)
        except DomainError as error:
            return error
        return NotFound("There is no such path.")

    def _admitted(self, event: Event) -> Admission:
        if self.gate is None:
            return Admission(None)
        incoming, gate = proxy.incoming(event), self.gate()
        route = self._by_key.get(incoming.route)
        match Identity.REQUIRED if route is None else route.identity:
            case Identity.REQUIRED:
                return gate.admit(incoming)
            case Identity.OPTIONAL:
                return gate.admit_either(incoming)
            case Identity.NONE:
                return gate.admit_anyone(incoming)

    @cached_property
    def _by_key(self) -> dict[str, Route]:
        return {f"{route.method} {route.path}": route for route in self.routes}

    @cached_property
    def _http(self) -> APIGatewayHttpResolver:
        return self.with_routes(
            APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=body.parsed)
        )

    @cached_property
    def _rest(self) -> APIGatewayRestResolver:
        return self.with_routes(
            APIGatewayRestResolver(enable_validation=True, json_body_deserializer=body.parsed)
        )

    def with_routes(self, resolver: AnyResolver) -> AnyResolver:
        """Return a resolver with this door's routes and the house's errors."""
        for route in self.routes:
            summary, _, description = (route.function.__doc__ or "").partition("\n\n")
            resolver.route(
                route.path.replace("{", "<").replace("}", ">"),
                route.method,
                summary=summary.strip().rstrip("."),
                description=" ".join(description.split()) or summary.strip(),
                tags=[self.room],
                operation_id=route.function.__name__,
                status_code=route.status,
                security=SECURITY[route.identity],
            )(route.function)

        def failed(error: Exception) -> Response[str]:
            request_id = resolver.context["request_id"]
            if isinstance(error, NotFoundError):
                error = self._why_unrouted(resolver.current_event.path)
            elif isinstance(error, RequestValidationError):
                error = Invalid(None, *map(_field_error, error.errors()))
            return self._told(error, request_id)

        resolver.exception_handler(Exception)(failed)
        return resolver

    def _told(self, error: Exception, request_id: str) -> Response[str]:
        """Return the response that tells a client of an error; one that is ours to mend is logged, not told."""
        if isinstance(error, DomainError):
            return problems.response_to(error, request_id)
        logger(self.room).error("request failed", exc_info=error, extra={"request_id": request_id})
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        detail = "Something went wrong here. It has been logged under this request_id."
        text = problems.body_of(status, "internal", detail, request_id)
        return Response(status, problems.CONTENT_TYPE, text)


def _result(response: Response[str]) -> Result:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return {"statusCode": int(response.status_code), "headers": headers, "body": response.body}


def _field_error(error: Mapping[str, Any]) -> FieldError:
    place, *path = error["loc"]
    return FieldError(".".join(map(str, path)) or place, str(error["msg"]).removeprefix("Value error, "))
