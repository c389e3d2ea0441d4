"""Every key of the single table, declared once. Standard library only: the infrastructure reads it too."""

from typing import Final

from kith.table.patterns import KeyPattern

PARTITION_KEY: Final = "PK"
SORT_KEY: Final = "SK"
EXPIRY: Final = "expires_at"
"""The time-to-live attribute: seconds since the Unix epoch."""
TRACE: Final = "trace_id"
"""In what is streamed: the trace in which it was last written."""

USER = KeyPattern("User", "U#{user_id:id}", "PROFILE", "an account as others see it")
CREDENTIALS = KeyPattern(
    "Credentials", "U#{user_id:id}", "CREDENTIALS", "address and password hash of an account"
)
TALLY = KeyPattern(
    "Tally", "U#{user_id:id}", "TALLY#{shard}", "an account's counters, summed over its shards"
)
PREFERENCES = KeyPattern("Preferences", "U#{user_id:id}", "PREFERENCES", "what clients keep for an account")
SINGLE_USE = KeyPattern(
    "SingleUse", "U#{user_id:id}", "TOKEN#{digest}", "a token for one task, by its SHA-256"
)
EXPORT = KeyPattern(
    "Export", "U#{user_id:id}", "EXPORT#{operation_id:id}", "a copy of everything of an account"
)
ERASURE = KeyPattern("Erasure", "ERASURE#{operation_id:id}", "ERASURE", "how far a deleted account is erased")
MAIL = KeyPattern("Mail", "MAIL#{message_id}", "MAIL", "whether a mail has been sent")
PUSH = KeyPattern("Push", "PUSH#{push_id}", "PUSH", "whether a push has been sent")
PUSH_SUBSCRIPTION = KeyPattern("PushSubscription", "U#{user_id:id}", "PUSH#{place}", "where pushes go")
PUSH_ENDPOINT = KeyPattern("PushEndpoint", "ENDPOINT#{digest}", "CLAIM", "whose such a place is (by SHA-256)")
SESSION = KeyPattern(
    "Session", "U#{user_id:id}", "SESSION#{session_id}", "one login and its refresh generation"
)
GATE = KeyPattern("Gate", "U#{user_id:id}", "GATE", "whether an account may act now, and how often it did")
ADDRESS = KeyPattern("Address", "ADDRESS#{address}", "GATE", "how often an address acted")
CLAIMED = KeyPattern(
    "Claimed", "CLAIMED#{digest}", "GATE", "how often somebody claimed to be an account (by a SHA-256)"
)
USERNAME = KeyPattern("Username", "USERNAME#{username}", "CLAIM", "whose a username is")
FORMER_NAME = KeyPattern(
    "FormerName", "U#{user_id:id}", "FORMER#{username}", "a username that an account has given up"
)
EMAIL = KeyPattern("Email", "EMAIL#{digest}", "CLAIM", "whose an e-mail address is (by its SHA-256)")
RELATION = KeyPattern(
    "Relation", "U#{user_id:id}", "RELATION#{other_id:id}", "how an account stands to another, from its side"
)
FOLLOWING = KeyPattern(
    "Following", "U#{user_id:id}", "FOLLOWING#{entry_id:id}", "whom an account follows, in order of time"
)
FOLLOWER = KeyPattern(
    "Follower", "U#{user_id:id}", "FOLLOWER#{entry_id:id}", "who follows an account, in order of time"
)
REQUEST = KeyPattern(
    "Request", "U#{user_id:id}", "REQUEST#{entry_id:id}", "who waits to follow an account, in order of time"
)
REJECTED = KeyPattern(
    "Rejected", "U#{user_id:id}", "REJECTED#{entry_id:id}", "whom an account has not let follow"
)
BLOCK = KeyPattern(
    "Block", "U#{user_id:id}", "BLOCK#{entry_id:id}", "whom an account blocks, in order of time"
)
MUTE = KeyPattern("Mute", "U#{user_id:id}", "MUTE#{entry_id:id}", "whom an account mutes, in order of time")
CELEBRITY = KeyPattern(
    "Celebrity", "U#{user_id:id}", "CELEBRITY#{celebrity_id:id}", "a celebrity whom an account follows"
)
HIDDEN = KeyPattern(
    "Hidden", "U#{user_id:id}", "HIDDEN#{author_id:id}#{reason}", "an author out of a reader's sight, and why"
)
HIDER = KeyPattern(
    "Hider",
    "U#{user_id:id}",
    "HIDER#{reader_id:id}#{reason}",
    "the other end of a Hidden: whose sight an author is out of",
)
POST = KeyPattern("Post", "P#{post_id:id}", "POST", "a post")
AUTHORED = KeyPattern(
    "Authored", "U#{user_id:id}", "POST#{post_id:id}", "a post's place on its author's page"
)
MENTION = KeyPattern(
    "Mention", "U#{user_id:id}", "MENTION#{post_id:id}", "a post whose text names an account"
)
COUNT = KeyPattern("Count", "P#{post_id:id}", "COUNT#{shard}", "a further part of a much-liked post's counts")
REPLY = KeyPattern("Reply", "P#{post_id:id}", "REPLY#{reply_id:id}", "a post that answers a post")
QUOTE = KeyPattern("Quote", "P#{post_id:id}", "QUOTE#{quote_id:id}", "a post that quotes a post")
THREAD_NODE = KeyPattern(
    "ThreadNode", "THREAD#{thread_id:id}", "NODE#{path}", "which post stands where in a thread"
)
TAGGED = KeyPattern("Tagged", "TAG#{tag}", "POST#{post_id:id}", "a post with a hashtag")
LIKE = KeyPattern("Like", "P#{post_id:id}", "LIKE#{deed_id:id}", "who likes a post, in order of time")
REPOST = KeyPattern(
    "Repost", "P#{post_id:id}", "REPOST#{deed_id:id}", "who has reposted a post, in order of time"
)
BOOKMARKER = KeyPattern("Bookmarker", "P#{post_id:id}", "BOOKMARK#{deed_id:id}", "who has bookmarked a post")
BOOKMARK = KeyPattern(
    "Bookmark", "U#{user_id:id}", "BOOKMARK#{deed_id:id}", "a post that an account has bookmarked"
)
ENGAGEMENT = KeyPattern(
    "Engagement", "U#{user_id:id}", "ENGAGEMENT#{post_id:id}", "what an account has done to a post"
)
COMMENT = KeyPattern("Comment", "P#{post_id:id}", "COMMENT#{comment_id:id}", "a comment under a post")
COMMENTED = KeyPattern(
    "Commented", "U#{user_id:id}", "COMMENT#{comment_id:id}", "under which post an account has commented"
)
REMOVAL = KeyPattern(
    "Removal", "U#{user_id:id}", "REMOVAL#{post_id:id}", "a deleted post of which something is left"
)
POSTED = KeyPattern("Posted", "U#{user_id:id}", "POSTED#{day}", "how many posts an account made on a day")
MEDIUM = KeyPattern("Medium", "M#{media_id:id}", "MEDIUM", "a picture or video, and which post shows it")
UPLOAD = KeyPattern("Upload", "U#{user_id:id}", "UPLOAD#{media_id:id}", "a medium of an account")
UPLOADED = KeyPattern(
    "Uploaded", "U#{user_id:id}", "UPLOADED#{day}", "how many uploads an account opened on a day"
)
UNATTACHED = KeyPattern(
    "Unattached",
    "UNATTACHED#{day}#{shard}",
    "MEDIUM#{media_id:id}",
    "a medium that is taken away after a day unless a post shows it",
)
FANOUT = KeyPattern("Fanout", "P#{post_id:id}", "FANOUT", "how far a post's delivery has been planned")
FEED_ENTRY = KeyPattern(
    "FeedEntry",
    "FEED#{reader_id:id}",
    "POST#{post_id:id}#{by_id:id}",
    "a candidate in a reader's feed, and who has brought it there",
)
FEED_STATE = KeyPattern(
    "FeedState", "FEED#{reader_id:id}", "STATE", "when a feed was read, and whether it is whole"
)
RECENT = KeyPattern("Recent", "U#{user_id:id}", "RECENT", "the last posts of an account that readers pull")
REPOSTED = KeyPattern(
    "Reposted", "U#{user_id:id}", "REPOSTED#{post_id:id}", "a post that an account has reposted"
)
AFFINITY = KeyPattern(
    "Affinity", "U#{user_id:id}", "AFFINITY#{author_id:id}", "how often an account took to somebody's posts"
)
ADMIRER = KeyPattern(
    "Admirer",
    "U#{user_id:id}",
    "ADMIRER#{reader_id:id}",
    "the other end of an Affinity: who took to an account",
)
TASTE = KeyPattern("Taste", "U#{user_id:id}", "TASTE", "how often an account took to posts of each kind")
RECOMMENDED = KeyPattern(
    "Recommended", "U#{user_id:id}", "RECOMMENDED", "what was recommended to an account of late (by digests)"
)
COUNTED_EVENT = KeyPattern("CountedEvent", "EVENT#{event_id}", "COUNTED", "an event that has been counted")
NOTIFICATION = KeyPattern(
    "Notification",
    "U#{user_id:id}",
    "NOTIFICATION#{notification_id:id}",
    "what an account is told of, in order of time",
)
NOTIFIED = KeyPattern(
    "Notified",
    "U#{user_id:id}",
    "NOTIFIED#{type}#{object_id:id}",
    "where in its list an account is told of something",
)
TOLD = KeyPattern("Told", "TOLD#{trace}", "TOLD", "that somebody has been told of a deed (by a SHA-256)")
NOTIFICATION_STATE = KeyPattern(
    "NotificationState",
    "U#{user_id:id}",
    "NOTIFICATIONS",
    "up to where an account has read its notifications",
)
NOTIFICATION_CHOICES = KeyPattern(
    "NotificationChoices",
    "U#{user_id:id}",
    "NOTIFICATION_CHOICES",
    "by which channels an account wants to be told of what",
)
DIGEST = KeyPattern(
    "Digest",
    "U#{user_id:id}",
    "DIGEST#{pace}#{due_at:id}",
    "what is to be summed up for an account in a mail",
)
DUE_DIGEST = KeyPattern(
    "DueDigest",
    "DUE#{shard}",
    "DIGEST#{due_at:id}#{user_id:id}#{pace}",
    "the other end of a Digest, in order of when it is due",
)
SUPPRESSED = KeyPattern(
    "Suppressed", "SUPPRESSED#{digest}", "SUPPRESSED", "an address (by SHA-256) that no digest is sent to"
)
BELL = KeyPattern(
    "Bell",
    "U#{user_id:id}",
    "BELL#{author_id:id}",
    "an author of whose new posts an account wants to be told",
)
LISTENER = KeyPattern(
    "Listener", "U#{user_id:id}", "LISTENER#{reader_id:id}", "the other end of a Bell: who wants to be told"
)
FOUND_USER = KeyPattern(
    "FoundUser",
    "FIND#{form}#{text}",
    "USER#{rank}#{user_id:id}",
    "an account that a search finds by part of a name, the best known first",
)
FOUND_TAG = KeyPattern(
    "FoundTag", "FINDTAG#{beginning}", "TAG#{rank}#{tag}", "a hashtag by how it begins, the most used first"
)
FOUND_POST = KeyPattern(
    "FoundPost", "WORD#{word}", "POST#{post_id:id}", "a post that a search finds by a word"
)
INDEXED_USER = KeyPattern("IndexedUser", "U#{user_id:id}", "INDEXED", "by what searches find an account")
INDEXED_POST = KeyPattern(
    "IndexedPost", "P#{post_id:id}", "INDEXED", "by what searches find a post, and which hashtags count it"
)
INDEXED_TAG = KeyPattern(
    "IndexedTag", "TAG#{tag}", "INDEXED", "how many posts have a hashtag that everybody may see"
)
TAG_USE = KeyPattern(
    "TagUse",
    "U#{user_id:id}",
    "USED#{digest}",
    "in which post an account last used a hashtag (by its SHA-256)",
)
TAG_TREND = KeyPattern("TagTrend", "TAG#{tag}", "TREND", "how many accounts use a hashtag of late")
POST_TREND = KeyPattern("PostTrend", "P#{post_id:id}", "TREND#SCORES", "how much is done to a post of late")
TRENDING = KeyPattern("Trending", "P#{post_id:id}", "TREND#TOP", "that a post was among the first of a day")
BOARD = KeyPattern(
    "Board", "TRENDING#{kind}", "WINDOW#{window}", "the hashtags or posts that are used the most in a window"
)
IDEMPOTENCY = KeyPattern(
    "Idempotency", "IDEMPOTENCY#{user_id:id}", "{digest}", "the answer to a POST with a key"
)
WEBSOCKET = KeyPattern(
    "Websocket", "U#{user_id:id}", "WEBSOCKET#{slot}", "a websocket of an account, in one of few slots"
)
WEBSOCKET_OWNER = KeyPattern(
    "WebsocketOwner",
    "WEBSOCKET#{connection_id}",
    "OWNER",
    "the other end of a Websocket: whose a connection of API Gateway is",
)
ONLINE = KeyPattern("Online", "ONLINE", "USER#{user_id:id}", "an account that has a websocket")
FRAME = KeyPattern("Frame", "FRAME#{digest}", "FRAME", "whether an account has been told of an event")
VERIFYING_KEY = KeyPattern(
    "VerifyingKey", "KEYS", "VERIFYING#{kid}", "a public key that verifies access tokens"
)
CURSOR_KEY = KeyPattern("CursorKey", "KEYS", "CURSOR", "the key that signs cursors")

ENTITIES: Final = tuple(each for each in list(globals().values()) if isinstance(each, KeyPattern))

STREAMED: Final = (POST, ENGAGEMENT, COMMENT, MEDIUM, RELATION, USER, EXPORT, NOTIFICATION, SESSION, TRENDING)
"""Entities whose changes are events: the only ones that wake the outbox."""
