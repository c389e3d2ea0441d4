"""Proving over HTTP that one reads the mail of an address."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.verification import wiring
from functions.verification.schemas import EmailVerification, ForgottenPassword, PasswordReset, Promise
from kith.web.admission import gatekeeper
from kith.web.door import Door, Identity

door = Door("verification", gatekeeper)

ACCEPTED, NO_CONTENT = HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT


@door.route("POST", "/api/v1/password/forgot", identity=Identity.NONE, status=ACCEPTED)
def forget_password(forgotten: Annotated[ForgottenPassword, Body()]) -> Promise:
    """Ask for a mail with a code to set a new password. The answer is the same whether or not there is an account."""
    wiring.service().forget_password(forgotten.email)
    return Promise()


@door.route("POST", "/api/v1/password/reset", identity=Identity.NONE, status=NO_CONTENT)
def reset_password(reset: Annotated[PasswordReset, Body()]) -> Response[None]:
    """Set a new password with the code from a mail. Every session of the account ends."""
    wiring.service().reset_password(reset.token.get_secret_value(), reset.password.get_secret_value())
    return Response(NO_CONTENT)


@door.route("POST", "/api/v1/email/verify", identity=Identity.NONE, status=NO_CONTENT)
def verify_email(verification: Annotated[EmailVerification, Body()]) -> Response[None]:
    """Show with the code from a mail that an address is one's own."""
    wiring.service().verify_email(verification.token.get_secret_value())
    return Response(NO_CONTENT)


handler = door
