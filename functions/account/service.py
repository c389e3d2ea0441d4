"""Accounts: making one, and proving to be its owner."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from kith.domain import users
from kith.domain.clock import SECOND, Clock
from kith.domain.errors import Invalid, Unauthenticated, Unavailable
from kith.domain.sessions import LIFETIME, RefreshToken, Session, new_session_id
from kith.domain.users import Registration, Tally, User, WrongCredentials, WrongPassword
from kith.table.connection import Table
from kith.table.sessions import SessionStore
from kith.table.users import EmailClaimChanged, IdentifierTaken, UserStore, email_digest
from kith.tokens import Caller

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

    def opened_refresh_token(self, token: str) -> RefreshToken:
        """Return what a refresh token says, or raise Unauthenticated when it is forged."""
        ...

    def public_keys(self) -> list[dict[str, Any]]:
        """Return the public keys of access tokens."""
        ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """What speaks for an account, and for how many seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    refresh_expires_in: int


@dataclass(frozen=True, slots=True)
class Admitted:
    """An account that has just proved itself."""

    user: User
    tally: Tally
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class AccountService:
    """The use cases of the account room."""

    table: Table
    users: UserStore
    sessions: SessionStore
    passwords: Passwords
    issuer: Issuer
    charge_login: Callable[[str], None]
    """Counts an attempt at an account, by its name's or address's digest; raises TooMany."""
    new_id: Callable[[], int]
    clock: Clock
    access_token_seconds: int
    refresh_grace_seconds: int

    def register(
        self, *, username: str, email: str, password: str, full_name: str, is_private: bool
    ) -> Admitted:
        """Make an account and log it in.

        Raises:
            Invalid: a name, an address or the password is not acceptable.
            UsernameTaken: somebody has the username.
        """
        name, address, shown = users.username(username), users.email(email), users.full_name(full_name)
        password_hash = self.passwords.hashed(password)
        for _ in range(ATTEMPTS):
            user = User(self.new_id(), name, full_name=shown, is_private=is_private)
            session = self._new_session(user.user_id, epoch=0)
            try:
                self.users.add(
                    Registration(user, address, password_hash),
                    self.sessions.opening(session),
                    now=self.clock(),
                )
            except (IdentifierTaken, EmailClaimChanged):
                continue
            return Admitted(user, Tally(), self._tokens(session))
        raise Unavailable

    def log_in(self, *, username: str | None, email: str | None, password: str) -> Admitted:
        """Open a session for the owner of an account.

        Raises:
            Invalid: not exactly one of username and email is given.
            TooMany: it was attempted too often, whether or not the account exists.
            WrongCredentials: they do not belong together; it takes as long whether or not the account exists.
        """
        if (username is None) == (email is None):
            raise Invalid.because("username", "give either username or email")
        self.charge_login(email_digest(username or email or ""))
        user_id = self._named(username) if email is None else self._addressed(email)
        credentials = None if user_id is None else self.users.credentials(user_id)
        if not self.passwords.matches(password, credentials.password_hash if credentials else None):
            raise WrongCredentials
        if user_id is None or credentials is None:
            raise WrongCredentials
        user, epoch = self.table.together(
            lambda: self.users.by_id(user_id), lambda: self.sessions.live_epoch(user_id)
        )
        if user is None or epoch is None or not user.is_active:
            raise WrongCredentials
        session = self._new_session(user_id, epoch)
        self.sessions.open(session, credentials.password_hash)
        return Admitted(user, self.users.tally(user_id), self._tokens(session))

    def refresh(self, token: str) -> Tokens:
        """Exchange a refresh token for the next pair; the same token again yields the same pair for a few seconds.

        Raises:
            Unauthenticated: it is forged, or its session has ended, or ends because an old one was shown.
        """
        shown = self.issuer.opened_refresh_token(token)
        grace = self.refresh_grace_seconds * SECOND
        session, epoch = self.table.together(
            lambda: self.sessions.refresh(shown, now=self.clock(), grace=grace),
            lambda: self.sessions.live_epoch(shown.user_id),
        )
        if session.epoch != epoch:
            raise Unauthenticated
        return self._tokens(session)

    def change_password(self, caller: Caller, current: str, new: str) -> None:
        """Replace the caller's password and end the caller's other sessions.

        Raises:
            WrongPassword: the current one is not the account's.
            Invalid: the new one is not acceptable.
        """
        credentials = self.users.credentials(caller.user_id)
        self.table.guard()  # nothing is hashed for a request over its limit
        if credentials is None:
            raise Unauthenticated
        if not self.passwords.matches(current, credentials.password_hash):
            raise WrongPassword
        new_hash = self.passwords.hashed(new)
        # Before it: cut off in between, the caller would ask again, and be told that the password is wrong.
        self._end_others(caller)
        self.users.change_password(caller.user_id, credentials.password_hash, new_hash)
        # Those opened meanwhile; none is opened with the former password from now on.
        self._end_others(caller)

    def _end_others(self, caller: Caller) -> None:
        now = self.clock()
        sessions = self.sessions.of_user(caller.user_id, now=now)
        others = [each.session_id for each in sessions if each.session_id != caller.session_id]
        self.sessions.end(caller.user_id, others, until=now + self.access_token_seconds * SECOND)

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

    def _new_session(self, user_id: int, epoch: int) -> Session:
        now = self.clock()
        return Session(
            user_id,
            new_session_id(user_id),
            epoch,
            generation=1,
            created_at=now,
            refreshed_at=now,
            expires_at=now + LIFETIME,
        )

    def _tokens(self, session: Session) -> Tokens:
        expires_at = self.clock() // SECOND + self.access_token_seconds
        caller = Caller(session.user_id, session.session_id, session.epoch, expires_at)
        return Tokens(
            access_token=self.issuer.access_token(caller),
            refresh_token=self.issuer.refresh_token(session.session_id, session.generation),
            expires_in=self.access_token_seconds,
            refresh_expires_in=max(0, session.expires_at - self.clock()) // SECOND,
        )
