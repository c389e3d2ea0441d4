"""Accounts over HTTP: registering, logging in, and the keys that verify tokens."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.account import wiring
from functions.account.schemas import KeySet, Login, NewAccount, PasswordChange, Refresh, Session, TokenPair
from functions.account.service import Admitted
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.views import UserView

door = Door("account", gatekeeper)

NO_CONTENT = HTTPStatus.NO_CONTENT


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


@door.route("POST", "/api/v1/refresh", public=True)
def refresh(body: Annotated[Refresh, Body()]) -> TokenPair:
    """Exchange a refresh token for the next pair. Showing an old one ends the session."""
    tokens = wiring.service().refresh(body.refresh_token.get_secret_value())
    return TokenPair(
        access_token=tokens.access_token, expires_in=tokens.expires_in, refresh_token=tokens.refresh_token
    )


@door.route("POST", "/api/v1/password", status=NO_CONTENT)
def change_password(change: Annotated[PasswordChange, Body()], caller: Authenticated) -> Response[None]:
    """Change one's password. One's other sessions end."""
    wiring.service().change_password(
        caller, change.current_password.get_secret_value(), change.new_password.get_secret_value()
    )
    return Response(NO_CONTENT)


@door.route("GET", "/.well-known/jwks.json", public=True, cache="public, max-age=300")
def public_keys() -> KeySet:
    """The public keys that verify access tokens."""
    return KeySet(keys=wiring.service().public_keys())


def _session(admitted: Admitted) -> Session:
    return Session(
        user=UserView.of(admitted.user, admitted.tally),
        access_token=admitted.tokens.access_token,
        expires_in=admitted.tokens.expires_in,
        refresh_token=admitted.tokens.refresh_token,
    )


handler = door
