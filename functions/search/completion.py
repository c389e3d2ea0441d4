"""What somebody who has begun to write may mean: accounts and hashtags, ten at most of both together."""

from dataclasses import dataclass
from typing import Final

from functions.search.users import UserSearch
from kith.domain.errors import Invalid
from kith.domain.posts import folded_hashtag
from kith.domain.users import User
from kith.table.connection import Table
from kith.table.tag_index import TagCount, TagIndex

BEST: Final = 10


@dataclass(frozen=True, slots=True)
class Completion:
    """The use case of completing what somebody writes."""

    table: Table
    users: UserSearch
    tags: TagIndex

    def of(self, viewer_id: int, beginning: str) -> tuple[list[User], list[TagCount]]:
        """Return accounts and hashtags; what begins with `@` or `#` means one kind only."""
        users, tags = self.table.together(
            lambda: [] if beginning.startswith("#") else self._users(viewer_id, beginning),
            lambda: [] if beginning.startswith("@") else self._tags(beginning),
        )
        most_users = max(BEST // 2, BEST - len(tags))
        shown = users[:most_users]
        return shown, tags[: BEST - len(shown)]

    def _users(self, viewer_id: int, beginning: str) -> list[User]:
        found = self.users.best(viewer_id, beginning.removeprefix("@"), BEST, with_typos=False)
        return [each.user for each in found]

    def _tags(self, beginning: str) -> list[TagCount]:
        try:
            folded = folded_hashtag(beginning)
        except Invalid:  # it is no hashtag that is being written
            return []
        return self.tags.beginning(folded, after=None, limit=BEST).tags
