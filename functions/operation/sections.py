"""What an export holds of an account, section by section, and what it does not: every entity is in here once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kith.domain import ids
from kith.domain.clock import SECOND, rfc3339
from kith.domain.comments import Comment
from kith.domain.engagements import Deed
from kith.domain.media import Medium
from kith.domain.posts import Post
from kith.table import schema
from kith.table.comments import CommentStore
from kith.table.connection import Table
from kith.table.engagements import engagement_of
from kith.table.items import (
    CommentedItem,
    CredentialsItem,
    EngagementItem,
    EntryItem,
    ExportItem,
    FormerNameItem,
    Item,
    MentionItem,
    PreferencesItem,
    RelationItem,
    SessionItem,
    UserItem,
)
from kith.table.media import MediaStore
from kith.table.posts import PostStore
from kith.table.relations import stance_of
from kith.table.schema import KeyPattern

PAGE = 1_000

Entry = dict[str, Any]

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
    schema.IDEMPOTENCY: "answers that repeat what is listed, for a day",
    schema.ERASURE: "there is nothing to export any more",
    schema.ADDRESS: "of nobody",
    schema.CLAIMED: "of nobody",
    schema.MAIL: "of nobody",
    schema.WEBSOCKET: "what is open at the moment",
    schema.WEBSOCKET_OWNER: "says of a websocket what it says itself",
    schema.ONLINE: "that something is open at the moment",
    schema.FRAME: "of nobody",
    schema.VERIFYING_KEY: "of nobody",
    schema.CURSOR_KEY: "of nobody",
}


DONE: Final = {Deed.LIKE: "liked", Deed.REPOST: "reposted", Deed.BOOKMARK: "bookmarked"}


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the document: the entries that the items of a kind in the account's partition make."""

    name: str
    entities: tuple[KeyPattern, ...]
    """The first is walked; the others are what its items lead to."""
    entries: Callable[[list[Item]], Iterable[Entry]]
    is_single: bool = False
    """An object or null, not a list."""


@dataclass(frozen=True, slots=True)
class Sections:
    """Makes the sections and reads them."""

    table: Table
    posts: PostStore
    comments: CommentStore
    media: MediaStore

    def in_order(self) -> tuple[Section, ...]:
        """Return them."""
        return (
            Section("profile", (schema.USER,), _profile, is_single=True),
            Section("account", (schema.CREDENTIALS,), _account, is_single=True),
            Section("preferences", (schema.PREFERENCES,), _preferences, is_single=True),
            Section("former_usernames", (schema.FORMER_NAME,), _former_usernames),
            Section("sessions", (schema.SESSION,), _sessions),
            Section("following", (schema.FOLLOWING,), _listed),
            Section("requested", (schema.RELATION,), _requested),
            Section("followers", (schema.FOLLOWER,), _listed),
            Section("requests", (schema.REQUEST,), _listed),
            Section("rejected", (schema.REJECTED,), _listed),
            Section("blocks", (schema.BLOCK,), _listed),
            Section("mutes", (schema.MUTE,), _listed),
            Section("posts", (schema.AUTHORED, schema.POST), self._posts),
            Section("engagements", (schema.ENGAGEMENT,), _engagements),
            Section("comments", (schema.COMMENTED, schema.COMMENT), self._comments),
            Section("media", (schema.UPLOAD, schema.MEDIUM), self._media),
            Section("mentioned_in", (schema.MENTION,), _mentioned_in),
            Section("exports", (schema.EXPORT,), _exports),
        )

    def pages(self, section: Section, user_id: int) -> Iterator[list[Entry]]:
        """Yield a section's entries, a page at a time."""
        partition, _ = UserItem.pattern.key(user_id=user_id)
        low, high = section.entities[0].sort_range
        while True:
            items = self.table.query(partition, low, high, limit=PAGE)
            yield list(section.entries(items))
            if len(items) < PAGE:
                return
            low = items[-1].sk + " "

    def _posts(self, items: list[Item]) -> Iterator[Entry]:
        posts = self.posts.by_ids(item.values["post_id"] for item in items)
        return (_post(posts[post_id]) for post_id in sorted(posts))

    def _comments(self, items: list[Item]) -> Iterator[Entry]:
        keys = [
            (int(item.post_id), item.values["comment_id"])
            for item in items
            if isinstance(item, CommentedItem)
        ]
        return (_comment(comment) for comment in self.comments.by_ids(keys))

    def _media(self, items: list[Item]) -> Iterator[Entry]:
        media = self.media.by_ids(item.values["media_id"] for item in items)
        return (_medium(media[media_id]) for media_id in sorted(media))


