"""What is known of messages that leave the house: whether each has been sent, and whether somebody is about to."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute

from kith.table import schema
from kith.table.items.item import Item


class SendingItem(Item):
    """The attributes of whatever is sent once."""

    leased_until = NumberAttribute()
    """Somebody is sending it until then, in milliseconds."""
    sent = BooleanAttribute(default=False)
    expires_at = NumberAttribute()


class MailItem(SendingItem, discriminator="Mail"):
    pattern = schema.MAIL


class PushItem(SendingItem, discriminator="Push"):
    pattern = schema.PUSH
