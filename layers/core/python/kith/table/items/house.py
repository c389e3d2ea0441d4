"""What the house stores for itself: answers it gave, and its keys."""

from pynamodb.attributes import (
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from kith.table import schema
from kith.table.items.item import Item


class IdempotencyItem(Item, discriminator="Idempotency"):
    pattern = schema.IDEMPOTENCY
    fingerprint = UnicodeAttribute()
    answer = UnicodeAttribute()
    expires_at = NumberAttribute()


class VerifyingKeyItem(Item, discriminator="VerifyingKey"):
    pattern = schema.VERIFYING_KEY
    jwk = JSONAttribute()


class CursorKeyItem(Item, discriminator="CursorKey"):
    pattern = schema.CURSOR_KEY
    secret = UnicodeAttribute()
