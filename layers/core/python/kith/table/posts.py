"""Posts in the table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kith.domain.errors import Unauthenticated
from kith.domain.media import Medium
from kith.domain.posts import Delivery, Mention, Post, PostChanged, PostStatus, Visibility, status_with
from kith.domain.threads import Place
from kith.domain.users import User
from kith.table import batches, media
from kith.table.connection import Table
from kith.table.counts import counts_of, uncounted
from kith.table.items import (
    AuthoredItem,
    FeedEntryItem,
    Item,
    MediumItem,
    PostItem,
    RemovalItem,
    TallyItem,
    UserItem,
    UsernameItem,
)
from kith.table.publication import Publication, marks_of, named
from kith.table.transactions import Delete, Operation, Put, Update, write
from kith.table.users import user_of

POSTS_MOST = 1_000_000
"""Far above what anyone posts within the time that a feed entry lives."""
OPERATIONS_MOST = 100
"""DynamoDB's limit for one transaction."""


class TooManyChanges(Exception):  # an outcome: it takes two edits
    """An edit changes more hashtags and mentions than one transaction can."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a post refers to, as far as it exists."""

    author: User | None
    mentioned: dict[str, int]
    """The identifiers of the accounts that the text names, by username."""
    posts: dict[int, Post]
    media: dict[int, Medium]

    def mentions(self, usernames: Iterable[str]) -> tuple[Mention, ...]:
        """Return those among some names that are somebody's."""
        return tuple(Mention(self.mentioned[name], name) for name in usernames if name in self.mentioned)


def post_of(item: PostItem) -> Post:
    """Return the post that an item holds."""
    post_id, author_id = item.values["post_id"], int(item.author_id)
    return Post(
        post_id=post_id,
        author_id=author_id,
        text=item.text,
        hashtags=tuple(map(str, item.hashtags)),
        mentions=tuple(Mention(int(each["user_id"]), each["username"]) for each in item.mentions),
        visibility=Visibility(item.visibility),
        delivery=Delivery(item.delivery),
        reply_to=None if item.reply_to is None else int(item.reply_to),
        quote_of=None if item.quote_of is None else int(item.quote_of),
        status=PostStatus(item.status),
        media=tuple(media.read_back(each, owner_id=author_id, post_id=post_id) for each in item.media),
        place=None if item.thread_id is None else Place(int(item.thread_id), item.path),
        edited_at=None if item.edited_at is None else int(item.edited_at),
        counts=counts_of(item),
        count_shards=int(item.count_shards),
        revision=int(item.revision),
    )


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

    def by_ids(self, post_ids: Iterable[int]) -> dict[int, Post]:
        """Return the posts that exist among some."""
        keys = [PostItem.pattern.key(post_id=post_id) for post_id in post_ids]
        return posts_of(batches.get_all(self.table, keys).values()) if keys else {}

    def surroundings(
        self,
        author_id: int,
        usernames: Iterable[str],
        post_ids: Iterable[int] = (),
        media_ids: Iterable[int] = (),
    ) -> Surroundings:
        """Return what a post refers to, in one read."""
        author_key = UserItem.pattern.key(user_id=author_id)
        found = batches.get_all(
            self.table,
            [
                author_key,
                *(UsernameItem.pattern.key(username=username) for username in usernames),
                *(PostItem.pattern.key(post_id=post_id) for post_id in post_ids),
                *(MediumItem.pattern.key(media_id=media_id) for media_id in media_ids),
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
            media=media.media_among(found.values()),
        )

    def add(self, publication: Publication) -> None:
        """Store a post with all that goes with it.

        Raises:
            Unauthenticated: the author's account is gone.
            IdentifierTaken: another post has the identifier.
            AlreadyAnswered: a request with the same key has been answered.
            PostChanged: what it answers, quotes or shows is not as it was read.
            TooMany: the author has made as many posts today as one may.
        """
        write(self.table, *publication.operations())

    def edit(self, before: Post, after: Post) -> None:
        """Change what a post says and for whom it is, if it is as it was read.

        Raises:
            PostChanged: it is not.
            TooManyChanges: more hashtags and mentions would change than one transaction can.
        """
        was, now = marks_of(before), marks_of(after)
        operations: list[Operation] = [
            Update(
                PostItem.at(post_id=before.post_id),
                [
                    PostItem.text.set(after.text),
                    PostItem.hashtags.set(list(after.hashtags)),  # type: ignore[arg-type]  # the stubs ask for attributes
                    PostItem.mentions.set([named(each) for each in after.mentions]),  # type: ignore[misc]  # so here
                    PostItem.visibility.set(after.visibility),
                    PostItem.edited_at.set(after.edited_at or 0),
                    PostItem.revision.set(before.revision + 1),
                ],
                PostItem.revision == before.revision,
                PostChanged(),
            ),
            *(Put(now[key]) for key in now.keys() - was.keys()),
            *(Delete(was[key]) for key in was.keys() - now.keys()),
        ]
        if len(operations) > OPERATIONS_MOST:
            raise TooManyChanges
        write(self.table, *operations)

    def show(self, post: Post, shown: Sequence[Medium]) -> None:
        """Let a post that waits for its media know how they are now; it is published once all are ready.

        Raises:
            PostChanged: it is not as it was read.
        """
        status = status_with(shown)
        write(
            self.table,
            Update(
                PostItem.at(post_id=post.post_id),
                [
                    PostItem.status.set(status),
                    PostItem.media.set([media.written(medium) for medium in shown]),
                    PostItem.revision.set(post.revision + 1),
                ],
                PostItem.revision == post.revision,
                PostChanged(),
            ),
        )

    def remove(self, post: Post, *, by_author: bool = True) -> None:
        """Take a post away, from everybody's sight at once, and note what is left of it elsewhere.

        Args:
            post: as it was read.
            by_author: its author lives on, and has one post less.

        Raises:
            PostChanged: it is not as it was read.
            Unauthenticated: its author's account is gone.
        """
        write(
            self.table,
            Delete(PostItem.at(post_id=post.post_id), PostItem.revision == post.revision, PostChanged()),
            *uncounted(post),
            Delete(AuthoredItem.at(user_id=post.author_id, post_id=post.post_id)),
            Delete(FeedEntryItem.at(reader_id=post.author_id, post_id=post.post_id, by_id=post.author_id)),
            Put(removal_of(post)),
            *(
                [
                    Update(
                        TallyItem.at(user_id=post.author_id, shard="0"),
                        [TallyItem.posts.add(-1)],
                        TallyItem.pk.exists(),
                        Unauthenticated(),
                    )
                ]
                if by_author
                else []
            ),
        )

    def removed(self, author_id: int) -> list[int]:
        """Return an author's deleted posts that may still be in feeds."""
        partition, _ = RemovalItem.pattern.key(user_id=author_id, post_id=0)
        items = self.table.query(partition, *RemovalItem.pattern.sort_range, limit=POSTS_MOST)
        return [item.values["post_id"] for item in items]


def removal_of(post: Post) -> RemovalItem:
    """Return what tells where something of a deleted post is left."""
    return RemovalItem.at(
        {
            "hashtags": list(post.hashtags),
            "mentioned": [mention.user_id for mention in post.mentions],
            "media_ids": [medium.media_id for medium in post.media],
            "reply_to": post.reply_to,
            "quote_of": post.quote_of,
            "thread_id": post.place and post.place.thread_id,
            "path": post.place and post.place.path,
        },
        user_id=post.author_id,
        post_id=post.post_id,
    )
