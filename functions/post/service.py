"""Posts: publishing and reading them."""

from collections.abc import Callable
from dataclasses import dataclass

from kith.domain import posts
from kith.domain.clock import Clock
from kith.domain.errors import Invalid, Unauthenticated, Unavailable
from kith.domain.feeds import Arrival, FeedEntry
from kith.domain.posts import Mention, Post, PostNotFound, Visibility
from kith.domain.visibility import can_view
from kith.table.connection import Table
from kith.table.feeds import entry_item
from kith.table.idempotency import AlreadyAnswered, IdempotencyStore, RequestKey
from kith.table.posts import PostStore, Surroundings
from kith.table.relations import RelationStore
from kith.table.users import IdentifierTaken

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author wants to publish."""

    text: str
    hashtags: tuple[str, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    reply_to: int | None = None
    quote_of: int | None = None


@dataclass(frozen=True, slots=True)
class PostService:
    """The use cases of the post room."""

    table: Table
    posts: PostStore
    relations: RelationStore
    idempotency: IdempotencyStore
    new_id: Callable[[], int]
    clock: Clock
    feed_retention: int
    """Milliseconds."""

    def publish(
        self, author_id: int, draft: Draft, request_key: RequestKey | None, render: Callable[[Post], str]
    ) -> str:
        """Publish a post and return its rendering; the same request again returns the same rendering again.

        Raises:
            Invalid: a value is not acceptable, or the key was used for another request.
            Unauthenticated: the author is gone or may not act.
            Unavailable: it could not be stored this time.
        """
        text = posts.text(draft.text)
        hashtags = posts.hashtags(text, draft.hashtags)
        usernames = posts.mentioned_usernames(text)
        references = [post_id for post_id in (draft.reply_to, draft.quote_of) if post_id is not None]
        answered, surroundings = self.table.together(
            lambda: self.idempotency.answer_to(author_id, request_key, now=self.clock()),
            lambda: self.posts.surroundings(author_id, usernames, references),
        )
        if answered is not None:
            return answered
        if surroundings.author is None or not surroundings.author.is_active:
            raise Unauthenticated
        self._check_references(author_id, draft, surroundings)
        for _ in range(ATTEMPTS):
            post = Post(
                post_id=self.new_id(),
                author_id=author_id,
                text=text,
                hashtags=hashtags,
                mentions=tuple(
                    Mention(surroundings.mentioned[name], name)
                    for name in usernames
                    if name in surroundings.mentioned
                ),
                visibility=draft.visibility,
                reply_to=draft.reply_to,
                quote_of=draft.quote_of,
            )
            rendering = render(post)
            own = FeedEntry(author_id, post.post_id, author_id, Arrival.OWN)
            answer = request_key.answered(author_id, rendering, now=self.clock()) if request_key else None
            try:
                self.posts.add(post, entry_item(own, retention=self.feed_retention), answer)
            except IdentifierTaken:
                continue
            except AlreadyAnswered:
                answered = self.idempotency.answer_to(author_id, request_key, now=self.clock())
                if answered is None:
                    continue
                return answered
            return rendering
        raise Unavailable

    def read(self, viewer_id: int, post_id: int) -> Post:
        """Return a post.

        Raises:
            PostNotFound: there is none, or the viewer may not see it.
        """
        post = self.posts.by_id(post_id)
        if post is None or not self._visible(viewer_id, [post]):
            raise PostNotFound
        return post

    def _check_references(self, author_id: int, draft: Draft, surroundings: Surroundings) -> None:
        visible = self._visible(author_id, list(surroundings.posts.values()))
        for field, post_id in (("reply_to", draft.reply_to), ("quote_of", draft.quote_of)):
            if post_id is not None and post_id not in visible:
                raise Invalid.because(field, "is no post that you can see")

    def _visible(self, viewer_id: int, candidates: list[Post]) -> set[int]:
        if not candidates:
            return set()
        known = self.relations.known(viewer_id, {post.author_id for post in candidates})
        return {
            post.post_id
            for post in candidates
            if post.author_id in known and can_view(viewer_id, post, *known[post.author_id])
        }
