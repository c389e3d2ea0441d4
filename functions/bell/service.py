"""Being told of each new post of an author whom one follows."""

from collections.abc import Sequence
from dataclasses import dataclass

from kith.domain.follows import FollowsOneself
from kith.domain.pages import Page, filled
from kith.domain.users import User, UserNotFound
from kith.domain.visibility import can_view_author
from kith.table.bells import BellStore
from kith.table.relations import RelationStore


@dataclass(frozen=True, slots=True)
class BellService:
    """The use cases of the bell room."""

    bells: BellStore
    relations: RelationStore

    def hang(self, user_id: int, author_id: int) -> None:
        """Let somebody be told of each new post of an author they follow.

        Raises:
            FollowsOneself: it is their own account.
            UserNotFound: there is no such account, or they may not see it.
            NotFollowed: they do not follow it.
        """
        if user_id == author_id:
            raise FollowsOneself
        self._see(user_id, author_id)
        self.bells.hang(user_id, author_id)

    def take_down(self, user_id: int, author_id: int) -> None:
        """Let somebody not be told of an author's new posts any more. Doing it twice is doing it once.

        Raises:
            UserNotFound: there is no such account, or they may not see it.
        """
        self._see(user_id, author_id)
        self.bells.take_down(user_id, author_id)

    def page(self, user_id: int, *, before: int | None, limit: int) -> Page[int, User]:
        """Return a page of the authors of whose new posts somebody is told."""

        def seen(author_ids: Sequence[int]) -> dict[int, User]:
            known = self.relations.known(user_id, author_ids)
            return {
                author_id: user
                for author_id, (user, relation) in known.items()
                if can_view_author(user_id, user, relation)
            }

        return filled(
            lambda start, count: self.bells.of(user_id, limit=count, before=start),
            lambda author_id: author_id,
            seen,
            start=before,
            limit=limit,
        )

    def _see(self, user_id: int, author_id: int) -> None:
        known = self.relations.known(user_id, [author_id])
        if author_id not in known or not can_view_author(user_id, *known[author_id]):
            raise UserNotFound
