"""What people do to posts, as it is stored."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from kith.table import schema
from kith.table.items.item import Item


class EngagementItem(Item, discriminator="Engagement"):
    pattern = schema.ENGAGEMENT
    like_id = NumberAttribute(null=True)
    repost_id = NumberAttribute(null=True)
    bookmark_id = NumberAttribute(null=True)
    revision = NumberAttribute()
    """An identifier of the change that made it so."""


class DeedItem(Item):
    """One account among those that have done something to a post, in order of time."""

    other_id = NumberAttribute()


class LikeItem(DeedItem, discriminator="Like"):
    pattern = schema.LIKE


class RepostItem(DeedItem, discriminator="Repost"):
    pattern = schema.REPOST


class BookmarkerItem(DeedItem, discriminator="Bookmarker"):
    pattern = schema.BOOKMARKER


class BookmarkItem(Item, discriminator="Bookmark"):
    pattern = schema.BOOKMARK
    post_id = NumberAttribute()


class CommentItem(Item, discriminator="Comment"):
    pattern = schema.COMMENT
    author_id = NumberAttribute()
    text = UnicodeAttribute()


class CommentedItem(Item, discriminator="Commented"):
    pattern = schema.COMMENTED
    post_id = NumberAttribute()
