"""What an export does not hold of an account, and why."""

from collections.abc import Mapping
from typing import Final

from kith.table import schema
from kith.table.patterns import KeyPattern

WITHHELD: Final[Mapping[KeyPattern, str]] = {
    schema.TALLY: "counts of what is listed",
    schema.SINGLE_USE: "only a digest is kept, and what it stands for is in a mail",
    schema.GATE: "limits and ended logins: how the house guards itself",
    schema.USERNAME: "says of a name what the profile says",
    schema.EMAIL: "says of an address what the account says",
    schema.HIDDEN: "follows from whom one does not follow any more, blocks or mutes; who blocks one is not told",
    schema.HIDER: "who unfollowed, blocked or muted one is not told",
    schema.CELEBRITY: "says of some what the list of those one follows says",
    schema.UPLOADED: "how often one did something on a day, for a limit",
    schema.UNATTACHED: "says of media what they say themselves: that no post shows them",
    schema.COUNT: "counts that posts show",
    schema.REPLY: "says of posts of others that they answer, which they say themselves",
    schema.QUOTE: "says of posts of others that they quote, which they say themselves",
    schema.THREAD_NODE: "where a post stands in its thread",
    schema.TAGGED: "says of posts what their hashtags say",
    schema.LIKE: "what others did; what the account did is in engagements",
    schema.REPOST: "what others did; what the account did is in engagements",
    schema.BOOKMARKER: "what others did, which is told to nobody",
    schema.BOOKMARK: "says in another order what engagements say",
    schema.REPOSTED: "says in another order what engagements say",
    schema.RECENT: "says of some posts and reposts what their lists say",
    schema.FEED_STATE: "when a feed was last read; what it holds is others'",
    schema.AFFINITY: "counts of what engagements say, and of comments",
    schema.ADMIRER: "counts of what others did",
    schema.TASTE: "the same as its affinities",
    schema.COUNTED_EVENT: "of nobody",
    schema.REMOVAL: "of what was deleted",
    schema.POSTED: "a count of what is listed, for a day",
    schema.FANOUT: "how far a delivery was planned",
    schema.FEED_ENTRY: "what others published and is delivered; it follows from whom one follows",
    schema.NOTIFICATION: "says of what others did what their lists say, as far as it is so",
    schema.NOTIFIED: "where in that list it stands",
    schema.NOTIFICATION_STATE: "up to where that list was read",
    schema.TOLD: "of nobody",
    schema.LISTENER: "who wants to be told of one's posts is theirs",
    schema.IDEMPOTENCY: "answers that repeat what is listed, for a day",
    schema.ERASURE: "there is nothing to export any more",
    schema.ADDRESS: "of nobody",
    schema.CLAIMED: "of nobody",
    schema.MAIL: "of nobody",
    schema.PUSH: "of nobody",
    schema.PUSH_ENDPOINT: "says of an endpoint what its subscription says",
    schema.VERIFYING_KEY: "of nobody",
    schema.CURSOR_KEY: "of nobody",
}
