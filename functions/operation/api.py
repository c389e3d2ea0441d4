"""Export and deletion of one's data over HTTP."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.operation import wiring
from functions.operation.schemas import Farewell, OperationView, Started
from kith.domain.clock import rfc3339, system_clock
from kith.domain.operations import OperationKind, OperationStatus
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door, Identity, MaybeAuthenticated
from kith.web.idempotency import IdempotencyKey, request_key
from kith.web.views import PathId

door = Door("operation", gatekeeper)


@door.route("DELETE", "/api/v1/users/me", status=HTTPStatus.ACCEPTED)
def delete_account(farewell: Annotated[Farewell, Body()], caller: Authenticated) -> Started:
    """Delete one's account. It is invisible and logged out when this answers; what it left is erased after that.

    Keep the operation's identifier: it needs no login to be asked about.
    """
    password = farewell.password.get_secret_value()
    return Started(operation_id=wiring.service().erase(caller.user_id, password))


@door.route("POST", "/api/v1/users/me/export", status=HTTPStatus.ACCEPTED)
def export_data(caller: Authenticated, idempotency_key: IdempotencyKey = None) -> Started:
    """Have a copy made of all one's data, as JSON. While one is being made, asking again names that one."""
    rendering = wiring.service().export(
        caller.user_id,
        request_key(idempotency_key, "POST /users/me/export"),
        lambda operation_id: Started(operation_id=operation_id).model_dump_json(),
    )
    return Started.model_validate_json(rendering)


@door.route("GET", "/api/v1/operations/{operation_id}", identity=Identity.OPTIONAL)
def read_operation(operation_id: PathId, caller: MaybeAuthenticated) -> OperationView:
    """Read how an export of one's data, or the erasure of an account, stands.

    A finished export comes with a path of this API that leads to the archive for three hours, without a token.
    """
    operation = wiring.service().operation(caller.user_id if caller else None, operation_id)
    is_archive = (operation.kind, operation.status) == (OperationKind.EXPORT, OperationStatus.DONE)
    if caller is None or not is_archive:
        return OperationView.of(operation)
    token, expires_at = wiring.downloads().token(caller.user_id, operation_id, now=system_clock())
    link = {"url": f"/api/v1/downloads/{token}", "expires_at": rfc3339(expires_at)}
    return OperationView.of(operation, link)


@door.route("GET", "/api/v1/downloads/{token}", identity=Identity.NONE, status=HTTPStatus.FOUND)
def download(token: str) -> Response[None]:
    """Be led to the archive that a token stands for."""
    user_id, operation_id = wiring.downloads().opened(token, now=system_clock())
    url = wiring.service().archive_url(user_id, operation_id)
    return Response(HTTPStatus.FOUND, headers={"location": url})


handler = door
