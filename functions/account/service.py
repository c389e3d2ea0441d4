"""Accounts: making one, and proving to be its owner."""

import secrets
from dataclasses import dataclass
from typing import Any, Protocol

from kith.domain import users
from kith.domain.clock import DAY, SECOND, Clock
from kith.domain.errors import Invalid, Unavailable
from kith.domain.users import Registration, Tally, User, WrongCredentials
from kith.table.users import EmailClaimChanged, IdentifierTaken, SessionStore, UserStore
from kith.tokens import Caller

SESSION_LIFETIME = 30 * DAY
ATTEMPTS = 5


class Passwords(Protocol):
    """Hashes and verifies passwords."""

    def hashed(self, password: str) -> str:
        """Return the hash to keep of a password, or raise Invalid when it is a common one."""
        ...

    def matches(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is the one of a hash; takes as long when there is none."""
        ...


class Issuer(Protocol):
    """Makes tokens."""

    def access_token(self, caller: Caller) -> str:
        """Return a signed access token."""
        ...

    def refresh_token(self, session_id: str, generation: int) -> str:
        """Return the refresh token of a session's generation."""
        ...

    def public_keys(self) -> list[dict[str, Any]]:
        """Return the public keys of access tokens."""
        ...


@dataclass(frozen=True, slots=True)
class Admission:
    """An account that has just proved itself, and its tokens; `expires_in` is in seconds."""

    user: User
    tally: Tally
    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class AccountService:
    """The use cases of the account room."""

    users: UserStore
    sessions: SessionStore
    passwords: Passwords
    issuer: Issuer
    new_id: Clock
    clock: Clock
    access_token_seconds: int

    def register(
        self, *, username: str, email: str, password: str, full_name: str, is_private: bool
    ) -> Admission:
        """Make an account and log it in.

        Raises:
            Invalid: a name, an address or the password is not acceptable.
            UsernameTaken: somebody has the username.
        """
        name, address, shown = users.username(username), users.email(email), users.full_name(full_name)
        password_hash = self.passwords.hashed(password)
        session_id = _new_session_id()
        for _ in range(ATTEMPTS):
            user = User(self.new_id(), name, full_name=shown, is_private=is_private)
            session = self.sessions.opening(
                user.user_id, session_id, created_at=self.clock(), lifetime=SESSION_LIFETIME
            )
            try:
                self.users.add(Registration(user, address, password_hash), session)
            except (IdentifierTaken, EmailClaimChanged):
                continue
            return self._admission(user, Tally(), session_id)
        raise Unavailable

    def log_in(self, *, username: str | None, email: str | None, password: str) -> Admission:
        """Open a session for the owner of an account.

        Raises:
            Invalid: not exactly one of username and email is given.
            WrongCredentials: they do not belong together; it takes as long whether or not the account exists.
        """
        if (username is None) == (email is None):
            raise Invalid.because("username", "give either username or email")
        user_id = self._named(username) if email is None else self._addressed(email)
        credentials = None if user_id is None else self.users.credentials(user_id)
        if not self.passwords.matches(password, credentials.password_hash if credentials else None):
            raise WrongCredentials
        user = self.users.by_id(user_id) if user_id is not None else None
        if user is None or not user.is_active:
            raise WrongCredentials
        session_id = _new_session_id()
        self.sessions.open(user.user_id, session_id, created_at=self.clock(), lifetime=SESSION_LIFETIME)
        return self._admission(user, self.users.tally(user.user_id), session_id)

    def public_keys(self) -> list[dict[str, Any]]:
        """Return the public keys that verify access tokens, as JWKs."""
        return self.issuer.public_keys()

    def _named(self, username: str | None) -> int | None:
        try:
            return self.users.id_of_username(users.username(username or ""))
        except Invalid:
            return None  # no account can have that name

    def _addressed(self, email: str) -> int | None:
        try:
            return self.users.id_of_email(users.email(email))
        except Invalid:
            return None  # no account can have that address

    def _admission(self, user: User, tally: Tally, session_id: str) -> Admission:
        expires_at = self.clock() // SECOND + self.access_token_seconds
        return Admission(
            user,
            tally,
            access_token=self.issuer.access_token(Caller(user.user_id, session_id, expires_at)),
            refresh_token=self.issuer.refresh_token(session_id, 1),
            expires_in=self.access_token_seconds,
        )


def _new_session_id() -> str:
    return secrets.token_hex(12)
