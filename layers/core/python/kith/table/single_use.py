"""Single-use tokens in the table, by their digest. Using one up is an operation for the transaction of its effect."""

from dataclasses import dataclass

from kith.domain.clock import SECOND
from kith.domain.single_use import LIFETIME, InvalidToken, Purpose, SingleUse, digest_of, new_token, owner
from kith.domain.users import Standing, UserNotFound
from kith.table.connection import Table
from kith.table.items import GateItem, SingleUseItem
from kith.table.transactions import Check, Delete, Put, write


@dataclass(frozen=True, slots=True)
class SingleUseStore:
    """Single-use tokens: a verb per access pattern."""

    table: Table

    def issue(self, user_id: int, purpose: Purpose, *, bound_to: str, now: int) -> str:
        """Return a new token; `now` in milliseconds.

        Raises:
            UserNotFound: the account may not act any more; an erasure must find all that is stored of it.
        """
        token = new_token(user_id)
        attributes = {
            "purpose": purpose,
            "bound_to": bound_to,
            "expires_at": (now + LIFETIME[purpose]) // SECOND,
        }
        write(
            self.table,
            Check(GateItem.at(user_id=user_id), GateItem.standing == Standing.ACTIVE, UserNotFound()),
            Put(SingleUseItem.at(attributes, user_id=user_id, digest=digest_of(token))),
        )
        return token

    def find(self, token: str, purpose: Purpose, *, now: int) -> SingleUse:
        """Return what is stored of a token that can be used now.

        Raises:
            InvalidToken: it was never issued, has another purpose, has expired or is used up.
        """
        user_id, digest = owner(token), digest_of(token)
        item = self.table.get(SingleUseItem, user_id=user_id, digest=digest)
        if item is None or item.purpose != purpose or item.expires_at <= now // SECOND:
            raise InvalidToken
        return SingleUse(user_id, digest, purpose, item.bound_to)

    @staticmethod
    def using(token: SingleUse, *, now: int) -> Delete:
        """Return the write that uses a token up, or fails with `InvalidToken` when somebody else was faster."""
        usable = (SingleUseItem.purpose == token.purpose) & (SingleUseItem.expires_at > now // SECOND)
        return Delete(SingleUseItem.at(user_id=token.user_id, digest=token.digest), usable, InvalidToken())
