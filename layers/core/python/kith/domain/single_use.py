"""Tokens for one task: who holds one may do it once, within a time, and only while what it was made for is still so."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kith.domain import ids
from kith.domain.clock import DAY, MINUTE, SECOND
from kith.domain.errors import FieldError, Invalid

SECRET_BYTES = 32
_TOKEN = re.compile(r"([0-9a-f]{1,14})-[A-Za-z0-9_-]{43}")


class Purpose(StrEnum):
    """What a token is for, and for nothing else."""

    RESET_PASSWORD = "reset"  # noqa: S105  # a purpose, not a secret
    VERIFY_EMAIL = "verify"
    OPEN_WEBSOCKET = "websocket"


LIFETIME: Final = {
    Purpose.RESET_PASSWORD: 10 * MINUTE,
    Purpose.VERIFY_EMAIL: DAY,
    Purpose.OPEN_WEBSOCKET: 30 * SECOND,
}
"""Milliseconds for which a token can be used."""


class InvalidToken(Invalid):
    """A token that does not do what it is shown for; why is not told."""

    code = "invalid_token"
    message = "This code is not valid, or no longer. Ask for a new one."

    def __init__(self) -> None:
        super().__init__(None, FieldError("token", "is not valid, or no longer"))


@dataclass(frozen=True, slots=True)
class SingleUse:
    """A token as it is stored: the digest stands for it."""

    user_id: int
    digest: str
    purpose: Purpose
    bound_to: str
    """What must still be so when it is used, as its purpose says."""


def new_token(user_id: int) -> str:
    """Return a token that nobody can guess and that tells whose it is."""
    return f"{user_id:x}-{secrets.token_urlsafe(SECRET_BYTES)}"


def owner(token: str) -> int:
    """Return whose a token claims to be.

    Raises:
        InvalidToken: it is none of ours.
    """
    found = _TOKEN.fullmatch(token)
    if found is None or not 0 < (user_id := int(found[1], 16)) < ids.LIMIT:
        raise InvalidToken
    return user_id


def digest_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
