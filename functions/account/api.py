"""Accounts over HTTP."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.account import wiring
from functions.account.schemas import KeySet, Login, NewAccount, Session
from functions.account.service import Admission
from kith.web.door import Door
from kith.web.views import UserView

door = Door("account", wiring.gate)


@door.route("POST", "/api/v1/register", public=True, status=HTTPStatus.CREATED)
def register(account: Annotated[NewAccount, Body()]) -> Session:
    """Make an account and log it in."""
    return _session(
        wiring.service().register(
            username=account.username,
            email=account.email,
            password=account.password.get_secret_value(),
            full_name=account.full_name,
            is_private=account.is_private,
        )
    )


@door.route("POST", "/api/v1/login", public=True)
def log_in(login: Annotated[Login, Body()]) -> Session:
    """Log in with a username or an e-mail address."""
    return _session(
        wiring.service().log_in(
            username=login.username, email=login.email, password=login.password.get_secret_value()
        )
    )


@door.route("GET", "/.well-known/jwks.json", public=True, cache="public, max-age=300")
def public_keys() -> KeySet:
    """The public keys that verify access tokens."""
    return KeySet(keys=wiring.service().public_keys())


def _session(admission: Admission) -> Session:
    return Session(
        user=UserView.of(admission.user, admission.tally),
        access_token=admission.access_token,
        expires_in=admission.expires_in,
        refresh_token=admission.refresh_token,
    )


handler = door
