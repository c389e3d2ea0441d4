"""Lists of posts in the table, newest first: an author's, those with a hashtag, those that answer or quote one, bookmarks."""

from dataclasses import dataclass

from kith.table.connection import Table
from kith.table.follows import LAST_ID
from kith.table.items import AuthoredItem, BookmarkItem, QuoteItem, ReplyItem, RepostedItem, TaggedItem


@dataclass(frozen=True, slots=True)
class Listed:
    """A post in a list; `entry_id` is its place there."""

    entry_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class PostListStore:
    """Lists of posts: a verb per list. Each returns up to `limit` entries from before one, or from the newest.

    What an account has published and reposted is listed down to the post `since`.
    """

    table: Table

    def by_author(
        self, author_id: int, *, limit: int, before: int | None = None, since: int = 0
    ) -> list[Listed]:
        """Return an author's posts."""
        partition, low = AuthoredItem.pattern.key(user_id=author_id, post_id=since)
        _, high = AuthoredItem.pattern.key(user_id=author_id, post_id=_last(before))
        return self._listed(partition, low, high, limit, "post_id")

    def reposted(
        self, user_id: int, *, limit: int, before: int | None = None, since: int = 0
    ) -> list[Listed]:
        """Return what an account has reposted, in order of the posts."""
        partition, low = RepostedItem.pattern.key(user_id=user_id, post_id=since)
        _, high = RepostedItem.pattern.key(user_id=user_id, post_id=_last(before))
        return self._listed(partition, low, high, limit, "post_id")

    def tagged(self, tag: str, *, limit: int, before: int | None = None) -> list[Listed]:
        """Return the posts with a hashtag, which is folded."""
        partition, low = TaggedItem.pattern.key(tag=tag, post_id=0)
        _, high = TaggedItem.pattern.key(tag=tag, post_id=_last(before))
        return self._listed(partition, low, high, limit, "post_id")

    def quoting(self, post_id: int, *, limit: int, before: int | None = None) -> list[Listed]:
        """Return the posts that quote one."""
        partition, low = QuoteItem.pattern.key(post_id=post_id, quote_id=0)
        _, high = QuoteItem.pattern.key(post_id=post_id, quote_id=_last(before))
        return self._listed(partition, low, high, limit, "quote_id")

    def answering(self, post_id: int, *, limit: int, before: int | None = None) -> list[Listed]:
        """Return the posts that answer one."""
        partition, low = ReplyItem.pattern.key(post_id=post_id, reply_id=0)
        _, high = ReplyItem.pattern.key(post_id=post_id, reply_id=_last(before))
        return self._listed(partition, low, high, limit, "reply_id")

    def bookmarked(self, user_id: int, *, limit: int, before: int | None = None) -> list[Listed]:
        """Return the posts that an account has bookmarked, in order of when it did."""
        partition, low = BookmarkItem.pattern.key(user_id=user_id, deed_id=0)
        _, high = BookmarkItem.pattern.key(user_id=user_id, deed_id=_last(before))
        items = self.table.query(partition, low, high, limit=limit, newest_first=True)
        return [
            Listed(item.values["deed_id"], int(item.post_id))
            for item in items
            if isinstance(item, BookmarkItem)
        ]

    def _listed(self, partition: str, low: str, high: str, limit: int, named: str) -> list[Listed]:
        items = self.table.query(partition, low, high, limit=limit, newest_first=True)
        return [Listed(item.values[named], item.values[named]) for item in items]


def _last(before: int | None) -> int:
    return LAST_ID if before is None else before - 1
