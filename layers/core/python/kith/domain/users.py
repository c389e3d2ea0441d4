"""Accounts: who someone is, and what a name, a password and an address must be."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from kith.domain.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from kith.domain.preferences import Preferences
from kith.domain.text import written

FULL_NAME_MOST = 100
BIO_MOST = 500
EMAIL_MOST = 254
PASSWORD_LEAST, PASSWORD_MOST = 8, 256

_USERNAME = re.compile(r"[a-z0-9_.]{3,30}")
_EMAIL = re.compile(
    r"[^@\s\"(),:;<>\[\\\]]{1,64}@(?:[^@\s.\"(),:;<>\[\\\]]{1,63}\.)+[^@\s.\"(),:;<>\[\\\]]{2,63}"
)
RESERVED_USERNAMES = frozenset(
    [
        "about",
        "abuse",
        "account",
        "accounts",
        "admin",
        "administrator",
        "api",
        "app",
        "auth",
        "billing",
        "blog",
        "bot",
        "by-username",
        "contact",
        "dashboard",
        "docs",
        "email",
        "everyone",
        "feed",
        "feeds",
        "follow",
        "followers",
        "following",
        "graph",
        "hashtag",
        "hashtags",
        "health",
        "help",
        "home",
        "info",
        "jwks",
        "kith",
        "legal",
        "login",
        "logout",
        "mail",
        "me",
        "media",
        "mod",
        "moderator",
        "news",
        "noreply",
        "notifications",
        "null",
        "official",
        "openapi",
        "password",
        "popular",
        "post",
        "postmaster",
        "posts",
        "privacy",
        "profile",
        "redoc",
        "register",
        "root",
        "search",
        "security",
        "sessions",
        "settings",
        "signin",
        "signup",
        "static",
        "status",
        "suggestions",
        "support",
        "system",
        "terms",
        "trending",
        "undefined",
        "user",
        "users",
        "verify",
        "webmaster",
        "www",
    ]
)


class UserNotFound(NotFound):
    """No such account, or not one the caller may see."""

    code = "user_not_found"
    message = "There is no such account, or you cannot see it."


class UsernameTaken(Conflict):
    """Somebody has that name, in whatever case."""

    code = "username_taken"
    message = "That username is taken."


class WrongCredentials(Unauthenticated):
    """Name and password do not belong together; whether the name exists is not told."""

    code = "wrong_credentials"
    message = "Username or password is wrong."


class WrongPassword(Forbidden):
    """What was given as the present password is not."""

    code = "wrong_password"
    message = "The current password is wrong."


class AccountSuspended(Forbidden):
    """The account may not act at present."""

    code = "account_suspended"
    message = "This account is suspended."


class Standing(StrEnum):
    """What an account may do at present."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class User:
    """An account as others may see it."""

    user_id: int
    username: str
    full_name: str = ""
    bio: str = ""
    is_private: bool = False
    is_verified: bool = False
    is_celebrity: bool = False
    """So many follow it that its posts are not pushed to them."""
    tally_shards: int = 1
    """Over how many items its counters are spread."""
    standing: Standing = Standing.ACTIVE
    avatar_id: int | None = None
    """The picture that stands for it."""

    @property
    def is_active(self) -> bool:
        """Tell whether the account is neither suspended nor deleted."""
        return self.standing is Standing.ACTIVE


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted about an account, exactly."""

    followers: int = 0
    following: int = 0
    posts: int = 0
    requests: int = 0
    blocks: int = 0
    mutes: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.followers + other.followers,
            self.following + other.following,
            self.posts + other.posts,
            self.requests + other.requests,
            self.blocks + other.blocks,
            self.mutes + other.mutes,
        )


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account as its owner sees it."""

    user: User
    email: str
    email_verified: bool
    pending_email: str | None = None
    """Asked for, and not yet shown to be the owner's."""
    preferences: Preferences = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registration:
    """A new account, checked: `email` is as written, `password_hash` is an argon2id string."""

    user: User
    email: str
    password_hash: str = field(repr=False)


def username(value: str) -> str:
    """Return a username as it is stored and compared: case-folded.

    Raises:
        Invalid: it is not 3-30 of a-z 0-9 _ . or is reserved.
    """
    folded = value.casefold()
    if not _USERNAME.fullmatch(folded):
        raise Invalid.because("username", "must be 3 to 30 letters a-z, digits, underscores or dots")
    if folded in RESERVED_USERNAMES:
        raise Invalid.because("username", "is reserved")
    return folded


def email(value: str) -> str:
    """Return an address as it was written.

    Raises:
        Invalid: it cannot be an e-mail address.
    """
    if len(value) > EMAIL_MOST or not _EMAIL.fullmatch(value):
        raise Invalid.because("email", "must be an e-mail address")
    return written("email", value, most=EMAIL_MOST)


def bio(value: str) -> str:
    """Return what somebody says of themselves, as it is stored.

    Raises:
        Invalid: it is longer than 500 characters or holds control characters.
    """
    return written("bio", value, most=BIO_MOST)


def full_name(value: str) -> str:
    """Return a full name as it is stored.

    Raises:
        Invalid: it is longer than 100 characters or holds control characters.
    """
    return written("full_name", value, most=FULL_NAME_MOST)
