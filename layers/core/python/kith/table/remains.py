"""What is left of a deleted post elsewhere, and how it is taken away.

Nothing can be added any more once a post is gone, and everything that leads to it is known from its own partition: a
page is taken away at a time, what each item leads to before the item itself, until nothing is left. Doing it again,
also at the same time, is doing it once. A removal tells what leads away from the post, and goes last of all.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from kith.table import batches
from kith.table.connection import Table
from kith.table.items import (
    BookmarkerItem,
    BookmarkItem,
    CommentedItem,
    CommentItem,
    DeedItem,
    EngagementItem,
    FanoutItem,
    Item,
    LikeItem,
    MediumItem,
    MentionItem,
    PostItem,
    PostTrendItem,
    QuoteItem,
    RemovalItem,
    ReplyItem,
    RepostedItem,
    RepostItem,
    TaggedItem,
    ThreadNodeItem,
    TrendingItem,
    UploadItem,
)
from kith.table.recents import RecentStore
from kith.table.transactions import ConditionFailed, Update, write
from kith.table.uploads import unattached_key

PAGE = 100
"""Items at once."""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Remains:
    """Deleted posts of which something is left: a verb per access pattern."""

    table: Table

    def removal(self, author_id: int, post_id: int) -> RemovalItem | None:
        """Return what tells of a deleted post where something of it is left; None when nothing is."""
        return self.table.get(RemovalItem, user_id=author_id, post_id=post_id)

    def clear_page(self, post_id: int) -> bool:
        """Take a page of what leads to a deleted post away; return whether there may be more."""
        partition, _ = PostItem.pattern.key(post_id=post_id)
        # Reposts first: a like of the same account's would take the engagement along that tells of both.
        for pattern in (RepostItem, LikeItem, BookmarkerItem, CommentItem, ReplyItem, QuoteItem):
            found = self.table.query(partition, *pattern.pattern.sort_range, limit=PAGE)
            if found:
                self._clear(found)
                return True
        return False

    def close(self, removal: RemovalItem) -> None:
        """Take away what leads from a deleted post elsewhere, and then what told so."""
        post_id, author_id = removal.values["post_id"], removal.values["user_id"]
        RecentStore(self.table).forget(author_id, post_id)
        own = [each.pattern.key(post_id=post_id) for each in (FanoutItem, PostTrendItem, TrendingItem)]
        batches.delete_all(self.table, [*own, *_led_to(removal)])
        batches.delete_all(self.table, [RemovalItem.pattern.key(user_id=author_id, post_id=post_id)])

    def _clear(self, found: Sequence[Item]) -> None:
        self.table.all_of(
            [partial(self._unlink, item) for item in found if isinstance(item, (ReplyItem, QuoteItem))]
        )
        recents = RecentStore(self.table)
        reposts = [
            (int(item.other_id), item.values["post_id"]) for item in found if isinstance(item, RepostItem)
        ]
        self.table.all_of([partial(recents.forget, *each) for each in reposts])
        # Before the engagements: once one is gone the repost is told to be taken back, and is looked for here.
        reposted = [
            RepostedItem.pattern.key(user_id=user_id, post_id=post_id) for user_id, post_id in reposts
        ]
        batches.delete_all(self.table, reposted)
        batches.delete_all(self.table, [key for item in found for key in _near_ends(item)])
        batches.delete_all(self.table, [(item.pk, item.sk) for item in found])

    def _unlink(self, item: ReplyItem | QuoteItem) -> None:
        """Let a post that answers or quotes the deleted one no longer say which."""
        deleted_id = item.values["post_id"]
        is_reply = isinstance(item, ReplyItem)
        referring_id = item.values["reply_id" if is_reply else "quote_id"]
        attribute = PostItem.reply_to if is_reply else PostItem.quote_of
        with suppress(ConditionFailed):  # it is gone itself, or says so no longer
            write(
                self.table,
                Update(PostItem.at(post_id=referring_id), [attribute.remove()], attribute == deleted_id),
            )


def _near_ends(item: Item) -> Iterable[Key]:
    """Yield the keys of what an item in a deleted post's partition leads to in somebody's own."""
    post_id = item.values["post_id"]
    if isinstance(item, DeedItem):
        yield EngagementItem.pattern.key(user_id=int(item.other_id), post_id=post_id)
    if isinstance(item, BookmarkerItem):
        yield BookmarkItem.pattern.key(user_id=int(item.other_id), deed_id=item.values["deed_id"])
    if isinstance(item, CommentItem):
        yield CommentedItem.pattern.key(user_id=int(item.author_id), comment_id=item.values["comment_id"])


def _led_to(removal: RemovalItem) -> Iterable[Key]:
    """Yield the keys of what a deleted post had written elsewhere about itself."""
    post_id, author_id = removal.values["post_id"], removal.values["user_id"]
    for tag in removal.hashtags:
        yield TaggedItem.pattern.key(tag=str(tag), post_id=post_id)
    for user_id in removal.mentioned:
        yield MentionItem.pattern.key(user_id=int(user_id), post_id=post_id)
    for media_id in removal.media_ids:
        yield MediumItem.pattern.key(media_id=int(media_id))
        yield UploadItem.pattern.key(user_id=author_id, media_id=int(media_id))
        yield unattached_key(int(media_id))
    if removal.reply_to is not None:
        yield ReplyItem.pattern.key(post_id=int(removal.reply_to), reply_id=post_id)
    if removal.quote_of is not None:
        yield QuoteItem.pattern.key(post_id=int(removal.quote_of), quote_id=post_id)
    if removal.thread_id is not None:
        yield ThreadNodeItem.pattern.key(thread_id=int(removal.thread_id), path=removal.path)
