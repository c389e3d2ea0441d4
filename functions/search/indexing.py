"""From what happened to what searches find: an event says where to look, and what is found there is what counts.

So events may come twice, late or in any order: each makes the index agree with an account or a post as it is now. What
is left in the table of a deleted post goes with all else that is left of it: `kith.table.remains`. So only a stage with
another engine is told here of the deletion.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from kith import events
from kith.domain.clock import Clock
from kith.domain.posts import PostStatus
from kith.domain.searching import PostEngine, UserEngine
from kith.domain.users import Standing
from kith.messaging import Queue
from kith.table.index_cards import patiently
from kith.table.post_lists import PostListStore
from kith.table.posts import PostStore
from kith.table.users import UserStore

PAGE: Final = 20
"""Posts of an account that are looked at at once."""
WHAT_DECIDES_ON_COUNTS: Final = frozenset({"is_private", "standing"})


@dataclass(frozen=True, slots=True)
class Indexer:
    """The use case of everything by which something is found."""

    users: UserStore
    posts: PostStore
    lists: PostListStore
    user_index: UserEngine
    post_index: PostEngine
    queue: Queue
    """Its own: where it asks to go on."""
    clock: Clock
    budget: int
    """Milliseconds after which no further post is looked at for one message."""

    def do(self, message: dict[str, Any]) -> None:
        """Do what a message asks for; of another kind of event, nothing.

        Raises:
            Unavailable: it has to be tried another time.
        """
        match message:
            case {"posts_of": int(user_id), "before": int(before), "while_open": bool(while_open)}:
                self._index_posts(user_id, before, while_open=while_open)
            case {"detail-type": str(name), "detail": dict(detail)}:
                self._see_to(name, detail)

    def _see_to(self, name: str, detail: dict[str, Any]) -> None:
        match name:
            case events.USER_REGISTERED | events.USER_DELETED:
                patiently(partial(self._index_user, detail["user_id"]))
            case events.USER_UPDATED:
                patiently(partial(self._index_user, detail["user_id"]))
                if WHAT_DECIDES_ON_COUNTS & set(detail["changed"]):
                    self._index_posts(detail["user_id"])
            case events.GRAPH_FOLLOW | events.GRAPH_FOLLOW_ACCEPTED | events.GRAPH_UNFOLLOW:
                patiently(partial(self._index_user, detail["following_id"]))
            case events.POST_CREATED | events.POST_UPDATED | events.POST_DELETED:
                patiently(partial(self._index_post, detail["post_id"], detail["user_id"]))

    def _index_user(self, user_id: int) -> None:
        user = self.users.by_id(user_id)
        if user is None or user.standing is Standing.DELETED:
            self.user_index.drop(user_id)
        else:
            self.user_index.put(user, self.users.tally(user_id).followers)

    def _index_post(self, post_id: int, author_id: int) -> None:
        post, author = self.posts.by_id(post_id), self.users.by_id(author_id)
        if post is None or author is None or post.status is not PostStatus.PUBLISHED:
            self.post_index.drop(post_id)
        else:
            self.post_index.put(post, author)

    def _index_posts(
        self, user_id: int, before: int | None = None, *, while_open: bool | None = None
    ) -> None:
        """Let an account's posts be counted among those with their hashtags, or not, newest first.

        The account opens and closes to others: a walk that began when it was otherwise has a newer one behind it.
        """
        until = self.clock() + self.budget
        while listed := self.lists.by_author(user_id, limit=PAGE, before=before):
            author = self.users.by_id(user_id)
            is_open = author is not None and author.is_active and not author.is_private
            if while_open not in {None, is_open}:
                return
            while_open = is_open
            for each in listed:
                patiently(partial(self._index_post, each.post_id, user_id))
                if self.clock() >= until:
                    goes_on = {"posts_of": user_id, "before": each.entry_id, "while_open": is_open}
                    self.queue.send([goes_on])
                    return
            before = listed[-1].entry_id
