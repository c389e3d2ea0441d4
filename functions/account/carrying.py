"""How tokens get to a client: in the answer's body, or in cookies."""

from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.shared.cookies import Cookie

from functions.account.schemas import CookiePair, CookieSession, Session, TokenPair
from functions.account.service import Admitted, Tokens
from kith.domain.errors import Invalid
from kith.web.cookies import ACCESS, REFRESH, CookiePolicy
from kith.web.views import UserView

Carried = Annotated[
    Literal["token", "cookie"],
    Query(alias="session", description="Where the tokens go: into the answer, or into cookies."),
]
SessionAnswer = Response[Session | CookieSession]
PairAnswer = Response[TokenPair | CookiePair]
JSON = "application/json"


def check(carried: Carried, policy: CookiePolicy) -> None:
    """Check that tokens can be carried as asked for.

    Raises:
        Invalid: cookies are asked for, and it is not known whose requests they would be taken from.
    """
    if carried == "cookie" and not policy.public_url:
        raise Invalid.because("session", "this deployment has no web client: its address is not set")


def session(
    admitted: Admitted, carried: Carried, policy: CookiePolicy, status: HTTPStatus = HTTPStatus.OK
) -> SessionAnswer:
    """Return the answer to who has just proved to be an account's owner."""
    user, tokens = UserView.of(admitted.user, admitted.tally), admitted.tokens
    if carried == "cookie":
        view = CookieSession(user=user, expires_in=tokens.expires_in)
        return Response(status, JSON, view, cookies=_cookies(tokens, policy))
    whole = Session(
        user=user,
        access_token=tokens.access_token,
        expires_in=tokens.expires_in,
        refresh_token=tokens.refresh_token,
    )
    return Response(status, JSON, whole)


def pair(tokens: Tokens, carried: Carried, policy: CookiePolicy) -> PairAnswer:
    """Return the answer to who has shown a refresh token."""
    if carried == "cookie":
        view = CookiePair(expires_in=tokens.expires_in)
        return Response(HTTPStatus.OK, JSON, view, cookies=_cookies(tokens, policy))
    return Response(
        HTTPStatus.OK,
        JSON,
        TokenPair(
            access_token=tokens.access_token,
            expires_in=tokens.expires_in,
            refresh_token=tokens.refresh_token,
        ),
    )


def _cookies(tokens: Tokens, policy: CookiePolicy) -> list[Cookie]:
    return [
        policy.cookie(ACCESS, tokens.access_token, seconds=tokens.expires_in),
        policy.cookie(REFRESH, tokens.refresh_token, seconds=tokens.refresh_expires_in),
    ]
