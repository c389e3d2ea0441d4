"""Accounts over HTTP: registering, logging in, and the keys that verify tokens."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.account import carrying, wiring
from functions.account.carrying import Carried, PairAnswer, SessionAnswer
from functions.account.schemas import KeySet, Login, NewAccount, PasswordChange, Refresh
from kith.domain.errors import Unauthenticated
from kith.web.admission import gatekeeper
from kith.web.cookies import REFRESH
from kith.web.door import Authenticated, Cookies, Door, Identity

door = Door("account", gatekeeper)

CREATED, NO_CONTENT = HTTPStatus.CREATED, HTTPStatus.NO_CONTENT


@door.route("POST", "/api/v1/register", identity=Identity.NONE, status=CREATED)
def register(
    account: Annotated[NewAccount, Body()], cookies: Cookies, carried: Carried = "token"
) -> SessionAnswer:
    """Make an account and log it in."""
    carrying.check(carried, cookies.policy)
    admitted = wiring.service().register(
        username=account.username,
        email=account.email,
        password=account.password.get_secret_value(),
        full_name=account.full_name,
        is_private=account.is_private,
    )
    return carrying.session(admitted, carried, cookies.policy, CREATED)


@door.route("POST", "/api/v1/login", identity=Identity.NONE)
def log_in(login: Annotated[Login, Body()], cookies: Cookies, carried: Carried = "token") -> SessionAnswer:
    """Log in with a username or an e-mail address."""
    carrying.check(carried, cookies.policy)
    admitted = wiring.service().log_in(
        username=login.username, email=login.email, password=login.password.get_secret_value()
    )
    return carrying.session(admitted, carried, cookies.policy)


@door.route("POST", "/api/v1/refresh", identity=Identity.NONE)
def refresh(cookies: Cookies, body: Annotated[Refresh | None, Body()] = None) -> PairAnswer:
    """Exchange a refresh token, or the one in the cookie, for the next pair. Showing an old one ends the session."""
    if body is not None:
        tokens = wiring.service().refresh(body.refresh_token.get_secret_value())
        return carrying.pair(tokens, "token", cookies.policy)
    token = cookies.token(REFRESH)
    if token is None:
        raise Unauthenticated("Send a refresh token.")
    return carrying.pair(wiring.service().refresh(token), "cookie", cookies.policy)


@door.route("POST", "/api/v1/password", status=NO_CONTENT)
def change_password(change: Annotated[PasswordChange, Body()], caller: Authenticated) -> Response[None]:
    """Change one's password. One's other sessions end."""
    wiring.service().change_password(
        caller, change.current_password.get_secret_value(), change.new_password.get_secret_value()
    )
    return Response(NO_CONTENT)


@door.route("GET", "/.well-known/jwks.json", identity=Identity.NONE, cache="public, max-age=300")
def public_keys() -> KeySet:
    """The public keys that verify access tokens."""
    return KeySet(keys=wiring.service().public_keys())


handler = door
