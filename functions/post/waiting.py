"""Posts that wait for their media: the last medium that becomes ready publishes the post.

A post takes hold of a medium on the condition that it is as it was read, so either the post knew that the medium is
ready, or the medium's event finds the post.
"""

from dataclasses import dataclass

from kith.domain.errors import Unavailable
from kith.domain.posts import PostChanged, PostStatus
from kith.table.media import MediaStore
from kith.table.posts import PostStore

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """The use case of a medium of which it is known what became of it."""

    posts: PostStore
    media: MediaStore

    def medium_changed(self, media_id: int) -> None:
        """Let the post that waits for a medium know; do nothing where none does.

        Raises:
            Unavailable: others kept changing the post.
        """
        medium = self.media.by_id(media_id)
        if medium is None or medium.post_id is None:
            return
        for _ in range(ATTEMPTS):
            post = self.posts.by_id(medium.post_id)
            if post is None or post.status is PostStatus.PUBLISHED:
                return
            found = self.media.by_ids(each.media_id for each in post.media)
            shown = [found.get(each.media_id, each) for each in post.media]
            try:
                self.posts.show(post, shown)
            except PostChanged:
                continue
            return
        raise Unavailable
