"""Accounts as they are stored: who someone is, their logins and limits, and what is done with their data."""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from kith.table import schema
from kith.table.items.item import Item


class UserItem(Item, discriminator="User"):
    pattern = schema.USER
    username = UnicodeAttribute()
    full_name = UnicodeAttribute(default="")
    bio = UnicodeAttribute(default="")
    is_private = BooleanAttribute(default=False)
    is_verified = BooleanAttribute(default=False)
    is_celebrity = BooleanAttribute(default=False)
    tally_shards = NumberAttribute(default=1)
    standing = UnicodeAttribute(default="active")
    avatar_id = NumberAttribute(null=True)
    """The picture that stands for it."""
    email_asked_at = NumberAttribute(default=0)
    """When its owner last asked for another e-mail address, in milliseconds; the address itself is not for here."""
    export_id = NumberAttribute(null=True)
    """The last copy of its data that its owner asked for."""
    erasure_id = NumberAttribute(null=True)
    """The operation that erases it, once it is deleted."""


class CredentialsItem(Item, discriminator="Credentials"):
    pattern = schema.CREDENTIALS
    email = UnicodeAttribute()
    email_verified = BooleanAttribute(default=False)
    pending_email = UnicodeAttribute(null=True)
    """Asked for, and not yet shown to be the owner's."""
    password_hash = UnicodeAttribute()


class PreferencesItem(Item, discriminator="Preferences"):
    pattern = schema.PREFERENCES
    chosen = JSONAttribute()


class TallyItem(Item, discriminator="Tally"):
    """One shard of an account's counters, with what a follow is checked against, lest it check what all share."""

    pattern = schema.TALLY
    followers = NumberAttribute(default=0)
    following = NumberAttribute(default=0)
    posts = NumberAttribute(default=0)
    requests = NumberAttribute(default=0)
    wishes = NumberAttribute(default=0)
    """Whom the account follows and whom it has asked."""
    blocks = NumberAttribute(default=0)
    mutes = NumberAttribute(default=0)
    is_private = BooleanAttribute(default=False)
    is_celebrity = BooleanAttribute(default=False)


class SessionItem(Item, discriminator="Session"):
    pattern = schema.SESSION
    epoch = NumberAttribute()
    generation = NumberAttribute()
    created_at = NumberAttribute()
    refreshed_at = NumberAttribute()
    expires_at = NumberAttribute()


class GateItem(Item, discriminator="Gate"):
    """What every request of an account passes; `kith.table.gates` adds buckets, to this and the next two."""

    pattern = schema.GATE
    epoch = NumberAttribute(default=0)
    """Access tokens of another epoch are refused."""
    standing = UnicodeAttribute(default="active")
    seen_at = NumberAttribute(default=0)


class AddressItem(Item, discriminator="Address"):
    pattern = schema.ADDRESS
    expires_at = NumberAttribute()


class ClaimedItem(Item, discriminator="Claimed"):
    pattern = schema.CLAIMED
    expires_at = NumberAttribute()


class SingleUseItem(Item, discriminator="SingleUse"):
    pattern = schema.SINGLE_USE
    purpose = UnicodeAttribute()
    bound_to = UnicodeAttribute()
    """What must still be so when it is used, as its purpose says."""
    expires_at = NumberAttribute()


class ExportItem(Item, discriminator="Export"):
    pattern = schema.EXPORT
    status = UnicodeAttribute()
    counts = JSONAttribute(default=dict)
    """Items copied so far, by section."""
    started_at = NumberAttribute()
    finished_at = NumberAttribute(null=True)
    result = JSONAttribute(default=dict)
    """What there is to say of the archive."""
    expires_at = NumberAttribute()


class ErasureItem(Item, discriminator="Erasure"):
    pattern = schema.ERASURE
    user_id = NumberAttribute(null=True)
    """Whom to erase; gone when nothing is left of them."""
    status = UnicodeAttribute()
    phase = UnicodeAttribute()
    reached = UnicodeAttribute(null=True)
    """The sort key up to which the phase is done."""
    counts = JSONAttribute(default=dict)
    """Items erased so far, by phase."""
    started_at = NumberAttribute()
    finished_at = NumberAttribute(null=True)


class UsernameItem(Item, discriminator="Username"):
    pattern = schema.USERNAME
    user_id = NumberAttribute()
    expires_at = NumberAttribute(null=True)
    """Set when the name was given up: until then nobody else can have it."""


class FormerNameItem(Item, discriminator="FormerName"):
    pattern = schema.FORMER_NAME
    expires_at = NumberAttribute()


class EmailItem(Item, discriminator="Email"):
    pattern = schema.EMAIL
    user_id = NumberAttribute()
    verified = BooleanAttribute(default=False)
    """Its owner has shown to read the mail that goes there; until then whoever shows it first takes it over."""
