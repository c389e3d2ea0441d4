"""Posts in the table."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from kith.domain.errors import Unauthenticated, Unavailable
from kith.domain.posts import Delivery, Mention, Post, Visibility
from kith.domain.users import User
from kith.table import batches
from kith.table.connection import Table
from kith.table.idempotency import Answer, recording
from kith.table.items import (
    AuthoredItem,
    FanoutItem,
    FeedEntryItem,
    Item,
    MentionItem,
    PostItem,
    TallyItem,
    UserItem,
    UsernameItem,
)
from kith.table.transactions import ConditionFailed, Delete, Put, Update, write
from kith.table.users import IdentifierTaken, user_of

ATTEMPTS = 5
POSTS_MOST = 1_000_000
"""Far above what anyone posts within the time that a feed entry lives."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a new post refers to, as far as it exists."""

    author: User | None
    mentioned: dict[str, int]
    """The identifiers of the accounts that the text names, by username."""
    posts: dict[int, Post]


def post_of(item: PostItem) -> Post:
    """Return the post that an item holds."""
    return Post(
        post_id=item.values["post_id"],
        author_id=int(item.author_id),
        text=item.text,
        hashtags=tuple(map(str, item.hashtags)),
        mentions=tuple(Mention(int(each["user_id"]), each["username"]) for each in item.mentions),
        visibility=Visibility(item.visibility),
        delivery=Delivery(item.delivery),
        reply_to=None if item.reply_to is None else int(item.reply_to),
        quote_of=None if item.quote_of is None else int(item.quote_of),
    )


def mention_items(post: Post) -> list[MentionItem]:
    """Return what tells the accounts that a post names of it."""
    return [MentionItem.at(user_id=each.user_id, post_id=post.post_id) for each in post.mentions]


def posts_of(items: Iterable[Item]) -> dict[int, Post]:
    """Return the posts among some items, by identifier."""
    posts = (post_of(item) for item in items if isinstance(item, PostItem))
    return {post.post_id: post for post in posts}


@dataclass(frozen=True, slots=True)
class PostStore:
    """Posts: a verb per access pattern."""

    table: Table

    def by_id(self, post_id: int) -> Post | None:
        """Return a post, or None."""
        item = self.table.get(PostItem, post_id=post_id)
        return None if item is None else post_of(item)

    def surroundings(self, author_id: int, usernames: Iterable[str], post_ids: Iterable[int]) -> Surroundings:
        """Return what a new post refers to, in one read."""
        author_key = UserItem.pattern.key(user_id=author_id)
        found = batches.get_all(
            self.table,
            [
                author_key,
                *(UsernameItem.pattern.key(username=username) for username in usernames),
                *(PostItem.pattern.key(post_id=post_id) for post_id in post_ids),
            ],
        )
        author = found.get(author_key)
        claims = [item for item in found.values() if isinstance(item, UsernameItem)]
        return Surroundings(
            author=user_of(author) if isinstance(author, UserItem) else None,
            mentioned={
                item.values["username"]: int(item.user_id) for item in claims if item.expires_at is None
            },
            posts=posts_of(found.values()),
        )

    def add(self, post: Post, own_entry: FeedEntryItem, answer: Answer | None) -> None:
        """Store a post with its place on its author's page and in its author's feed, and the answer to its request.

        Each account that it names is told so by an item of its own: 30 at most, of the 100 writes of a transaction.

        Raises:
            Unauthenticated: the author's account is gone.
            IdentifierTaken: another post has the identifier.
            AlreadyAnswered: a request with the same key has been answered.
        """
        write(
            self.table,
            Put(
                PostItem.at(
                    {
                        "author_id": post.author_id,
                        "text": post.text,
                        "hashtags": list(post.hashtags),
                        "mentions": [
                            {"user_id": mention.user_id, "username": mention.username}
                            for mention in post.mentions
                        ],
                        "visibility": post.visibility,
                        "delivery": post.delivery,
                        "reply_to": post.reply_to,
                        "quote_of": post.quote_of,
                    },
                    post_id=post.post_id,
                ),
                PostItem.pk.does_not_exist(),
                IdentifierTaken(),
            ),
            Put(AuthoredItem.at(user_id=post.author_id, post_id=post.post_id)),
            Update(
                TallyItem.at(user_id=post.author_id, shard="0"),
                [TallyItem.posts.add(1)],
                TallyItem.pk.exists(),
                Unauthenticated(),
            ),
            Put(own_entry),
            *(Put(mention) for mention in mention_items(post)),
            *([recording(answer)] if answer else []),
        )

    def by_ids(self, post_ids: Iterable[int]) -> dict[int, Post]:
        """Return the posts that exist among some."""
        keys = [PostItem.pattern.key(post_id=post_id) for post_id in post_ids]
        return posts_of(batches.get_all(self.table, keys).values()) if keys else {}

    def since(self, author_id: int, post_id: int) -> list[int]:
        """Return an author's posts from one on, also those of which only the place on the page is left."""
        partition, low = AuthoredItem.pattern.key(user_id=author_id, post_id=post_id)
        _, high = AuthoredItem.pattern.sort_range
        return [item.values["post_id"] for item in self.table.query(partition, low, high, limit=POSTS_MOST)]

    def erase(self, post: Post) -> None:
        """Take a post away with all that hangs on it, but for its place on its author's page."""
        write(
            self.table,
            Delete(PostItem.at(post_id=post.post_id)),
            Delete(FanoutItem.at(post_id=post.post_id)),
            *(Delete(mention) for mention in mention_items(post)),
        )

    def unmention(self, post_id: int, user_id: int) -> None:
        """Take an account out of those that a post names; its text stays its author's.

        Raises:
            Unavailable: others kept changing the post.
        """
        told = MentionItem.at(user_id=user_id, post_id=post_id)
        for _ in range(ATTEMPTS):
            post = self.by_id(post_id)
            named = [mention.user_id for mention in post.mentions] if post else []
            if user_id not in named:
                write(self.table, Delete(told))
                return
            place = PostItem.mentions[named.index(user_id)]
            with suppress(ConditionFailed):  # it has changed, or is gone: read again
                write(
                    self.table,
                    Update(PostItem.at(post_id=post_id), [place.remove()], place["user_id"] == user_id),
                    Delete(told),
                )
                return
        raise Unavailable
