"""Where browsers take pushes, as it is stored."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from kith.table import schema
from kith.table.items.item import Item


class PushSubscriptionItem(Item, discriminator="PushSubscription"):
    pattern = schema.PUSH_SUBSCRIPTION
    digest = UnicodeAttribute()
    """Of its endpoint."""
    endpoint = UnicodeAttribute()
    p256dh = UnicodeAttribute()
    auth = UnicodeAttribute()
    session_id = UnicodeAttribute()
    created_at = NumberAttribute()
    expires_at = NumberAttribute(null=True)


class PushEndpointItem(Item, discriminator="PushEndpoint"):
    pattern = schema.PUSH_ENDPOINT
    user_id = NumberAttribute()
    place = UnicodeAttribute()
    """Which of the account's subscriptions it is."""
    expires_at = NumberAttribute(null=True)
