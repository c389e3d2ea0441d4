"""From a post that is shown in a feed to what a client is told of it."""

from functions.feed.schemas import Explanation, FeedItem, Reason
from functions.feed.timeline import Shown
from kith.domain.clock import rfc3339
from kith.domain.feeds import Arrival, FeedEntry
from kith.domain.ranking import Score
from kith.web.views import AuthorView, PostView


def item_of(shown: Shown, *, explained: bool, score: Score | None = None) -> FeedItem:
    """Return the item of a post; explained, it says how it got into the feed and what it is worth."""
    entry = shown.entry
    return FeedItem(
        post=PostView.of(shown.seen),
        author=AuthorView.of(shown.seen.author),
        reason=_reason(entry),
        score=score.parts() if score and explained else None,
        explanation=Explanation(arrival=entry.arrival.value, arrived_at=rfc3339(entry.arrived_at))
        if explained
        else None,
    )


def _reason(entry: FeedEntry) -> Reason:
    if entry.is_repost:
        return Reason(kind="repost", by=entry.by_id)
    if entry.arrival is Arrival.OWN:
        return Reason(kind="own")
    return Reason(kind="celebrity" if entry.arrival is Arrival.PULLED else "following")
