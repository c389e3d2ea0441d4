"""Posts: publishing, editing and deleting them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from kith.domain import posts
from kith.domain.clock import Clock
from kith.domain.engagements import Engagement
from kith.domain.errors import Forbidden, Invalid, Unauthenticated, Unavailable
from kith.domain.feeds import Arrival, FeedEntry
from kith.domain.media import Medium, MediumKind, MediumStatus
from kith.domain.posts import Delivery, Post, PostChanged, PostNotFound, Visibility
from kith.domain.threads import Place
from kith.domain.visibility import STRANGERS, can_view
from kith.table.connection import Table
from kith.table.feeds import entry_item
from kith.table.idempotency import AlreadyAnswered, IdempotencyStore, RequestKey
from kith.table.media import trace_of
from kith.table.posts import PostStore, Surroundings, TooManyChanges
from kith.table.publication import Publication
from kith.table.reader import PostReader, SeenPost
from kith.table.relations import RelationStore
from kith.table.users import IdentifierTaken
from kith.tracing import continue_as

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author wants to publish."""

    text: str
    hashtags: tuple[str, ...] = ()
    media_ids: tuple[int, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    reply_to: int | None = None
    quote_of: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """What an author wants to change; None stays as it is."""

    text: str | None = None
    hashtags: tuple[str, ...] | None = None
    visibility: Visibility | None = None


@dataclass(frozen=True, slots=True)
class PostService:
    """The use cases of the post room."""

    table: Table
    posts: PostStore
    relations: RelationStore
    reader: PostReader
    idempotency: IdempotencyStore
    new_id: Callable[[], int]
    clock: Clock
    feed_retention: int
    """Milliseconds."""
    daily_most: int
    """Posts that one account may make on one day; 0 is as many as it likes."""

    def publish(
        self, author_id: int, draft: Draft, request_key: RequestKey | None, render: Callable[[SeenPost], str]
    ) -> str:
        """Publish a post and return its rendering; the same request again returns the same rendering again.

        Raises:
            Invalid: a value is not acceptable, or the key was used for another request.
            Unauthenticated: the author is gone or may not act.
            TooMany: the author has made as many posts today as one may.
            Unavailable: it could not be stored this time.
        """
        text = posts.text(draft.text, has_media=bool(draft.media_ids))
        hashtags = posts.hashtags(text, draft.hashtags)
        usernames = posts.mentioned_usernames(text)
        references = [post_id for post_id in (draft.reply_to, draft.quote_of) if post_id is not None]
        for _ in range(ATTEMPTS):
            answered, surroundings = self.table.together(
                lambda: self.idempotency.answer_to(author_id, request_key, now=self.clock()),
                lambda: self.posts.surroundings(author_id, usernames, references, draft.media_ids),
            )
            if answered is not None:
                return answered
            if surroundings.author is None or not surroundings.author.is_active:
                raise Unauthenticated
            seen = self._seen_references(author_id, draft, surroundings)
            media = _shown(author_id, draft.media_ids, surroundings.media)
            post = Post(
                post_id=self.new_id(),
                author_id=author_id,
                text=text,
                hashtags=hashtags,
                mentions=surroundings.mentions(usernames),
                visibility=draft.visibility,
                reply_to=draft.reply_to,
                quote_of=draft.quote_of,
                delivery=Delivery.PULL if surroundings.author.is_celebrity else Delivery.PUSH,
                status=posts.status_with(media),
                media=media,
                place=self._place(seen.get(draft.reply_to or 0)),
            )
            made = SeenPost(
                post,
                surroundings.author,
                Engagement(author_id, post.post_id),
                quoted=seen.get(draft.quote_of or 0),
            )
            rendering = render(made)
            if self._stored(made, seen, request_key, rendering):
                return rendering
        raise Unavailable

    def edit(self, author_id: int, post_id: int, edit: Edit) -> SeenPost:
        """Change what a post says or for whom it is, and return it. Changing it to what it is changes nothing.

        Raises:
            PostNotFound: there is none, or the caller may not see it.
            Forbidden: it is another's.
            Invalid: a value is not acceptable.
            Unavailable: others kept changing it.
        """
        usernames = posts.mentioned_usernames(edit.text or "")
        for _ in range(ATTEMPTS):
            before, surroundings = self.table.together(
                lambda: self._own(author_id, post_id), lambda: self.posts.surroundings(author_id, usernames)
            )
            after = _edited(before, edit, surroundings)
            if after != before:
                try:
                    self.posts.edit(before, replace(after, edited_at=self.clock()))
                except PostChanged:
                    continue
                except TooManyChanges:
                    message = "changes more hashtags and mentions than can be changed at once; take two edits"
                    raise Invalid.because("text", message) from None
            return self.reader.one(author_id, post_id)
        raise Unavailable

    def remove(self, author_id: int, post_id: int) -> None:
        """Delete a post. Nobody sees it any more when this returns.

        Raises:
            PostNotFound: there is none, or the caller may not see it.
            Forbidden: it is another's.
            Unavailable: others kept changing it.
        """
        for _ in range(ATTEMPTS):
            try:
                self.posts.remove(self._own(author_id, post_id))
            except PostChanged:
                continue
            return
        raise Unavailable

    def _own(self, author_id: int, post_id: int) -> Post:
        post = self.posts.by_id(post_id)
        if post is None:
            raise PostNotFound
        if post.author_id != author_id:
            self.reader.one(author_id, post_id)
            raise Forbidden("This post is somebody else's.")
        return post

    def _stored(
        self, made: SeenPost, seen: Mapping[int, SeenPost], request_key: RequestKey | None, rendering: str
    ) -> bool:
        """Store a post; tell whether it could be, or has to be made anew."""
        post = made.post
        own = FeedEntry(post.author_id, post.post_id, post.author_id, Arrival.OWN, post.created_at)
        answers = seen.get(post.reply_to or 0)
        publication = Publication(
            post=post,
            own_entry=entry_item(own, retention=self.feed_retention),
            answers=None if answers is None else answers.post,
            quotes=None if made.quoted is None else made.quoted.post,
            answer=None
            if request_key is None
            else request_key.answered(post.author_id, rendering, now=self.clock()),
            daily_most=self.daily_most,
        )
        try:
            self.posts.add(publication)
        except (IdentifierTaken, AlreadyAnswered, PostChanged):
            return False
        # Whichever becomes ready last publishes it.
        waited_for = (each for each in post.media if each.status is not MediumStatus.READY)
        continue_as(*(trace_of(each.media_id) for each in waited_for))
        return True

    def _place(self, answers: SeenPost | None) -> Place | None:
        """Return where a post stands that answers another one, which may have had no answer yet."""
        if answers is None:
            return None
        above = answers.post.place or Place(self.new_id())
        return above.of_answer(self.new_id())

    def _seen_references(
        self, author_id: int, draft: Draft, surroundings: Surroundings
    ) -> dict[int, SeenPost]:
        found = surroundings.posts
        others = {post.author_id for post in found.values()} - {author_id}
        known = self.relations.known(author_id, others) if others else {}
        if surroundings.author is not None:
            known[author_id] = surroundings.author, STRANGERS
        seen = {
            post_id: SeenPost(post, known[post.author_id][0], Engagement(author_id, post_id))
            for post_id, post in found.items()
            if post.author_id in known and can_view(author_id, post, *known[post.author_id])
        }
        for field, wanted in (("reply_to", draft.reply_to), ("quote_of", draft.quote_of)):
            if wanted is not None and wanted not in seen:
                raise Invalid.because(field, "is no post that you can see")
        return seen


def _edited(before: Post, edit: Edit, surroundings: Surroundings) -> Post:
    text = before.text if edit.text is None else posts.text(edit.text, has_media=bool(before.media))
    beside = posts.hashtags_beside(before) if edit.hashtags is None else edit.hashtags
    named = surroundings.mentions(posts.mentioned_usernames(text))
    return replace(
        before,
        text=text,
        hashtags=posts.hashtags(text, beside),
        mentions=before.mentions if text == before.text else named,
        visibility=edit.visibility or before.visibility,
    )


def _shown(author_id: int, media_ids: Sequence[int], found: Mapping[int, Medium]) -> tuple[Medium, ...]:
    """Return the media that a new post shows.

    Raises:
        Invalid: one is not the author's, was rejected, is an avatar, or is shown already.
    """
    if len(set(media_ids)) != len(media_ids):
        raise Invalid.because("media_ids", "must name each medium once")
    media = [found[media_id] for media_id in media_ids if media_id in found]
    fitting = [
        medium
        for medium in media
        if medium.owner_id == author_id
        and medium.post_id is None
        and medium.status is not MediumStatus.REJECTED
        and medium.kind is not MediumKind.AVATAR
    ]
    if len(fitting) != len(media_ids):
        raise Invalid.because("media_ids", "must name pictures or videos of yours that no other post shows")
    return tuple(fitting)
