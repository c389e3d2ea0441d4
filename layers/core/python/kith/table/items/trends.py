"""Trends as they are stored."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from kith.table import schema
from kith.table.items.item import Item


class TrendItem(Item):
    """Scores that decay, as of a time in milliseconds."""

    scores = JSONAttribute(default=dict)
    scored_at = NumberAttribute()
    version = NumberAttribute()


class TagTrendItem(TrendItem, discriminator="TagTrend"):
    pattern = schema.TAG_TREND
    expires_at = NumberAttribute()


class PostTrendItem(TrendItem, discriminator="PostTrend"):
    pattern = schema.POST_TREND
    counted = NumberAttribute()
    """What of all that was done to the post has gone into the scores."""


class TagUseItem(Item, discriminator="TagUse"):
    pattern = schema.TAG_USE
    tag = UnicodeAttribute()
    post_id = NumberAttribute(null=True)
    """None once it counts no longer."""
    expires_at = NumberAttribute()


class TrendingItem(Item, discriminator="Trending"):
    pattern = schema.TRENDING
    author_id = NumberAttribute()


class BoardItem(Item, discriminator="Board"):
    pattern = schema.BOARD
    contenders = JSONAttribute(default=list)
    """Of each its subject, its score and when it was scored, in milliseconds; the most used first."""
    version = NumberAttribute()