def _profile(items: list[Item]) -> Iterator[Entry]:
    for item in items:
        if isinstance(item, UserItem):
            yield {
                "user_id": item.values["user_id"],
                "username": item.username,
                "full_name": item.full_name,
                "bio": item.bio,
                "is_private": item.is_private,
                "is_verified": item.is_verified,
            }


def _account(items: list[Item]) -> Iterator[Entry]:
    for item in items:
        if isinstance(item, CredentialsItem):
            yield {
                "email": item.email,
                "email_verified": item.email_verified,
                "pending_email": item.pending_email,
            }


def _preferences(items: list[Item]) -> Iterator[Entry]:
    return (dict(item.chosen) for item in items if isinstance(item, PreferencesItem))


def _former_usernames(items: list[Item]) -> Iterator[Entry]:
    for item in items:
        if isinstance(item, FormerNameItem):
            kept_until = rfc3339(int(item.expires_at) * SECOND)
            yield {"username": item.values["username"], "kept_until": kept_until}


def _sessions(items: list[Item]) -> Iterator[Entry]:
    for item in items:
        if isinstance(item, SessionItem):
            yield {
                "created_at": rfc3339(int(item.created_at)),
                "refreshed_at": rfc3339(int(item.refreshed_at)),
                "expires_at": rfc3339(int(item.expires_at) * SECOND),
            }


def _listed(items: list[Item]) -> Iterator[Entry]:
    for item in items:
        if isinstance(item, EntryItem):
            since = rfc3339(ids.created_at(item.values["entry_id"]))
            yield {"user_id": int(item.other_id), "created_at": since}


def _requested(items: list[Item]) -> Iterator[Entry]:
    stances = (stance_of(item) for item in items if isinstance(item, RelationItem))
    for stance in stances:
        if stance.asks:
            yield {"user_id": stance.other_id, "created_at": rfc3339(stance.created_at)}


def _post(post: Post) -> Entry:
    return {
        "post_id": post.post_id,
        "text": post.text,
        "hashtags": list(post.hashtags),
        "mentions": [{"user_id": each.user_id, "username": each.username} for each in post.mentions],
        "visibility": post.visibility.value,
        "status": post.status.value,
        "media": [medium.media_id for medium in post.media],
        "created_at": rfc3339(post.created_at),
        "edited_at": None if post.edited_at is None else rfc3339(post.edited_at),
        "reply_to": post.reply_to,
        "quote_of": post.quote_of,
    }


def _engagements(items: list[Item]) -> Iterator[Entry]:
    engagements = (engagement_of(item) for item in items if isinstance(item, EngagementItem))
    return (
        {"post_id": each.post_id} | {f"{word}_at": _since(each.deed_id(deed)) for deed, word in DONE.items()}
        for each in engagements
    )


def _since(identifier: int | None) -> str | None:
    return None if identifier is None else rfc3339(ids.created_at(identifier))


def _comment(comment: Comment) -> Entry:
    return {
        "comment_id": comment.comment_id,
        "post_id": comment.post_id,
        "text": comment.text,
        "created_at": rfc3339(comment.created_at),
    }


def _medium(medium: Medium) -> Entry:
    return {
        "media_id": medium.media_id,
        "kind": medium.kind.value,
        "status": medium.status.value,
        "alt_text": medium.alt_text,
        "post_id": medium.post_id,
        **medium.details,
    }


def _mentioned_in(items: list[Item]) -> Iterator[Entry]:
    return ({"post_id": item.values["post_id"]} for item in items if isinstance(item, MentionItem))


def _exports(items: list[Item]) -> Iterator[Entry]:
    for item in items:
        if isinstance(item, ExportItem):
            yield {
                "operation_id": item.values["operation_id"],
                "started_at": rfc3339(int(item.started_at)),
            }
