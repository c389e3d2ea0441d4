"""What of a feed's candidates may be shown, and on whose account: decided from facts that were read, and nothing else."""

from collections.abc import Collection, Mapping, Sequence

from functions.feed.skeleton import Candidate
from kith.domain.feeds import FeedEntry
from kith.table.graph import UNFOLLOWED

Hidden = Mapping[int, frozenset[str]]
"""Authors who are out of a reader's sight, and why."""


def bringers(candidate: Candidate, hidden: Hidden) -> Sequence[FeedEntry]:
    """Return the entries of those who may bring a post: its author first, then who has reposted it.

    An entry comes of a follow, and an unfollow hides: whoever is not hidden is followed.
    """
    seen = (entry for entry in candidate.entries if entry.by_id not in hidden)
    return sorted(seen, key=lambda entry: (entry.is_repost, entry.by_id))


def chosen(
    entries: Sequence[FeedEntry],
    author_id: int,
    hidden: Hidden,
    reposted: Collection[tuple[int, int]],
) -> FeedEntry | None:
    """Return the entry on whose account a post is shown, or None.

    Who is muted or blocked is not brought by others either; who is only not followed any more is.

    Args:
        entries: who may bring it, best first.
        author_id: whose post it is.
        hidden: who is out of the reader's sight.
        reposted: reposts that are still there, by account and post.
    """
    unwanted = bool(hidden.get(author_id, frozenset()) - {UNFOLLOWED})
    for entry in entries:
        if not entry.is_repost or (not unwanted and (entry.by_id, entry.post_id) in reposted):
            return entry
    return None
