"""Notifications as they are stored."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from kith.table import schema
from kith.table.items.item import Item


class NotificationItem(Item, discriminator="Notification"):
    pattern = schema.NOTIFICATION
    type = UnicodeAttribute()
    object_id = NumberAttribute()
    trace = UnicodeAttribute()
    """Of what put it there, as `Told` knows it."""
    is_quiet = BooleanAttribute(default=False)
    """It stands in the list, and nobody is told so."""
    expires_at = NumberAttribute()


class NotifiedItem(Item, discriminator="Notified"):
    pattern = schema.NOTIFIED
    notification_id = NumberAttribute()
    moves = NumberAttribute(default=0)
    """How often it has moved up."""
    expires_at = NumberAttribute()


class ToldItem(Item, discriminator="Told"):
    pattern = schema.TOLD
    notification_id = NumberAttribute()
    expires_at = NumberAttribute()


class NotificationStateItem(Item, discriminator="NotificationState"):
    pattern = schema.NOTIFICATION_STATE
    read_up_to = NumberAttribute()


class NotificationChoicesItem(Item, discriminator="NotificationChoices"):
    pattern = schema.NOTIFICATION_CHOICES
    chosen = JSONAttribute(default=dict)


class BellItem(Item, discriminator="Bell"):
    pattern = schema.BELL


class ListenerItem(Item, discriminator="Listener"):
    pattern = schema.LISTENER
