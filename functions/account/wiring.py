"""The account room's collaborators, made once."""

from functools import cache

from functions.account.issuing import TokenIssuer
from functions.account.operators import OperatorService
from functions.account.service import AccountService
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import system_clock
from kith.domain.ids import Identifiers
from kith.limits import attempts
from kith.passwords import Argon2Passwords
from kith.table.keys import KeyStore
from kith.table.sessions import SessionStore
from kith.table.standings import StandingStore
from kith.table.users import UserStore
from kith.vault import Vault


@cache
def _issuer() -> TokenIssuer:
    return TokenIssuer(Vault(settings().signing_secret_name, aws.client("secretsmanager")), KeyStore(table()))


@cache
def operators() -> OperatorService:
    """Return the commands of operators."""
    return OperatorService(UserStore(table()), StandingStore(table()), _issuer())


@cache
def service() -> AccountService:
    """Return the use cases of logging in and out."""
    return AccountService(
        table=table(),
        users=UserStore(table()),
        sessions=SessionStore(table()),
        passwords=Argon2Passwords(),
        issuer=_issuer(),
        charge_login=attempts("login"),
        new_id=Identifiers(),
        clock=system_clock,
        access_token_seconds=settings().knobs.access_token_seconds,
        refresh_grace_seconds=settings().knobs.refresh_grace_seconds,
    )
