"""What is erased of an account, in which order: every entity of the table is in here once, or in `kinds`.

A phase walks one kind of item in the account's own partition and takes away what each leads to elsewhere, before the
item itself: the near end is what the far end is known by.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from functions.operation.kinds import LISTED, OWN, REMAINS
from functions.operation.steps import Phase, Step
from kith.domain.clock import Clock
from kith.domain.errors import Unavailable
from kith.domain.posts import PostChanged
from kith.storage import Storage
from kith.table import batches, schema
from kith.table.bells import BellStore
from kith.table.comments import CommentStore
from kith.table.connection import Table
from kith.table.digests import DigestStore
from kith.table.engagements import EngagementStore
from kith.table.erasures import ErasureStore
from kith.table.exports import archives_of
from kith.table.feeds import FeedStore, oldest_stored
from kith.table.follows import FollowStore
from kith.table.items import (
    FeedStateItem,
    FollowerItem,
    GateItem,
    HiderItem,
    IdempotencyItem,
    Item,
    MediumItem,
    MentionItem,
    PushSubscriptionItem,
    RejectedItem,
    RemovalItem,
    RequestItem,
    TagUseItem,
    UserItem,
    WebsocketItem,
)
from kith.table.mentions import MentionStore
from kith.table.patterns import KeyPattern
from kith.table.post_lists import PostListStore
from kith.table.posts import POSTS_MOST, PostStore
from kith.table.push_subscriptions import PushSubscriptionStore, subscription_of
from kith.table.remains import Remains
from kith.table.tag_uses import TagUseStore
from kith.table.tastes import TasteStore
from kith.table.uploads import unattached_key
from kith.table.websockets import WebsocketStore

ATTEMPTS = 5
PAGE = 100
"""Items in a step."""
WITHDRAWN_MOST = 10_000
"""Feed entries in a step, as far as one reader has no more of them."""

WHOLE_PARTITION: Final = ("!", "~")
"""Below and above all that sort keys are made of."""
LEAST_SUFFIX: Final = " "
"""What makes of a sort key the least that can come after it."""

LAST: Final = "last"
"""What follows the phases: the account and its gate go together with the account's name in the erasure."""


