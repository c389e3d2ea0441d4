"""Everything that is stored, as pynamodb classes.

All in one module: pynamodb reads an item as the class that its `kind` names, among the classes imported so far.
"""

from typing import Any, ClassVar, Self

from pynamodb.attributes import (
    BooleanAttribute,
    DiscriminatorAttribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.models import Model

from kith.table import schema
from kith.table.schema import KeyPattern


class Item(Model):
    """Anything in the table. A subclass names its key pattern; `at` makes an instance with that key."""

    class Meta:
        """Bound to a table by `kith.table.connection.Table`."""

        table_name = ""
        connect_timeout_seconds = 1
        # One answer in time is worth more than a slow one: botocore asks again, and every write is conditional.
        read_timeout_seconds = 3
        max_retry_attempts = 3
        max_pool_connections = 16

    pattern: ClassVar[KeyPattern]

    pk = UnicodeAttribute(hash_key=True, attr_name=schema.PARTITION_KEY)
    sk = UnicodeAttribute(range_key=True, attr_name=schema.SORT_KEY)
    kind = DiscriminatorAttribute()

    @classmethod
    def at(cls, attributes: dict[str, Any] | None = None, **values: int | str) -> Self:
        """Return the item whose key these values make."""
        pk, sk = cls.pattern.key(**values)
        return cls(pk, sk, **attributes or {})

    @property
    def values(self) -> dict[str, Any]:
        """The values that this item's key was made of."""
        values = self.pattern.values(self.pk, self.sk)
        if values is None:
            raise ValueError(f"({self.pk}, {self.sk}) is no key of {self.pattern.entity}")
        return values


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


class MailItem(Item, discriminator="Mail"):
    pattern = schema.MAIL
    leased_until = NumberAttribute()
    """Somebody is sending it until then, in milliseconds."""
    sent = BooleanAttribute(default=False)
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


class HiddenItem(Item, discriminator="Hidden"):
    pattern = schema.HIDDEN
    expires_at = NumberAttribute(null=True)


class HiderItem(Item, discriminator="Hider"):
    pattern = schema.HIDER
    expires_at = NumberAttribute(null=True)


class PostItem(Item, discriminator="Post"):
    pattern = schema.POST
    author_id = NumberAttribute()
    text = UnicodeAttribute()
    hashtags = ListAttribute(of=UnicodeAttribute, default=list)
    mentions: ListAttribute[MapAttribute[str, Any]] = ListAttribute(default=list)
    visibility = UnicodeAttribute()
    delivery = UnicodeAttribute()
    reply_to = NumberAttribute(null=True)
    quote_of = NumberAttribute(null=True)


class AuthoredItem(Item, discriminator="Authored"):
    pattern = schema.AUTHORED


class MentionItem(Item, discriminator="Mention"):
    pattern = schema.MENTION


class FanoutItem(Item, discriminator="Fanout"):
    pattern = schema.FANOUT
    planned_to = NumberAttribute()
    """The last entry among the followers for which a delivery message is known to have been sent."""
    expires_at = NumberAttribute()


class FeedEntryItem(Item, discriminator="FeedEntry"):
    pattern = schema.FEED_ENTRY
    author_id = NumberAttribute()
    arrival = UnicodeAttribute()
    expires_at = NumberAttribute()


class IdempotencyItem(Item, discriminator="Idempotency"):
    pattern = schema.IDEMPOTENCY
    fingerprint = UnicodeAttribute()
    answer = UnicodeAttribute()
    expires_at = NumberAttribute()


class VerifyingKeyItem(Item, discriminator="VerifyingKey"):
    pattern = schema.VERIFYING_KEY
    jwk = JSONAttribute()


class CursorKeyItem(Item, discriminator="CursorKey"):
    pattern = schema.CURSOR_KEY
    secret = UnicodeAttribute()
