"""Media as they are stored."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from kith.table import schema
from kith.table.items.item import Item


class MediumItem(Item, discriminator="Medium"):
    pattern = schema.MEDIUM
    owner_id = NumberAttribute()
    media_kind = UnicodeAttribute()
    status = UnicodeAttribute()
    content_type = UnicodeAttribute(default="")
    version = UnicodeAttribute(null=True)
    """Of the uploaded file that is processed; a later one counts no more."""
    alt_text = UnicodeAttribute(default="")
    reason = UnicodeAttribute(null=True)
    post_id = NumberAttribute(null=True)
    is_worn = BooleanAttribute(null=True)
    """Whether it stands for its owner."""
    is_converted_elsewhere = BooleanAttribute(null=True)
    """Whether it takes too long for a function, and MediaConvert is at it."""
    details = JSONAttribute(default=dict)


class UploadItem(Item, discriminator="Upload"):
    pattern = schema.UPLOAD


class UploadedItem(Item, discriminator="Uploaded"):
    pattern = schema.UPLOADED
    uploads = NumberAttribute(default=0)
    size = NumberAttribute(default=0)
    """Bytes of all together."""
    expires_at = NumberAttribute()


class UnattachedItem(Item, discriminator="Unattached"):
    pattern = schema.UNATTACHED
