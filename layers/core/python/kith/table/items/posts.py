"""Posts as they are stored, and what others do to them."""

from typing import Any

from pynamodb.attributes import (
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from kith.table import schema
from kith.table.items.item import Item


class CountedItem(Item):
    """A part of a post's counts: in the post itself, and in further items once it is much liked."""

    likes = NumberAttribute(default=0)
    comments = NumberAttribute(default=0)
    reposts = NumberAttribute(default=0)


class PostItem(CountedItem, discriminator="Post"):
    pattern = schema.POST
    author_id = NumberAttribute()
    text = UnicodeAttribute()
    hashtags = ListAttribute(of=UnicodeAttribute, default=list)
    mentions: ListAttribute[MapAttribute[str, Any]] = ListAttribute(default=list)
    visibility = UnicodeAttribute()
    delivery = UnicodeAttribute()
    reply_to = NumberAttribute(null=True)
    quote_of = NumberAttribute(null=True)
    status = UnicodeAttribute(default="published")
    media = JSONAttribute(default=list)
    thread_id = NumberAttribute(null=True)
    path = UnicodeAttribute(null=True)
    edited_at = NumberAttribute(null=True)
    count_shards = NumberAttribute(default=1)
    revision = NumberAttribute(default=0)


class CountItem(CountedItem, discriminator="Count"):
    pattern = schema.COUNT


class AuthoredItem(Item, discriminator="Authored"):
    pattern = schema.AUTHORED


class MentionItem(Item, discriminator="Mention"):
    pattern = schema.MENTION


class ReplyItem(Item, discriminator="Reply"):
    pattern = schema.REPLY


class QuoteItem(Item, discriminator="Quote"):
    pattern = schema.QUOTE


class ThreadNodeItem(Item, discriminator="ThreadNode"):
    pattern = schema.THREAD_NODE
    post_id = NumberAttribute()


class TaggedItem(Item, discriminator="Tagged"):
    pattern = schema.TAGGED


class RemovalItem(Item, discriminator="Removal"):
    pattern = schema.REMOVAL
    hashtags = JSONAttribute(default=list)
    mentioned = JSONAttribute(default=list)
    media_ids = JSONAttribute(default=list)
    reply_to = NumberAttribute(null=True)
    quote_of = NumberAttribute(null=True)
    thread_id = NumberAttribute(null=True)
    path = UnicodeAttribute(null=True)


class PostedItem(Item, discriminator="Posted"):
    pattern = schema.POSTED
    posts = NumberAttribute(default=0)
    expires_at = NumberAttribute()
