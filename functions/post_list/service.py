"""Lists of posts as a viewer may see them, and threads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kith.domain.pages import Page, filled
from kith.domain.posts import PostNotFound
from kith.domain.threads import Place
from kith.domain.users import UserNotFound
from kith.domain.visibility import can_view_author
from kith.table.connection import Table
from kith.table.post_lists import Listed, PostListStore
from kith.table.posts import PostStore
from kith.table.reader import PostReader, SeenPost
from kith.table.relations import RelationStore
from kith.table.threads import Standing, ThreadStore

Fetch = Callable[[int | None, int], Sequence[Listed]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A post in a thread, and how far below the one that was asked for."""

    depth: int
    seen: SeenPost


@dataclass(frozen=True, slots=True)
class Thread:
    """A post with what it answers, from the beginning of the thread down, and a page of what answers it."""

    above: list[SeenPost]
    seen: SeenPost
    answers: Page[str, Answer]


@dataclass(frozen=True, slots=True)
class PostListService:
    """The use cases of the post list room."""

    table: Table
    lists: PostListStore
    reader: PostReader
    posts: PostStore
    relations: RelationStore
    threads: ThreadStore

    def by_author(
        self, viewer_id: int, author_id: int, *, before: int | None, limit: int
    ) -> Page[int, SeenPost]:
        """Return a page of an author's posts.

        Raises:
            UserNotFound: there is no such account, or the viewer may not know of it.
        """
        known, first = self.table.together(
            lambda: self.relations.known(viewer_id, [author_id]),
            lambda: self.lists.by_author(author_id, limit=limit + 1, before=before),
        )
        if author_id not in known or not can_view_author(viewer_id, *known[author_id]):
            raise UserNotFound
        return self._page(
            viewer_id,
            lambda start, count: self.lists.by_author(author_id, limit=count, before=start),
            before,
            limit,
            first,
        )

    def tagged(self, viewer_id: int, tag: str, *, before: int | None, limit: int) -> Page[int, SeenPost]:
        """Return a page of the posts with a hashtag, which is folded."""
        return self._page(
            viewer_id,
            lambda start, count: self.lists.tagged(tag, limit=count, before=start),
            before,
            limit,
        )

    def quoting(self, viewer_id: int, post_id: int, *, before: int | None, limit: int) -> Page[int, SeenPost]:
        """Return a page of the posts that quote one.

        Raises:
            PostNotFound: there is no such post, or the viewer may not see it.
        """
        _, first = self.table.together(
            lambda: self.reader.one(viewer_id, post_id),
            lambda: self.lists.quoting(post_id, limit=limit + 1, before=before),
        )
        return self._page(
            viewer_id,
            lambda start, count: self.lists.quoting(post_id, limit=count, before=start),
            before,
            limit,
            first,
        )

    def bookmarked(self, user_id: int, *, before: int | None, limit: int) -> Page[int, SeenPost]:
        """Return a page of what an account has bookmarked and may still see."""
        return self._page(
            user_id,
            lambda start, count: self.lists.bookmarked(user_id, limit=count, before=start),
            before,
            limit,
        )

    def thread(self, viewer_id: int, post_id: int, *, after: str | None, limit: int) -> Thread:
        """Return a post with what it answers and a page of what answers it: four sequential round trips.

        Raises:
            PostNotFound: there is no such post, or the viewer may not see it.
        """
        post = self.posts.by_id(post_id)
        if post is None:
            raise PostNotFound
        place = post.place
        if place is None:
            return Thread([], self.reader.one(viewer_id, post_id), Page([], None))
        above_ids, first = self.table.together(
            lambda: self.threads.above(place), lambda: self._below(place, after, limit + 1)
        )
        asked = {post_id, *above_ids, *(standing.post_id for standing in first[:limit])}
        around = self.reader.some(viewer_id, asked)
        if post_id not in around:
            raise PostNotFound

        def rules(entries: Sequence[Standing]) -> dict[str, Answer]:
            further = {standing.post_id for standing in entries} - asked
            seen = around | self.reader.some(viewer_id, further)
            return {
                standing.place.path: Answer(standing.place.depth - place.depth, seen[standing.post_id])
                for standing in entries
                if standing.post_id in seen
            }

        answers = filled(
            lambda start, count: self._below(place, start, count),
            lambda standing: standing.place.path,
            rules,
            start=after,
            limit=limit,
            first=first,
        )
        above = [around[each] for each in above_ids if each in around]
        return Thread(above, around[post_id], answers)

    def _below(self, place: Place, after: str | None, limit: int) -> list[Standing]:
        reached = None if after is None else Place(place.thread_id, after)
        return self.threads.below(place, after=reached, limit=limit)

    def _page(
        self,
        viewer_id: int,
        fetch: Fetch,
        before: int | None,
        limit: int,
        first: Sequence[Listed] | None = None,
    ) -> Page[int, SeenPost]:
        def rules(entries: Sequence[Listed]) -> dict[int, SeenPost]:
            seen = self.reader.some(viewer_id, [entry.post_id for entry in entries])
            return {entry.entry_id: seen[entry.post_id] for entry in entries if entry.post_id in seen}

        return filled(fetch, lambda entry: entry.entry_id, rules, start=before, limit=limit, first=first)
