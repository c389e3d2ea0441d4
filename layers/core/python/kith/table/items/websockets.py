"""Websockets as they are stored, and what was sent to them."""

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from kith.table import schema
from kith.table.items.item import Item


class WebsocketItem(Item, discriminator="Websocket"):
    pattern = schema.WEBSOCKET
    connection_id = UnicodeAttribute()
    session_id = UnicodeAttribute()
    epoch = NumberAttribute()
    opened_at = NumberAttribute()
    expires_at = NumberAttribute()


class WebsocketOwnerItem(Item, discriminator="WebsocketOwner"):
    pattern = schema.WEBSOCKET_OWNER
    user_id = NumberAttribute()
    slot = UnicodeAttribute()
    expires_at = NumberAttribute()


class OnlineItem(Item, discriminator="Online"):
    pattern = schema.ONLINE
    latest = UnicodeAttribute()
    """The connection that was opened or heard last."""
    expires_at = NumberAttribute()


class FrameItem(Item, discriminator="Frame"):
    pattern = schema.FRAME
    leased_until = NumberAttribute()
    """Somebody is sending it until then, in milliseconds."""
    sent = BooleanAttribute(default=False)
    sent_to = ListAttribute(of=UnicodeAttribute, default=list)
    """The connections that got it before it failed with others."""
    expires_at = NumberAttribute()
