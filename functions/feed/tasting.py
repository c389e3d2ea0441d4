"""What readers take to, learned from what they do to posts; ranked order makes use of it."""

from dataclasses import dataclass
from typing import Any, Final

from kith import events
from kith.domain.clock import Clock
from kith.domain.ranking import ContentKind
from kith.domain.users import Standing
from kith.table.items import AdmirerItem
from kith.table.posts import PostStore
from kith.table.tastes import TasteStore
from kith.table.users import UserStore

WORTH: Final = {
    events.POST_LIKED: 1,
    events.POST_UNLIKED: -1,
    events.POST_REPOSTED: 1,
    events.POST_UNREPOSTED: -1,
    events.POST_COMMENTED: 1,
    events.POST_UNCOMMENTED: -1,
}
"""How an event counts."""


@dataclass(frozen=True, slots=True)
class Taster:
    """The use case of what somebody has done to a post."""

    posts: PostStore
    tastes: TasteStore
    users: UserStore
    clock: Clock

    def learn(self, message: dict[str, Any]) -> None:
        """Count what somebody has done to another's post; what is done to one's own says nothing.

        Raises:
            Unavailable: it has to be tried another time.
        """
        detail = message["detail"]
        post = self.posts.by_id(detail["post_id"])
        if post is None or post.author_id == detail["user_id"]:
            return
        self.tastes.count(
            detail["event_id"],
            detail["user_id"],
            post.author_id,
            ContentKind.of(post),
            by=WORTH[message["detail-type"]],
            now=self.clock(),
        )
        author = self.users.by_id(post.author_id)
        # Their erasure, if it came meanwhile, may have missed it.
        if author is None or author.standing is Standing.DELETED:
            self.tastes.forget([AdmirerItem.at(user_id=post.author_id, reader_id=detail["user_id"])])
