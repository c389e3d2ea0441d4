"""Keys that functions share through the table: public ones that verify tokens, and the one that signs cursors."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kith.table import batches
from kith.table.connection import Table
from kith.table.items import CursorKeyItem, VerifyingKeyItem
from kith.table.transactions import ConditionFailed, Put, write

VERIFYING_KEYS_MOST = 100


@dataclass(frozen=True, slots=True)
class KeyStore:
    """Keys: a verb per access pattern."""

    table: Table

    def publish(self, jwk: dict[str, Any]) -> None:
        """Publish a public key; `jwk["kid"]` names it."""
        self.table.put(VerifyingKeyItem.at({"jwk": jwk}, kid=jwk["kid"]))

    def withdraw(self, kid: str) -> None:
        """Take a public key back: what it verified is refused by whoever reads the keys from now on."""
        batches.delete_all(self.table, [VerifyingKeyItem.pattern.key(kid=kid)])

    def published(self) -> list[dict[str, Any]]:
        """Return the public keys, as JWKs."""
        partition, _ = VerifyingKeyItem.pattern.key(kid="any")
        items = self.table.query(partition, *VerifyingKeyItem.pattern.sort_range, limit=VERIFYING_KEYS_MOST)
        return [item.jwk for item in items if isinstance(item, VerifyingKeyItem)]

    def cursor_key(self) -> bytes:
        """Return the key that signs cursors, made by whoever asks for it first."""
        item = self.table.get(CursorKeyItem)
        if item is None:
            new = CursorKeyItem.at({"secret": secrets.token_hex(32)})
            with suppress(ConditionFailed):  # somebody else was first; theirs is the key
                write(self.table, Put(new, CursorKeyItem.pk.does_not_exist()))
            return self.cursor_key()
        return bytes.fromhex(item.secret)