@dataclass(frozen=True, slots=True)
class Phases:
    """Makes the phases."""

    table: Table
    posts: PostStore
    lists: PostListStore
    remains: Remains
    mentions: MentionStore
    engagements: EngagementStore
    comments: CommentStore
    tastes: TasteStore
    websockets: WebsocketStore
    follows: FollowStore
    feeds: FeedStore
    bells: BellStore
    digests: DigestStore
    uses: TagUseStore
    erasures: ErasureStore
    subscriptions: PushSubscriptionStore
    storage: Storage
    clock: Clock
    feed_retention: int
    """Milliseconds."""

    def in_order(self) -> Sequence[Phase]:
        """Return them: posts before the feeds they are in, edges before the feed they lead to, near ends last."""
        return (
            Phase("posts", (schema.POST, schema.COUNT, schema.AUTHORED), self._posts),
            Phase("followers", (schema.FOLLOWER,), self._followers),
            Phase("former_followers", (schema.HIDER,), self._former_followers),
            Phase("removals", (schema.REMOVAL, *REMAINS), self._removals),
            Phase(
                "engagements",
                (schema.ENGAGEMENT, schema.REPOSTED, schema.BOOKMARK),
                self._each(schema.ENGAGEMENT, self.engagements.erase),
            ),
            Phase("comments", (schema.COMMENTED,), self._each(schema.COMMENTED, self.comments.erase)),
            Phase("uploads", (schema.UPLOAD, schema.MEDIUM, schema.UNATTACHED), self._uploads),
            Phase("tastes", (schema.AFFINITY,), self._each(schema.AFFINITY, self.tastes.forget)),
            Phase("admirers", (schema.ADMIRER,), self._each(schema.ADMIRER, self.tastes.forget)),
            Phase("requests", (schema.REQUEST,), partial(self._waiting, schema.REQUEST)),
            Phase("rejected", (schema.REJECTED,), partial(self._waiting, schema.REJECTED)),
            Phase("relations", (schema.RELATION, *LISTED), self._relations),
            Phase("formerly_following", (schema.HIDDEN,), self._each(schema.HIDDEN, self.follows.forget)),
            Phase("mentions", (schema.MENTION,), self._mentions),
            Phase("bells", (schema.BELL,), self._each(schema.BELL, self.bells.forget)),
            Phase("listeners", (schema.LISTENER,), self._each(schema.LISTENER, self.bells.forget)),
            Phase(
                "digests", (schema.DIGEST, schema.DUE_DIGEST), self._each(schema.DIGEST, self.digests.forget)
            ),
            Phase("hashtags", (schema.TAG_USE,), self._hashtags),
            Phase("archives", (), self._archives),
            Phase("claims", (schema.USERNAME, schema.EMAIL), self._claims),
            Phase("pushes", (schema.PUSH_SUBSCRIPTION, schema.PUSH_ENDPOINT), self._pushes),
            Phase("feed", (schema.FEED_ENTRY, schema.FEED_STATE), self._feed),
            Phase("websockets", (schema.WEBSOCKET, schema.WEBSOCKET_OWNER, schema.ONLINE), self._websockets),
            Phase("answers", (schema.IDEMPOTENCY,), self._answers),
            Phase("account", OWN, self._account),
        )

    def _each(
        self, pattern: KeyPattern, see_to: Callable[[list[Any]], object]
    ) -> Callable[[int, str | None], Step]:
        """Return what sees to all items of a kind in the account's partition, and to what each leads to."""

        def walk(user_id: int, reached: str | None) -> Step:
            found, step = self._page(pattern, user_id, reached)
            see_to(found)
            return step

        return walk

    def _posts(self, user_id: int, reached: str | None) -> Step:
        places, step = self._page(schema.AUTHORED, user_id, reached)
        self.table.all_of([partial(self._remove, place.values["post_id"]) for place in places])
        return step

    def _remove(self, post_id: int) -> None:
        for _ in range(ATTEMPTS):
            post = self.posts.by_id(post_id)
            if post is None:
                return
            with suppress(PostChanged):
                self.posts.remove(post, by_author=False)
        raise Unavailable

    def _removals(self, user_id: int, _reached: str | None) -> Step:
        """Take a page away of what is left of each of some deleted posts; those of which nothing is left are done."""
        removals = [i for i in self._page(schema.REMOVAL, user_id, None)[0] if isinstance(i, RemovalItem)]
        closed = self.table.all_of([partial(self._cleared, removal) for removal in removals])
        return Step(sum(closed), removals[-1].sk if removals else None)

    def _cleared(self, removal: RemovalItem) -> bool:
        if self.remains.clear_page(removal.values["post_id"]):
            return False
        self.remains.close(removal)
        return True

    def _uploads(self, user_id: int, reached: str | None) -> Step:
        found, step = self._page(schema.UPLOAD, user_id, reached)
        media_ids = [item.values["media_id"] for item in found]
        media = [MediumItem.pattern.key(media_id=media_id) for media_id in media_ids]
        batches.delete_all(self.table, [*media, *map(unattached_key, media_ids)])
        return self._swept(found, step)

    def _followers(self, user_id: int, reached: str | None) -> Step:
        recent = self._recent_posts(user_id)
        found, step = self._page(schema.FOLLOWER, user_id, reached, limit=_readers_at_once(recent))
        readers = [int(item.other_id) for item in found if isinstance(item, FollowerItem)]
        self._leave(user_id, recent, readers)
        return step

    def _former_followers(self, user_id: int, reached: str | None) -> Step:
        recent = self._recent_posts(user_id)
        found, step = self._page(schema.HIDER, user_id, reached, limit=_readers_at_once(recent))
        markers = [item for item in found if isinstance(item, HiderItem)]
        self._leave(user_id, recent, list(dict.fromkeys(marker.values["reader_id"] for marker in markers)))
        self.follows.forget(markers)
        return step

    def _leave(self, user_id: int, recent: Sequence[int], readers: Sequence[int]) -> None:
        self.feeds.withdraw(recent, readers, by_id=user_id)
        self._sever(user_id, readers)

    def _waiting(self, pattern: KeyPattern, user_id: int, reached: str | None) -> Step:
        found, step = self._page(pattern, user_id, reached)
        waiting = [item for item in found if isinstance(item, (RequestItem, RejectedItem))]
        self._sever(user_id, [int(item.other_id) for item in waiting])
        return step

    def _relations(self, user_id: int, reached: str | None) -> Step:
        found, step = self._page(schema.RELATION, user_id, reached)
        self._sever(user_id, [item.values["other_id"] for item in found])
        return step

    def _sever(self, user_id: int, others: Sequence[int]) -> None:
        self.table.all_of([partial(self.follows.sever, user_id, other_id) for other_id in others])

    def _mentions(self, user_id: int, reached: str | None) -> Step:
        found, step = self._page(schema.MENTION, user_id, reached)
        mentions = [item.values["post_id"] for item in found if isinstance(item, MentionItem)]
        self.table.all_of([partial(self.mentions.unmention, post_id, user_id) for post_id in mentions])
        return step

    def _hashtags(self, user_id: int, reached: str | None) -> Step:
        found, step = self._page(schema.TAG_USE, user_id, reached)
        uses = [item for item in found if isinstance(item, TagUseItem)]
        self.uses.forget(user_id, uses, now=self.clock())
        return step

    def _archives(self, user_id: int, _reached: str | None) -> Step:
        return Step(self.storage.delete_all_under(archives_of(user_id)), None)

    def _claims(self, user_id: int, _reached: str | None) -> Step:
        return Step(self.erasures.give_up_claims(user_id), None)

    def _pushes(self, user_id: int, reached: str | None) -> Step:
        found, step = self._page(schema.PUSH_SUBSCRIPTION, user_id, reached)
        for item in found:
            if isinstance(item, PushSubscriptionItem):
                self.subscriptions.drop(subscription_of(item))
        return step

    def _feed(self, user_id: int, reached: str | None) -> Step:
        partition, _ = FeedStateItem.pattern.key(reader_id=user_id)
        return self._sweep(partition, WHOLE_PARTITION, reached)

    def _websockets(self, user_id: int, reached: str | None) -> Step:
        found, step = self._page(schema.WEBSOCKET, user_id, reached)
        self.websockets.erase(user_id, [item for item in found if isinstance(item, WebsocketItem)])
        return step

    def _answers(self, user_id: int, reached: str | None) -> Step:
        partition, _ = IdempotencyItem.pattern.key(user_id=user_id, digest="any")
        return self._sweep(partition, WHOLE_PARTITION, reached)

    def _account(self, user_id: int, reached: str | None) -> Step:
        partition, _ = UserItem.pattern.key(user_id=user_id)
        return self._sweep(partition, WHOLE_PARTITION, reached)

    def _sweep(self, partition: str, sort_range: tuple[str, str], reached: str | None) -> Step:
        """Take away what is in a partition, but for what goes with the last step."""
        found, step = self._found(partition, sort_range, reached, PAGE)
        return self._swept([item for item in found if not isinstance(item, (UserItem, GateItem))], step)

    def _swept(self, going: Sequence[Item], step: Step) -> Step:
        batches.delete_all(self.table, [(item.pk, item.sk) for item in going])
        return replace(step, erased=len(going))

    def _page(
        self, pattern: KeyPattern, user_id: int, reached: str | None, *, limit: int = PAGE
    ) -> tuple[list[Item], Step]:
        partition, _ = UserItem.pattern.key(user_id=user_id)
        return self._found(partition, pattern.sort_range, reached, limit)

    def _found(
        self, partition: str, sort_range: tuple[str, str], reached: str | None, limit: int
    ) -> tuple[list[Item], Step]:
        """Return the next items of a range, and the step that doing away with them is."""
        low, high = sort_range
        found = self.table.query(
            partition, low if reached is None else reached + LEAST_SUFFIX, high, limit=limit
        )
        return found, Step(len(found), found[-1].sk if len(found) == limit else None)

    def _recent_posts(self, user_id: int) -> list[int]:
        """Return the posts that the account has brought into feeds, as its own or reposted, and that may be there."""
        oldest = oldest_stored(self.clock(), self.feed_retention)
        removed = [post_id for post_id in self.posts.removed(user_id) if post_id >= oldest]
        reposted = self.lists.reposted(user_id, limit=POSTS_MOST, since=oldest)
        return removed + [each.post_id for each in reposted]


def _readers_at_once(posts: Sequence[int]) -> int:
    return max(1, min(PAGE, WITHDRAWN_MOST // (len(posts) or 1)))
