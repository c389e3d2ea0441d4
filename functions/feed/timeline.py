"""A feed as its reader may see it: skeleton -> hydrate -> rules -> present.

The skeleton are candidates; whether the reader may see a post is decided here, at every read, from what is so now.
Taking candidates out of the table after an unfollow is housekeeping, not correctness.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from functions.feed import rules
from functions.feed.skeleton import Candidate, Sources, merged
from kith.domain import ids
from kith.domain.clock import MINUTE, Clock
from kith.domain.feeds import FeedEntry, FeedState
from kith.domain.pages import Page, filled
from kith.messaging import Queue
from kith.table.connection import Table
from kith.table.engagements import EngagementStore
from kith.table.feed_states import FeedStateStore
from kith.table.follows import FollowStore
from kith.table.reader import PostReader, SeenPost

REBUILT_WITHIN = 10 * MINUTE
"""After which time a rebuilding that has not ended is asked for again."""
JUST_REBUILT = 1 * MINUTE
"""How long it is not taken for granted that what was put back is seen by who began to read before; clocks differ."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One post that the reader may see, and on whose account."""

    entry: FeedEntry
    seen: SeenPost


Fetch = Callable[[int | None, int], list[Candidate]]
"""Returns up to so many candidates older than a post, newest first."""


@dataclass(frozen=True, slots=True)
class View:
    """A feed as it is being read: where its candidates come from, and who is out of the reader's sight."""

    fetch: Fetch
    hidden: rules.Hidden
    is_rebuilding: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The use case of reading a feed."""

    table: Table
    sources: Sources
    follows: FollowStore
    states: FeedStateStore
    engagements: EngagementStore
    reader: PostReader
    rebuilds: Queue
    """Where a reader's return is told."""
    clock: Clock

    def page(self, reader_id: int, before: int | None, limit: int) -> tuple[Page[int, Shown], bool]:
        """Return up to `limit` visible posts older than `before`, newest first, and whether the feed is being rebuilt.

        Two sequential round trips; one more where celebrities are followed of whom nothing is remembered, one where a
        post quotes another, one just after the feed has been rebuilt, and two for each refill.
        """
        view = self.view(reader_id, before, limit + 1)
        page = filled(
            view.fetch,
            lambda candidate: candidate.post_id,
            lambda candidates: self.shown(reader_id, candidates, view.hidden),
            start=before,
            limit=limit,
        )
        return page, view.is_rebuilding

    def view(self, reader_id: int, before: int | None, count: int, *, by_reader: bool = True) -> View:
        """Return a feed to be read from a post on; its first `count` candidates are read with the rest.

        `by_reader` is whether that tells that its reader is here.
        """
        now = self.clock()
        hidden = self.table.start(lambda: self.follows.hidden_from(reader_id, now=now))
        pulled = self.table.start(lambda: self.follows.pulled(reader_id, now=now))
        state = self.table.start(lambda: self.states.of(reader_id))
        first = self.sources.delivered(reader_id, before or ids.LIMIT, count)
        if now - state.result().rebuilt_at < JUST_REBUILT:
            # It may have been read before what was put back, and the state after that.
            first = self.sources.delivered(reader_id, before or ids.LIMIT, count)
        is_rebuilding = self._is_rebuilding(state.result(), now, by_reader=by_reader)
        accounts = pulled.result()

        def fetch(start: int | None, wanted: int) -> list[Candidate]:
            place = start or ids.LIMIT
            if is_rebuilding:
                return merged(self.sources.everything(reader_id, place, wanted), wanted)
            is_first = start == before and wanted <= count
            delivered = first if is_first else self.sources.delivered(reader_id, place, wanted)
            brought = self.sources.pulled(reader_id, accounts, place, wanted) if accounts else []
            return merged([*delivered, *brought], wanted)

        return View(fetch, hidden.result(), is_rebuilding)

    def shown(
        self, reader_id: int, candidates: Sequence[Candidate], hidden: rules.Hidden
    ) -> dict[int, Shown]:
        """Return what of some candidates a reader may see, by post."""
        brought = {each.post_id: rules.bringers(each, hidden) for each in candidates}
        brought = {post_id: entries for post_id, entries in brought.items() if entries}
        followed = {entries[0].by_id for entries in brought.values() if not entries[0].is_repost}
        reposts = {
            (entry.by_id, post_id)
            for post_id, entries in brought.items()
            if entries[0].is_repost
            for entry in entries
        }
        seen, reposted = self.table.together(
            lambda: self.reader.some(reader_id, brought.keys(), followed=followed),
            lambda: self.engagements.still_reposted(reposts),
        )
        chosen = {
            post_id: rules.chosen(brought[post_id], each.author.user_id, hidden, reposted)
            for post_id, each in seen.items()
        }
        return {post_id: Shown(entry, seen[post_id]) for post_id, entry in chosen.items() if entry}

    def _is_rebuilding(self, state: FeedState, now: int, *, by_reader: bool) -> bool:
        """Tell whether something was left out that is still to be put back; a reader who is here is noted."""
        since = state.rebuilding_since
        if not by_reader:
            return state.is_dormant or since is not None
        if state.is_dormant or (since is not None and now - since > REBUILT_WITHIN):
            self.states.returned(state.reader_id, now=now)
            self.rebuilds.send([{"reader_id": state.reader_id, "since": now}])
            return True
        self.states.read(state, now=now)
        return since is not None
