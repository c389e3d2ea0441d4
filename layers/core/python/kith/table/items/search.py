"""What searches look through."""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from kith.table import schema
from kith.table.items.item import Item


class FoundUserItem(Item, discriminator="FoundUser"):
    pattern = schema.FOUND_USER
    term = UnicodeAttribute()
    """The word of the name that it is found by."""


class FoundTagItem(Item, discriminator="FoundTag"):
    pattern = schema.FOUND_TAG


class FoundPostItem(Item, discriminator="FoundPost"):
    pattern = schema.FOUND_POST


class CardItem(Item):
    """The attributes of what tells by what something may be found."""

    holds = JSONAttribute(default=list)
    """From what its entries in the index are made: one source, two while they are rewritten."""
    writing_until = NumberAttribute(default=0)
    """Somebody rewrites the entries until then, in milliseconds."""
    is_going = BooleanAttribute(default=False)
    """They take them away."""
    revision = NumberAttribute(default=0)


class IndexedUserItem(CardItem, discriminator="IndexedUser"):
    pattern = schema.INDEXED_USER


class IndexedPostItem(CardItem, discriminator="IndexedPost"):
    pattern = schema.INDEXED_POST
    counted = ListAttribute(of=UnicodeAttribute, default=list)
    """The hashtags among whose posts it is counted."""
    moved = ListAttribute(of=UnicodeAttribute, default=list)
    """Hashtags whose counts it has changed, and whose place in the index may have to follow."""


class IndexedTagItem(CardItem, discriminator="IndexedTag"):
    pattern = schema.INDEXED_TAG
    posts = NumberAttribute(default=0)
