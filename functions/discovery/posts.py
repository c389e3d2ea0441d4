"""Posts that somebody may take to, as they may see them: found, put in order once, then hydrated, ruled out and shown.

The order is that of the moment when the list begins; its cursors carry what is still to come. What is shown is noted, so
that a list which begins later goes on with what is new.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from functions.discovery.finding import Finder
from functions.discovery.snapshot import Snapshot
from kith.domain.clock import Clock
from kith.domain.pages import filled
from kith.domain.recommendations import Reason
from kith.table.connection import Table
from kith.table.reader import PostReader, SeenPost
from kith.table.recommendations import RecommendationStore

CANDIDATES = 300
"""How many of the best posts that were found are looked at, until a list's first page is full: some 3 read units each."""
GROWTH = 2
"""How many times as many are looked at with each turn: of whom one follows there may be many in a row."""
POOL = 100
"""How many posts may come after a page, of which some may turn out not to be for the viewer."""


@dataclass(frozen=True, slots=True)
class RecommendedPost:
    """A post that is shown, and why."""

    seen: SeenPost
    reason: Reason


@dataclass(frozen=True, slots=True)
class PostPage:
    """Part of a list, and what is still to come; None at the end."""

    posts: list[RecommendedPost]
    following: Snapshot | None


@dataclass(frozen=True, slots=True)
class RecommendedPosts:
    """The use case of discovering posts."""

    table: Table
    finder: Finder
    recommendations: RecommendationStore
    reader: PostReader
    clock: Clock

    def page(self, viewer_id: int, snapshot: Snapshot | None, limit: int) -> PostPage:
        """Return up to `limit` posts, the best first, of a new list or of what is left of one.

        A new list takes seven sequential round trips, another page three, and two for each time that it is filled up. What is
        ruled out takes the place of nothing else: a page of 20 is short only where CANDIDATES have left so few.

        Raises:
            Unauthenticated: the viewer's account is gone.
        """
        now = self.clock()
        noted = self.table.start(lambda: self.recommendations.shown_to(viewer_id, now=now))
        if snapshot is None:
            found, shown = self.finder.found(viewer_id), noted.result()
            snapshot = Snapshot.of([each for each in found if not shown.has(each.post_id)][:CANDIDATES])
        places = list(enumerate(snapshot.remaining, start=1))

        def rules(entries: Sequence[tuple[int, tuple[int, Reason]]]) -> dict[int, RecommendedPost]:
            seen = self.reader.some(viewer_id, [post_id for _, (post_id, _) in entries])
            return {
                place: RecommendedPost(seen[post_id], reason)
                for place, (post_id, reason) in entries
                if post_id in seen and _is_news(viewer_id, seen[post_id])
            }

        page = filled(
            lambda start, count: places[start or 0 :][:count],
            lambda entry: entry[0],
            rules,
            start=None,
            limit=limit,
            growth=GROWTH,
        )
        if page.seen:
            shown_now = [each.seen.post.post_id for each in page.seen]
            self.recommendations.note(noted.result().having(shown_now), now=now)
        following = None
        if page.resume_at is not None:
            following = Snapshot(snapshot.remaining[page.resume_at :][:POOL])
        return PostPage(page.seen, following)


def _is_news(viewer_id: int, seen: SeenPost) -> bool:
    """Tell whether a post is one that its viewer would not come upon anyway.

    Left out are one's own, those of whom one follows, which are in the feed, and what one has engaged with; what is muted;
    and answers, which say little without what they answer.
    """
    return (
        seen.author.user_id != viewer_id
        and not seen.relation.follows
        and not seen.relation.muted
        and seen.engagement.is_blank
        and seen.post.reply_to is None
    )
