"""From what happened to what is used the most: events say where to look, and what is found there is what counts.

So events may come twice, late or in any order. Whatever has been looked at is then looked at by the boards, also when
it had been counted before: whoever was cut off in between comes again with the same messages.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from functions.trending.work import work_of
from kith.domain.clock import Clock
from kith.domain.errors import Unavailable
from kith.domain.posts import PostChanged
from kith.domain.trends import TAGS_OF_A_POST, TOLD_FROM, TOP, BoardKind, Window
from kith.domain.visibility import can_view
from kith.messaging import Queue
from kith.table.connection import Table
from kith.table.post_trends import PostTrendStore
from kith.table.posts import PostStore
from kith.table.tag_uses import AccountShown, TagUseStore
from kith.table.trends import Overtaken, TrendStore, for_everybody
from kith.table.users import UserStore

ATTEMPTS: Final = 5
PAGE: Final = 25
"""Uses of an account at once, and what one message asks to be looked at again."""


@dataclass(frozen=True, slots=True)
class Trender:
    """The use case of everything that makes something more or less used."""

    table: Table
    posts: PostStore
    users: UserStore
    uses: TagUseStore
    post_trends: PostTrendStore
    trends: TrendStore
    queue: Queue
    """Its own: where it asks to go on."""
    clock: Clock
    budget: int
    """Milliseconds from a batch's begin after which it goes through no second page of an account's uses."""

    def see_to(self, messages: list[dict[str, Any]]) -> None:
        """Do what messages ask for.

        Raises:
            Unavailable: all of it has to be tried another time.
        """
        work, now = work_of(messages), self.clock()
        # One after the other: in a burst all of them are about the same hashtag.
        for (post_id, user_id), tags in work.uses.items():
            self._settle(post_id, user_id, tags)
        self.table.all_of([partial(self._count, post_id, now) for post_id in work.deeds])
        self._see_tags(work.tags.union(*work.uses.values()), now)
        self._see_posts(work.deeds | work.changed | self._listed_of(work.accounts.keys(), now), now)
        self._note_the_first(work.deeds, now)
        for user_id, after in work.accounts.items():
            self._walk(user_id, after, until=now + self.budget)

    def _settle(self, post_id: int, user_id: int, tags: set[str]) -> None:
        """Let a post count for the first hashtags that it has, if it is for everybody, and for no others."""
        for _ in range(ATTEMPTS):
            post, author = self.table.together(
                lambda: self.posts.by_id(post_id), lambda: self.users.by_id(user_id)
            )
            has = set[str]()
            if post is not None and author is not None and can_view(None, post, author):
                has = tags.intersection(post.hashtags[:TAGS_OF_A_POST])
            try:
                if post is not None and has:
                    self.uses.note(post, has)
                self.uses.withdraw(user_id, post_id, tags - has, as_read=post)
            except PostChanged:
                continue
            return
        raise Unavailable

    def _count(self, post_id: int, now: int) -> None:
        self._look(partial(self.post_trends.count, post_id, now=now), "posts", [post_id])

    def _see_tags(self, tags: Collection[str], now: int) -> None:
        self._look(partial(self.trends.see_tags, tags, now=now), "tags", tags)

    def _see_posts(self, post_ids: Collection[int], now: int) -> None:
        self._look(partial(self.trends.see_posts, post_ids, now=now), "posts", post_ids)

    def _look(self, look: Callable[[], None], kind: str, subjects: Collection[int | str]) -> None:
        """Look at something: with a later batch too if it does not stand still, as in a burst it does not."""
        try:
            look()
        except Overtaken:
            ordered = list(subjects)
            parts = (ordered[start : start + PAGE] for start in range(0, len(ordered), PAGE))
            self.queue.send([{kind: part} for part in parts])

    def _note_the_first(self, post_ids: set[int], now: int) -> None:
        """Note which of some posts are among the first of a day that everybody may see, if that is not known."""
        if not post_ids:
            return
        board = self.trends.board(BoardKind.POSTS, Window.DAY, now=now)
        high = [int(each.subject) for each in board if each.at(Window.DAY, now) >= TOLD_FROM]
        wanted = post_ids.intersection(high)
        unknown = wanted - self.post_trends.known_among(wanted)
        if not unknown:
            return
        shown = for_everybody(self.table, self.posts.by_ids(high))
        for post_id in [each for each in high if each in shown][:TOP]:
            if post_id in unknown:
                self.post_trends.note(shown[post_id])

    def _listed_of(self, user_ids: Collection[int], now: int) -> set[int]:
        """Return the posts of some accounts that are on the boards."""
        if not user_ids:
            return set()
        boards = [self.trends.board(BoardKind.POSTS, window, now=now) for window in Window]
        posts = self.posts.by_ids({int(each.subject) for board in boards for each in board})
        return {post_id for post_id, post in posts.items() if post.author_id in user_ids}

    def _walk(self, user_id: int, after: str | None, *, until: int) -> None:
        """Take back what an account counts for, page by page, while it is not for everybody.

        The boards look in any case: an account that is back has perhaps been walked through by who was cut off then.
        However long the rest has taken, it comes a page further.
        """
        while True:
            uses = self.uses.used(user_id, after=after, limit=PAGE)
            tags = [use.tag for use in uses]
            user = self.users.by_id(user_id)
            if user is None or user.is_private or not user.is_active:
                with suppress(AccountShown):  # it is back, and has perhaps used them again
                    self.uses.take_back(user_id, tags)
            self._see_tags(tags, self.clock())
            if len(uses) < PAGE:
                return
            after = uses[-1].values["digest"]
            if self.clock() >= until:
                self.queue.send([{"uses_of": user_id, "after": after}])
                return
