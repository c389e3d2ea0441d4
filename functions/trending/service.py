"""Reading what is used the most."""

from collections.abc import Sequence
from dataclasses import dataclass

from kith.domain.clock import Clock
from kith.domain.pages import Page, filled
from kith.domain.trends import BoardKind, Contender, Window, after
from kith.domain.visibility import can_view
from kith.table.reader import PostReader, SeenPost
from kith.table.trends import TrendStore


@dataclass(frozen=True, slots=True)
class TrendingService:
    """The use cases of the trending room. A place is one on a board, as `Contender.place` has it."""

    trends: TrendStore
    reader: PostReader
    clock: Clock

    def hashtags(self, window: Window, *, start: str | None, limit: int) -> Page[str, tuple[str, float]]:
        """Return a page of the hashtags that are used the most, with their scores as of now."""
        now = self.clock()

        def scored(entries: Sequence[Contender]) -> dict[str, tuple[str, float]]:
            return {each.place(window): (each.subject, each.at(window, now)) for each in entries}

        board = self.trends.board(BoardKind.HASHTAGS, window, now=now)
        return filled(
            lambda place, count: after(place, board, window)[:count],
            lambda each: each.place(window),
            scored,
            start=start,
            limit=limit,
        )

    def posts(self, viewer_id: int, window: Window, *, start: str | None, limit: int) -> Page[str, SeenPost]:
        """Return a page of the posts to which the most is done, which everybody may see and the viewer too.

        Authors whom the viewer mutes are left out.
        """

        def rules(entries: Sequence[Contender]) -> dict[str, SeenPost]:
            seen = self.reader.some(viewer_id, [int(each.subject) for each in entries])
            found = ((each.place(window), seen.get(int(each.subject))) for each in entries)
            return {
                place: each
                for place, each in found
                if each is not None and can_view(None, each.post, each.author) and not each.relation.muted
            }

        board = self.trends.board(BoardKind.POSTS, window, now=self.clock())
        return filled(
            lambda place, count: after(place, board, window)[:count],
            lambda each: each.place(window),
            rules,
            start=start,
            limit=limit,
        )
