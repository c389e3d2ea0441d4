"""Feeds as they are stored."""

from pynamodb.attributes import (
    NumberAttribute,
    UnicodeAttribute,
)

from kith.table import schema
from kith.table.items.item import Item


class FanoutItem(Item, discriminator="Fanout"):
    pattern = schema.FANOUT
    planned_to = NumberAttribute()
    """The last entry among the followers for which a delivery message is known to have been sent."""
    expires_at = NumberAttribute()


class FeedEntryItem(Item, discriminator="FeedEntry"):
    pattern = schema.FEED_ENTRY
    author_id = NumberAttribute()
    arrival = UnicodeAttribute()
    expires_at = NumberAttribute()
