"""Kinds of items that an erasure takes together, and those that it leaves because they hold nobody."""

from collections.abc import Mapping
from typing import Final

from kith.table import schema
from kith.table.patterns import KeyPattern

GONE_LAST: Final = (schema.USER, schema.GATE)

LISTED: Final = (schema.FOLLOWING, schema.BLOCK, schema.MUTE, schema.CELEBRITY)
"""What goes with the relation that it lists."""

REMAINS: Final = (
    schema.FANOUT,
    schema.TAGGED,
    schema.THREAD_NODE,
    schema.REPLY,
    schema.QUOTE,
    schema.LIKE,
    schema.REPOST,
    schema.BOOKMARKER,
    schema.COMMENT,
    schema.INDEXED_POST,
    schema.FOUND_POST,
    schema.POST_TREND,
    schema.TRENDING,
)
"""What hangs on the account's posts, or told of them elsewhere."""
OWN: Final = (
    schema.POSTED,
    schema.UPLOADED,
    schema.RECENT,
    schema.TASTE,
    schema.RECOMMENDED,
    schema.CREDENTIALS,
    schema.PREFERENCES,
    schema.TALLY,
    schema.SESSION,
    schema.SINGLE_USE,
    schema.EXPORT,
    schema.FORMER_NAME,
    schema.NOTIFICATION,
    schema.NOTIFIED,
    schema.NOTIFICATION_STATE,
    schema.NOTIFICATION_CHOICES,
)
"""What is in the account's own partition and leads nowhere else."""
HOLDS_NOBODY: Final[Mapping[KeyPattern, str]] = {
    schema.ERASURE: "names nobody when it is done, and is what the deleted can ask for",
    schema.ADDRESS: "an address of the network, for a few hours",
    schema.CLAIMED: "a digest of what somebody claimed to be, for a few hours",
    schema.TAG_TREND: "how many accounts use a hashtag; not who",
    schema.BOARD: "hashtags and posts that are used the most; posts go with their deletion",
    schema.COUNTED_EVENT: "that an event was counted, for a few days; not whose",
    schema.TOLD: "a digest of what somebody was told, for a month",
    schema.MAIL: "that a message was sent, for a few days; not to whom",
    schema.FRAME: "that an event was told, for a few days; not to whom",
    schema.PUSH: "that a push was sent, for a few days; not to whom",
    schema.SUPPRESSED: "a digest of an address that wants no mails, for a year; not whose",
    schema.INDEXED_TAG: "a hashtag, and how many posts have it",
    schema.FOUND_TAG: "how a hashtag begins",
    schema.VERIFYING_KEY: "a key of the house",
    schema.CURSOR_KEY: "a key of the house",
}
