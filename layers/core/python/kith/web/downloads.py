"""Download tokens: whoever has one may fetch one archive of one account, for a while, without logging in."""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass

from kith.domain.clock import HOUR
from kith.domain.operations import OperationNotFound
from kith.web import seals

LIFETIME = 3 * HOUR
PURPOSE = "download"
_CONTENT = re.compile(r"([1-9][0-9]{0,15})\.([1-9][0-9]{0,15})\.([1-9][0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class Downloads:
    """Makes and reads download tokens; `secret` is asked for when one is."""

    secret: Callable[[], bytes]
    """What cursors are signed with: the key of these tokens is derived from it, so that neither is the other."""

    def token(self, user_id: int, operation_id: int, *, now: int) -> tuple[str, int]:
        """Return a token for an account's archive, and until when it is good; times in milliseconds."""
        expires_at = now + LIFETIME
        return seals.sealed(f"{user_id}.{operation_id}.{expires_at}", self._key(), PURPOSE), expires_at

    def opened(self, token: str, *, now: int) -> tuple[int, int]:
        """Return the account and the export that a token is for.

        Raises:
            OperationNotFound: it is no such token, or its time is up.
        """
        content = _CONTENT.fullmatch(seals.opened(token, self._key(), PURPOSE) or "")
        if content is None:
            raise OperationNotFound
        user_id, operation_id, expires_at = map(int, content.groups())
        if expires_at <= now:
            raise OperationNotFound
        return user_id, operation_id

    def _key(self) -> bytes:
        return hmac.new(self.secret(), b"kith download tokens", hashlib.sha256).digest()
