"""Media as they are stored."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from kith.table import schema
from kith.table.items.item import Item


class MediumItem(Item, discriminator="Medium"):
    pattern = schema.MEDIUM
    owner_id = NumberAttribute()
    media_kind = UnicodeAttribute()
    status = UnicodeAttribute()
    alt_text = UnicodeAttribute(default="")
    reason = UnicodeAttribute(null=True)
    post_id = NumberAttribute(null=True)
    details = JSONAttribute(default=dict)


class UploadItem(Item, discriminator="Upload"):
    pattern = schema.UPLOAD
