"""What is used the most, in the table: a board per kind and window, with the hundred that are used the most.

A board is an excerpt of what hashtags and posts have scored. Whoever has changed a score lets the boards look at it:
they are read first, then the scores, and then the boards are written if nobody else has written them meanwhile. So a
board that looks late sees what is so then, and looking again changes nothing. Whoever has written looks again: who
changed a score in between may have found nothing to change on the boards as they were before.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from kith.domain.errors import Unavailable
from kith.domain.posts import Post
from kith.domain.trends import BoardKind, Contender, Trend, Window, ranked
from kith.domain.visibility import can_view
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import BoardItem, PostItem, PostTrendItem, TagTrendItem, TrendItem
from kith.table.posts import posts_of
from kith.table.transactions import ConditionFailed, Put, write
from kith.table.users import UserStore

ATTEMPTS: Final = 5


class Overtaken(Unavailable):
    """Others kept changing what was looked at: it has to be looked at another time."""

    code = "overtaken"


@dataclass(frozen=True, slots=True)
class TrendStore:
    """Boards: a verb per access pattern. Times are in milliseconds."""

    table: Table

    def top_posts(self, window: Window, *, now: int, limit: int) -> list[int]:
        """Return the posts to which the most is done, the first one first.

        Everybody could see each when the board last looked at it; whether somebody may see it now is for the reader.
        """
        return [int(each.subject) for each in self.board(BoardKind.POSTS, window, now=now)[:limit]]

    def board(self, kind: BoardKind, window: Window, *, now: int) -> list[Contender]:
        """Return all that a board lists at a time, the most used first."""
        item = self.table.get(BoardItem, kind=kind.value, window=window.value)
        return [] if item is None else ranked(_contenders(item), window, now)

    def see_tags(self, tags: Collection[str], *, now: int) -> None:
        """Let the boards list hashtags by what they have scored.

        Raises:
            Overtaken: others kept changing them.
        """
        self._see(BoardKind.HASHTAGS, set(tags), partial(self._tag_trends, tags), now)

    def see_posts(self, post_ids: Collection[int], *, now: int) -> None:
        """Let the boards list posts by what they have scored, as far as they are there and for everybody.

        Raises:
            Overtaken: others kept changing them.
        """
        subjects = set(map(str, post_ids))
        self._see(BoardKind.POSTS, subjects, partial(self._post_trends, post_ids), now)

    def _see(
        self,
        kind: BoardKind,
        subjects: Collection[str],
        trends: Callable[[], Mapping[str, Trend]],
        now: int,
    ) -> None:
        if not subjects:
            return
        for _ in range(ATTEMPTS):
            boards = self._boards(kind)
            seen = trends()
            changed = [
                each
                for window, board in boards.items()
                for each in _listing(kind, window, board, subjects, seen, now)
            ]
            if not changed:
                return
            with suppress(ConditionFailed):
                write(self.table, *changed)
        raise Overtaken

    def _boards(self, kind: BoardKind) -> dict[Window, BoardItem | None]:
        keys = {window: BoardItem.pattern.key(kind=kind.value, window=window.value) for window in Window}
        found = batches.get_all(self.table, keys.values())
        items = {window: found.get(key) for window, key in keys.items()}
        return {window: item if isinstance(item, BoardItem) else None for window, item in items.items()}

    def _tag_trends(self, tags: Collection[str]) -> dict[str, Trend]:
        found = batches.get_all(self.table, [TagTrendItem.pattern.key(tag=tag) for tag in tags])
        return {
            item.values["tag"]: trend_of(item) for item in found.values() if isinstance(item, TagTrendItem)
        }

    def _post_trends(self, post_ids: Collection[int]) -> dict[str, Trend]:
        keys = [
            pattern.key(post_id=post_id)
            for post_id in post_ids
            for pattern in (PostItem.pattern, PostTrendItem.pattern)
        ]
        items = batches.get_all(self.table, keys).values()
        shown = for_everybody(self.table, posts_of(items))
        trends = [item for item in items if isinstance(item, PostTrendItem)]
        return {
            str(item.values["post_id"]): trend_of(item) for item in trends if item.values["post_id"] in shown
        }


def for_everybody(table: Table, posts: Mapping[int, Post]) -> dict[int, Post]:
    """Return those of some posts that everybody may see."""
    authors = UserStore(table).by_ids({post.author_id for post in posts.values()})
    return {
        post_id: post
        for post_id, post in posts.items()
        if post.author_id in authors and can_view(None, post, authors[post.author_id])
    }


def trend_of(item: TrendItem | None) -> Trend:
    """Return the scores that an item holds; none without one."""
    if item is None:
        return Trend()
    scores = {window: float(item.scores.get(window.value, 0.0)) for window in Window}
    return Trend(scores, int(item.scored_at))


def attributes_of(trend: Trend, before: TrendItem | None) -> dict[str, object]:
    """Return what is stored of scores, in place of an item."""
    return {
        "scores": {window.value: score for window, score in trend.scores.items()},
        "scored_at": trend.scored_at,
        "version": 1 if before is None else int(before.version) + 1,
    }


def _contenders(board: BoardItem | None) -> list[Contender]:
    if board is None:
        return []
    return [Contender(str(subject), float(score), int(at)) for subject, score, at in board.contenders]


def _listing(
    kind: BoardKind,
    window: Window,
    board: BoardItem | None,
    subjects: Collection[str],
    seen: Mapping[str, Trend],
    now: int,
) -> list[Put]:
    """Return the write that lets a board list some subjects as they are seen, if that changes anything."""
    before = _contenders(board)
    others = [each for each in before if each.subject not in subjects]
    scored = [Contender(name, trend.scores[window], trend.scored_at) for name, trend in seen.items()]
    after = ranked([*others, *(each for each in scored if each.score > 0)], window, now)
    if after == before:
        return []
    item = BoardItem.at(
        {
            "contenders": [[each.subject, each.score, each.scored_at] for each in after],
            "version": 1 if board is None else int(board.version) + 1,
        },
        kind=kind.value,
        window=window.value,
    )
    as_read = BoardItem.pk.does_not_exist() if board is None else BoardItem.version == board.version
    return [Put(item, as_read)]
