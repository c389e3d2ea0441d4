"""Lists of the follow graph: who follows whom and who waits, as far as a viewer may know."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kith.domain.users import Tally, User, UserNotFound
from kith.domain.visibility import Relation, can_view_author, can_view_connections
from kith.table.connection import Table
from kith.table.follows import Entry, FollowStore
from kith.table.items import EntryItem, FollowerItem, FollowingItem, RequestItem
from kith.table.relations import RelationStore
from kith.table.users import UserStore


class Connections(StrEnum):
    """A list of accounts around an account."""

    FOLLOWERS = "followers"
    FOLLOWING = "following"


ITEMS: dict[Connections, type[EntryItem]] = {
    Connections.FOLLOWERS: FollowerItem,
    Connections.FOLLOWING: FollowingItem,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Which page: of how many, before an entry or after some entries; neither is the beginning."""

    limit: int
    before: int | None = None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """One account in a list, as far as the viewer may see it."""

    entry: Entry
    user: User


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list, without who may not be seen. `resume_before` is where the next begins, None at the end."""

    listed: list[Listed]
    total: int
    resume_before: int | None


@dataclass(frozen=True, slots=True)
class ConnectionService:
    """The use cases of the connection room."""

    table: Table
    follows: FollowStore
    relations: RelationStore
    users: UserStore

    def connections(self, viewer_id: int, user_id: int, which: Connections, place: Place) -> Page:
        """Return a page of an account's followers, or of whom it follows, newest first.

        Two sequential round trips, three for a page by number. Whoever is private shows neither whom they follow nor
        who follows them, in nobody's list, to whom they do not show it in their own.

        Raises:
            UserNotFound: there is no such account, or its connections are not for the viewer.
        """
        (known, tally), entries = self.table.together(
            lambda: self.table.together(
                lambda: self.relations.known(viewer_id, [user_id]), lambda: self.users.tally(user_id)
            ),
            lambda: self._entries(ITEMS[which], user_id, place),
        )
        if user_id not in known or not can_view_connections(viewer_id, *known[user_id]):
            raise UserNotFound
        total = tally.followers if which is Connections.FOLLOWERS else tally.following

        def shows(user: User, relation: Relation) -> bool:
            if viewer_id == user_id:  # one's own connections are one's own
                return can_view_author(viewer_id, user, relation)
            return can_view_connections(viewer_id, user, relation)

        return self._page(viewer_id, entries, place.limit, total, shows)

    def waiting(self, user_id: int, place: Place) -> Page:
        """Return a page of who waits to follow an account, newest first."""
        tally, entries = self.table.together(
            lambda: self.users.tally(user_id), lambda: self._entries(RequestItem, user_id, place)
        )
        return self._page(
            user_id,
            entries,
            place.limit,
            tally.requests,
            lambda user, relation: can_view_author(user_id, user, relation),
        )

    def tallies(self, users: Sequence[User]) -> dict[int, Tally]:
        """Return the counts of some accounts, in one read."""
        return self.users.tallies(users)

    def _entries(self, kind: type[EntryItem], user_id: int, place: Place) -> list[Entry]:
        return self.follows.page(
            kind, user_id, before=place.before, skipped=place.skipped, limit=place.limit + 1
        )

    def _page(
        self,
        viewer_id: int,
        entries: Sequence[Entry],
        limit: int,
        total: int,
        shows: Callable[[User, Relation], bool],
    ) -> Page:
        wanted, more = entries[:limit], len(entries) > limit
        known = self.relations.known(viewer_id, [entry.other_id for entry in wanted]) if wanted else {}
        listed = [
            Listed(entry, known[entry.other_id][0])
            for entry in wanted
            if entry.other_id in known and shows(*known[entry.other_id])
        ]
        return Page(listed, total, wanted[-1].entry_id if more else None)
