"""Digests as they are stored."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from kith.table import schema
from kith.table.items.item import Item


class DigestItem(Item, discriminator="Digest"):
    pattern = schema.DIGEST
    first = NumberAttribute()
    """The oldest notification that is in it."""
    is_closed = BooleanAttribute(default=False)
    """It is being sent or has been: what happens from now on is in a later one."""
    expires_at = NumberAttribute()


class DueDigestItem(Item, discriminator="DueDigest"):
    pattern = schema.DUE_DIGEST
    expires_at = NumberAttribute()


class SuppressedItem(Item, discriminator="Suppressed"):
    pattern = schema.SUPPRESSED
    reason = UnicodeAttribute()
    expires_at = NumberAttribute()
