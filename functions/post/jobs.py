"""What the post room's worker is asked to do: an event of a post or of a medium, or its own wish to go on."""

from dataclasses import dataclass
from typing import Any

from functions.post.removing import Remover
from functions.post.waiting import Waiting
from kith import events
from kith.table.audience import Stage
from kith.table.mentions import MentionStore
from kith.table.posts import PostStore


@dataclass(frozen=True, slots=True)
class Jobs:
    """The use cases of the post room that no request waits for."""

    remover: Remover
    waiting: Waiting
    posts: PostStore
    mentions: MentionStore

    def do(self, message: dict[str, Any]) -> None:
        """Do what a message asks for; of another kind of event, nothing.

        Raises:
            Unavailable: it has to be tried another time.
        """
        match message:
            case {"author_id": author_id, "post_id": post_id, "stage": stage}:
                self.remover.go_on(author_id, post_id, None if stage is None else Stage(**stage))
            case {"detail-type": str(name), "detail": dict(detail)}:
                self._see_to(name, detail)

    def _see_to(self, name: str, detail: dict[str, Any]) -> None:
        match name:
            case events.POST_DELETED:
                self.remover.go_on(detail["user_id"], detail["post_id"])
            case events.POST_UPDATED:
                post = self.posts.by_id(detail["post_id"])
                if post is not None:
                    self.mentions.unmention_deleted(post)
            case events.MEDIA_PROCESSED | events.MEDIA_REJECTED:
                self.waiting.medium_changed(detail["media_id"])
