"""Liking, reposting and bookmarking posts, taking it back, and who did so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kith.domain.engagements import Deed
from kith.domain.errors import Unavailable
from kith.domain.pages import Page, filled
from kith.domain.posts import Counts, Delivery, PostChanged, PostNotFound
from kith.domain.users import User
from kith.domain.visibility import can_view_author
from kith.table.connection import Table
from kith.table.counts import CountStore
from kith.table.engagements import COUNTERS, EngagementStore
from kith.table.follows import Entry
from kith.table.posts import PostStore
from kith.table.reader import PostReader
from kith.table.relations import RelationStore
from kith.table.users import IdentifierTaken, UserStore

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Doer:
    """Somebody who did something to a post; `deed_id` is since when."""

    deed_id: int
    user: User


@dataclass(frozen=True, slots=True)
class EngagementService:
    """The use cases of the engagement room."""

    table: Table
    reader: PostReader
    posts: PostStore
    engagements: EngagementStore
    relations: RelationStore
    counts: CountStore
    users: UserStore
    new_id: Callable[[], int]

    def do(self, account_id: int, post_id: int, deed: Deed) -> Counts:
        """Do something to a post and return what is counted after that. Doing it twice is doing it once.

        Raises:
            PostNotFound: there is no such post, or the account may not see it.
            Unauthenticated: the account has been deleted meanwhile.
            Unavailable: it could not be done this time.
        """
        return self._change(account_id, post_id, deed, done=True)

    def undo(self, account_id: int, post_id: int, deed: Deed) -> Counts:
        """Take it back and return what is counted after that. Taking it back twice is taking it back once.

        Raises:
            PostNotFound: there is no such post, or the account may not see it.
            Unauthenticated: the account has been deleted meanwhile.
            Unavailable: it could not be done this time.
        """
        return self._change(account_id, post_id, deed, done=False)

    def who(
        self, viewer_id: int, post_id: int, deed: Deed, *, before: int | None, limit: int
    ) -> Page[int, Doer]:
        """Return a page of those who did something to a post, newest first, as far as the viewer may see them.

        Raises:
            PostNotFound: there is no such post, or the viewer may not see it.
        """
        _, first = self.table.together(
            lambda: self.reader.one(viewer_id, post_id),
            lambda: self.engagements.who(deed, post_id, limit=limit + 1, before=before),
        )

        def seen(entries: Sequence[Entry]) -> dict[int, Doer]:
            known = self.relations.known(viewer_id, (entry.other_id for entry in entries))
            return {
                entry.entry_id: Doer(entry.entry_id, known[entry.other_id][0])
                for entry in entries
                if entry.other_id in known and can_view_author(viewer_id, *known[entry.other_id])
            }

        return filled(
            lambda start, count: self.engagements.who(deed, post_id, limit=count, before=start),
            lambda entry: entry.entry_id,
            seen,
            start=before,
            limit=limit,
            first=first,
        )

    def _change(self, account_id: int, post_id: int, deed: Deed, *, done: bool) -> Counts:
        for _ in range(ATTEMPTS):
            seen, delivery = self.table.together(
                lambda: self.reader.one(account_id, post_id), lambda: self._delivery(account_id, deed)
            )
            before = seen.engagement
            if (before.deed_id(deed) is not None) == done:
                return seen.post.counts
            after = before.having(deed, self.new_id() if done else None, revision=self.new_id())
            try:
                self.engagements.carry_out(seen.post, before, after, delivery=delivery)
            except (PostChanged, IdentifierTaken):
                continue
            return self._counts(post_id) if deed in COUNTERS else seen.post.counts
        raise Unavailable

    def _delivery(self, account_id: int, deed: Deed) -> Delivery:
        """Return how a repost of an account reaches feeds: a celebrity's is pulled."""
        user = self.users.by_id(account_id) if deed is Deed.REPOST else None
        return Delivery.PULL if user is not None and user.is_celebrity else Delivery.PUSH

    def _counts(self, post_id: int) -> Counts:
        post = self.posts.by_id(post_id)
        if post is None:
            raise PostNotFound
        return self.counts.totalled([post])[post_id].counts
