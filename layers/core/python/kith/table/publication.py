"""Everything that is written when a post is made, all or nothing."""

from dataclasses import dataclass

from kith.domain import clock
from kith.domain.clock import DAY, SECOND
from kith.domain.errors import TooMany, Unauthenticated
from kith.domain.posts import Delivery, Mention, Post, PostChanged
from kith.domain.threads import Place
from kith.table import media
from kith.table.counts import alive
from kith.table.idempotency import Answer, recording
from kith.table.items import (
    AuthoredItem,
    FeedEntryItem,
    Item,
    MentionItem,
    PostedItem,
    PostItem,
    QuoteItem,
    ReplyItem,
    TaggedItem,
    TallyItem,
    ThreadNodeItem,
)
from kith.table.recents import offering
from kith.table.transactions import Operation, Put, Update
from kith.table.users import IdentifierTaken


@dataclass(frozen=True, slots=True)
class Publication:
    """A post that is to be made, with what it refers to as that was read.

    Its operations are at most 82 of the 100 that a transaction takes: 30 hashtags, 30 mentions, 10 media, and 12 more.
    """

    post: Post
    own_entry: FeedEntryItem
    """In its author's own feed."""
    answers: Post | None = None
    quotes: Post | None = None
    answer: Answer | None = None
    """To the request that makes it."""
    daily_most: int = 0
    """How many posts its author may make on one day; 0 is as many as they like."""

    def operations(self) -> list[Operation]:
        """Return what to write."""
        post = self.post
        return [
            Put(post_item(post), PostItem.pk.does_not_exist(), IdentifierTaken()),
            Put(AuthoredItem.at(user_id=post.author_id, post_id=post.post_id)),
            Update(
                TallyItem.at(user_id=post.author_id, shard="0"),
                [TallyItem.posts.add(1)],
                TallyItem.pk.exists(),
                Unauthenticated(),
            ),
            Put(self.own_entry),
            *([offering(post.author_id, post.post_id)] if post.delivery is Delivery.PULL else []),
            *map(Put, marks_of(post).values()),
            *(media.showing(medium, post.post_id) for medium in post.media),
            *self._references(),
            *self._counted_today(),
            *([recording(self.answer)] if self.answer else []),
        ]

    def _references(self) -> list[Operation]:
        post, parent, quoted = self.post, self.answers, self.quotes
        operations: list[Operation] = []
        if parent is not None and post.place is not None:
            operations += [
                Put(_node(post.place, post.post_id)),
                Put(ReplyItem.at(post_id=parent.post_id, reply_id=post.post_id)),
                *([] if parent.place else _beginning(parent, post.place.thread_id)),
            ]
        if quoted is not None:
            operations.append(Put(QuoteItem.at(post_id=quoted.post_id, quote_id=post.post_id)))
        begins = parent is not None and parent.place is None
        there = {each.post_id: each for each in (parent, quoted) if each and not (begins and each == parent)}
        return operations + [alive(each, PostChanged()) for each in there.values()]

    def _counted_today(self) -> list[Operation]:
        if not self.daily_most:
            return []
        made_at = self.post.created_at
        tomorrow = (made_at // DAY + 1) * DAY
        counted = PostedItem.at(user_id=self.post.author_id, day=clock.rfc3339(made_at)[:10])
        return [
            Update(
                counted,
                [
                    PostedItem.posts.add(1),
                    PostedItem.expires_at.set(tomorrow // SECOND),
                    PostedItem.kind.set(PostedItem),
                ],
                PostedItem.pk.does_not_exist() | (PostedItem.posts < self.daily_most),
                TooMany(self.daily_most, max(1, (tomorrow - made_at) // SECOND)),
            )
        ]


def marks_of(post: Post) -> dict[tuple[str, str], Item]:
    """Return by key what leads to a post from elsewhere: from its hashtags, and from whom it names."""
    marks: list[Item] = [
        *(TaggedItem.at(tag=tag, post_id=post.post_id) for tag in post.hashtags),
        *(MentionItem.at(user_id=each.user_id, post_id=post.post_id) for each in post.mentions),
    ]
    return {(mark.pk, mark.sk): mark for mark in marks}


def post_item(post: Post) -> PostItem:
    """Return a new post as it is stored."""
    return PostItem.at(
        {
            "author_id": post.author_id,
            "text": post.text,
            "hashtags": list(post.hashtags),
            "mentions": [named(mention) for mention in post.mentions],
            "visibility": post.visibility,
            "delivery": post.delivery,
            "reply_to": post.reply_to,
            "quote_of": post.quote_of,
            "status": post.status,
            "media": [media.written(medium) for medium in post.media],
            "thread_id": post.place and post.place.thread_id,
            "path": post.place and post.place.path,
        },
        post_id=post.post_id,
    )


def named(mention: Mention) -> dict[str, object]:
    """Return a mention as its post keeps it."""
    return {"user_id": mention.user_id, "username": mention.username}


def _node(place: Place, post_id: int) -> ThreadNodeItem:
    return ThreadNodeItem.at({"post_id": post_id}, thread_id=place.thread_id, path=place.path)


def _beginning(parent: Post, thread_id: int) -> list[Operation]:
    """Return the writes that make a post the beginning of a thread, which it becomes with its first answer."""
    place = Place(thread_id)
    return [
        Put(_node(place, parent.post_id)),
        Update(
            PostItem.at(post_id=parent.post_id),
            [
                PostItem.thread_id.set(place.thread_id),
                PostItem.path.set(place.path),
                PostItem.revision.set(parent.revision + 1),
            ],
            PostItem.revision == parent.revision,
            PostChanged(),
        ),
    ]
