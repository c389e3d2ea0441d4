"""From a post that is shown in a feed to what a client is told of it."""

from functions.feed.schemas import Explanation, FeedItem, Reason
from functions.feed.timeline import Shown
from kith.domain.clock import rfc3339
from kith.domain.posts import Delivery
from kith.domain.ranking import Score
from kith.web.views import AuthorView, PostView


def item_of(shown: Shown, *, explained: bool, score: Score | None = None) -> FeedItem:
    """Return the item of a post; explained, it says how it got into the feed and what it is worth."""
    entry = shown.entry
    return FeedItem(
        post=PostView.of(shown.seen),
        author=AuthorView.of(shown.seen.author),
        reason=_reason(shown),
        score=score.parts() if score and explained else None,
        explanation=Explanation(arrival=entry.arrival.value, arrived_at=rfc3339(entry.arrived_at))
        if explained
        else None,
    )


def _reason(shown: Shown) -> Reason:
    entry = shown.entry
    if entry.is_repost:
        return Reason(kind="repost", by=entry.by_id)
    if entry.by_id == entry.reader_id:
        return Reason(kind="own")
    # Not by how it arrived: while a feed is rebuilt everything is pulled, and a follow brings along what was.
    return Reason(kind="celebrity" if shown.seen.post.delivery is Delivery.PULL else "following")
