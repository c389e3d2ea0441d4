"""The follow graph as it is stored."""

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from kith.table import schema
from kith.table.items.item import Item


class RelationItem(Item, discriminator="Relation"):
    pattern = schema.RELATION
    state = UnicodeAttribute()
    edge_id = NumberAttribute(null=True)
    block_id = NumberAttribute(null=True)
    mute_id = NumberAttribute(null=True)
    is_blocked = BooleanAttribute(default=False)
    revision = NumberAttribute()
    """An identifier of the change that made it so."""


class EntryItem(Item):
    """One account in a list in order of time."""

    other_id = NumberAttribute()


class FollowingItem(EntryItem, discriminator="Following"):
    pattern = schema.FOLLOWING


class FollowerItem(EntryItem, discriminator="Follower"):
    pattern = schema.FOLLOWER


class RequestItem(EntryItem, discriminator="Request"):
    pattern = schema.REQUEST


class RejectedItem(EntryItem, discriminator="Rejected"):
    pattern = schema.REJECTED


class BlockItem(EntryItem, discriminator="Block"):
    pattern = schema.BLOCK


class MuteItem(EntryItem, discriminator="Mute"):
    pattern = schema.MUTE


class CelebrityItem(Item, discriminator="Celebrity"):
    pattern = schema.CELEBRITY
    expires_at = NumberAttribute(null=True)
    """Set when the account is a celebrity no longer: until then what it published as one is pulled."""


class HiddenItem(Item, discriminator="Hidden"):
    pattern = schema.HIDDEN
    expires_at = NumberAttribute(null=True)


class HiderItem(Item, discriminator="Hider"):
    pattern = schema.HIDER
    expires_at = NumberAttribute(null=True)
