"""Posts as a viewer may see them: the one way by which posts reach any answer.

Hydrate, then rules: what is stored of the posts, their authors and what stands between these and the viewer is read
together, and `can_view` decides on each. A quoted post is one more that has to be seen by the same viewer.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kith.domain.engagements import Engagement
from kith.domain.posts import Post, PostNotFound
from kith.domain.users import User
from kith.domain.visibility import STRANGERS, Relation, can_view
from kith.table import batches
from kith.table.connection import Table
from kith.table.counts import CountStore
from kith.table.engagements import EngagementStore
from kith.table.items import Item, PostItem, UserItem
from kith.table.posts import PostStore, posts_of
from kith.table.relations import RelationStore
from kith.table.users import user_of

Known = dict[int, tuple[User, Relation]]
FOLLOWED = Relation(follows=True)


@dataclass(frozen=True, slots=True)
class SeenPost:
    """A post that a viewer may see, with its author, and what the viewer has done to it."""

    post: Post
    author: User
    engagement: Engagement
    quoted: "SeenPost | None" = None
    """The post that it quotes, if the viewer may see that."""
    relation: Relation = STRANGERS
    """What stands between the viewer and the author; of authors who are known to be followed, only that."""


@dataclass(frozen=True, slots=True)
class PostReader:
    """Reads posts on behalf of a viewer."""

    table: Table

    def one(self, viewer_id: int, post_id: int) -> SeenPost:
        """Return a post.

        Raises:
            PostNotFound: there is none, or the viewer may not see it.
        """
        found = self.some(viewer_id, [post_id]).get(post_id)
        if found is None:
            raise PostNotFound
        return found

    def some(
        self, viewer_id: int, post_ids: Collection[int], *, followed: Collection[int] = ()
    ) -> dict[int, SeenPost]:
        """Return those of some posts that a viewer may see, by identifier.

        Two sequential round trips, and one more if any of them quotes another. Authors who are known to be followed
        are read with the posts: where all are, it is one round trip less.
        """
        if not post_ids:
            return {}
        (posts, known), engagements = self.table.together(
            lambda: self._with_followed(post_ids, followed),
            lambda: EngagementStore(self.table).of(viewer_id, post_ids),
        )
        quoted_ids = {post.quote_of for post in posts.values() if post.quote_of is not None}
        strangers = _authors(posts.values()) - known.keys()
        counted, quoted, met = self.table.three_together(
            lambda: CountStore(self.table).totalled(posts.values()),
            lambda: PostStore(self.table).by_ids(quoted_ids - posts.keys()),
            lambda: self._met(viewer_id, strangers),
        )
        known |= met
        known |= self._met(viewer_id, _authors(quoted.values()) - known.keys())
        visible = _visible(viewer_id, quoted | counted, known)
        return {
            post_id: SeenPost(
                post,
                known[post.author_id][0],
                engagements.get(post_id) or Engagement(viewer_id, post_id),
                quoted=_bare(viewer_id, visible.get(post.quote_of or 0), known),
                relation=known[post.author_id][1],
            )
            for post_id, post in visible.items()
            if post_id in posts
        }

    def _with_followed(
        self, post_ids: Iterable[int], followed: Iterable[int]
    ) -> tuple[dict[int, Post], Known]:
        keys = [
            *(PostItem.pattern.key(post_id=post_id) for post_id in post_ids),
            *(UserItem.pattern.key(user_id=user_id) for user_id in followed),
        ]
        items = batches.get_all(self.table, keys).values()
        return posts_of(items), {user.user_id: (user, FOLLOWED) for user in _users(items)}

    def _met(self, viewer_id: int, authors: Collection[int]) -> Known:
        return RelationStore(self.table).known(viewer_id, authors) if authors else {}


def _users(items: Iterable[Item]) -> Iterable[User]:
    return (user_of(item) for item in items if isinstance(item, UserItem))


def _authors(posts: Iterable[Post]) -> set[int]:
    return {post.author_id for post in posts}


def _visible(viewer_id: int, posts: Mapping[int, Post], known: Known) -> dict[int, Post]:
    return {
        post_id: post
        for post_id, post in posts.items()
        if post.author_id in known and can_view(viewer_id, post, *known[post.author_id])
    }


def _bare(viewer_id: int, quoted: Post | None, known: Known) -> SeenPost | None:
    """Return a quoted post as it is embedded: without what it quotes, and without the viewer's deeds."""
    if quoted is None:
        return None
    return SeenPost(quoted, known[quoted.author_id][0], Engagement(viewer_id, quoted.post_id))
