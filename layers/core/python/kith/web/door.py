"""The door of a room: its routes, and what every request passes on its way in and out.

In this order: who is calling, size and type of the body, the types of path, query and body, then the route itself.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Annotated, Any, Protocol, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver
from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.request import Request

from kith.domain.errors import (
    DomainError,
    FieldError,
    Invalid,
    NotFound,
    TooMany,
)
from kith.telemetry import logger
from kith.tokens import Caller
from kith.web import body, problems, proxy
from kith.web.admission import Admission
from kith.web.proxy import Event

HOUSE_HEADERS: dict[str, str] = {
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
}

HEADERS_OF: dict[HTTPStatus, dict[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"www-authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"retry-after": "1"},
}

AnyResolver = TypeVar("AnyResolver", bound=ApiGatewayResolver)
Result = dict[str, Any]


class Gate(Protocol):
    """Tells who is calling, and whether often enough."""

    def admit(self, route: str, address: str, headers: Mapping[str, str]) -> Admission:
        """Start to admit an authenticated request, or raise a DomainError."""
        ...

    def admit_anyone(self, route: str, address: str) -> Admission:
        """Admit a request that needs no token, or raise a DomainError."""
        ...


class Context(Protocol):
    """The part of Lambda's context that is used."""

    @property
    def aws_request_id(self) -> str:
        """The invocation's identifier."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """One route: `path` is written as in OpenAPI, `/posts/{post_id}`."""

    method: str
    path: str
    function: Callable[..., Any]
    public: bool
    status: HTTPStatus
    cache: str | None


def _caller(request: Request) -> Caller:
    caller = request.context["caller"]
    if not isinstance(caller, Caller):
        raise TypeError("a public route has no caller")
    return caller


Authenticated = Annotated[Caller, Depends(_caller)]
"""A route function's parameter of this type receives who is calling."""


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

    def route(
        self,
        method: str,
        path: str,
        *,
        public: bool = False,
        status: HTTPStatus = HTTPStatus.OK,
        cache: str | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a function as a route. Its docstring is the route's description; `cache` is its Cache-Control."""

        def declared(function: Callable[..., Any]) -> Callable[..., Any]:
            self.routes.append(Route(method, path, function, public or self.gate is None, status, cache))
            return function

        return declared

    def __call__(self, event: Event, context: Context) -> Result:
        """Answer a proxy event of API Gateway: what AWS Lambda calls."""
        started = time.perf_counter()
        request_id = event["requestContext"].get("requestId") or context.aws_request_id
        resolver = self._rest if proxy.is_rest(event) else self._http
        admission = Admission(None)
        try:
            admission = self._admitted(event)
            proxy.check_body(event)
            resolver.context |= {"caller": admission.caller, "request_id": request_id}
            # Powertools would read the type again, less leniently, and where there is no body too.
            headers = {
                name: value
                for name, value in (event.get("headers") or {}).items()
                if name.lower() != "content-type"
            }
            result: Result = resolver.resolve(event | {"headers": headers}, context)  # type: ignore[arg-type]  # Powertools asks for the whole context
            admission.confirm()
        except Exception as error:  # noqa: BLE001  # every error of every route has one body
            result = _result(self._told(error, request_id))
        finally:
            admission.release()
        return self._finished(event, result, request_id, admission, started)

    def _finished(
        self, event: Event, result: Result, request_id: str, admission: Admission, started: float
    ) -> Result:
        headers = HOUSE_HEADERS | {"x-request-id": request_id} | admission.headers()
        route = self._by_key.get(proxy.route_key(event))
        if route is not None and route.cache is not None and result["statusCode"] < HTTPStatus.BAD_REQUEST:
            headers |= {"cache-control": route.cache}
        result["body"] = (
            result.get("body") or ""
        )  # an answer without a body has an empty one, whoever carries it
        result["headers"] = headers | (result.get("headers") or {})
        logger(self.room).info(
            "request",
            extra={
                "route": proxy.route_key(event),
                "status": result["statusCode"],
                "request_id": request_id,
                "user_id": admission.caller and admission.caller.user_id,
                "milliseconds": round((time.perf_counter() - started) * 1_000, 1),
            },
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
        key, address = proxy.route_key(event), proxy.address(event)
        route = self._by_key.get(key)
        if route is not None and route.public:
            return self.gate().admit_anyone(key, address)
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        return self.gate().admit(key, address, headers)

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
                security=[] if route.public else [{"bearer": []}],
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
            return problem(error, request_id)
        logger(self.room).error("request failed", exc_info=error, extra={"request_id": request_id})
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        detail = "Something went wrong here. It has been logged under this request_id."
        text = problems.body_of(status, "internal", detail, request_id)
        return Response(status, problems.CONTENT_TYPE, text)


def problem(error: DomainError, request_id: str) -> Response[str]:
    """Return the response that tells a client of an error."""
    status = problems.status_of(error)
    text = problems.body_of(status, error.code, str(error), request_id, error.fields)
    headers: dict[str, str | list[str]] = {**HEADERS_OF.get(status, {})}
    if isinstance(error, TooMany):
        headers |= {
            "retry-after": str(error.retry_after),
            "ratelimit-limit": str(error.limit),
            "ratelimit-remaining": "0",
            "ratelimit-reset": str(error.retry_after),
        }
    return Response(status, problems.CONTENT_TYPE, text, headers)


def _result(response: Response[str]) -> Result:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return {"statusCode": int(response.status_code), "headers": headers, "body": response.body}


def _field_error(error: Mapping[str, Any]) -> FieldError:
    place, *path = error["loc"]
    return FieldError(".".join(map(str, path)) or place, str(error["msg"]).removeprefix("Value error, "))
