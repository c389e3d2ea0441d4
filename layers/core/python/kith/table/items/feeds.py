"""Feeds as they are stored."""

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
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
    arrival = UnicodeAttribute()
    arrived_at = NumberAttribute(default=0)
    is_repost = BooleanAttribute(default=False)
    expires_at = NumberAttribute()


class FeedStateItem(Item, discriminator="FeedState"):
    pattern = schema.FEED_STATE
    seen_at = NumberAttribute()
    is_dormant = BooleanAttribute(default=False)
    rebuilding_since = NumberAttribute(null=True)
    rebuilt_at = NumberAttribute(default=0)


class RecentItem(Item, discriminator="Recent"):
    pattern = schema.RECENT
    posts = ListAttribute(of=NumberAttribute, default=list)
    """Newest first; the list is cut now and then, and then lacks older ones."""
    reposts = ListAttribute(of=NumberAttribute, default=list)
    """The same, of what the account has reposted."""


class RepostedItem(Item, discriminator="Reposted"):
    pattern = schema.REPOSTED
    delivery = UnicodeAttribute()


class AffinityItem(Item, discriminator="Affinity"):
    pattern = schema.AFFINITY
    interactions = NumberAttribute(default=0)


class AdmirerItem(Item, discriminator="Admirer"):
    pattern = schema.ADMIRER


class TasteItem(Item, discriminator="Taste"):
    pattern = schema.TASTE
    interactions = NumberAttribute(default=0)
    photo = NumberAttribute(default=0)
    video = NumberAttribute(default=0)
    text = NumberAttribute(default=0)


class RecommendedItem(Item, discriminator="Recommended"):
    pattern = schema.RECOMMENDED
    marks = BinaryAttribute(legacy_encoding=False)
    """A digest of a few bytes for each post, one after the other; the newest last."""
    expires_at = NumberAttribute()


class CountedEventItem(Item, discriminator="CountedEvent"):
    pattern = schema.COUNTED_EVENT
    expires_at = NumberAttribute()
