"""Uploads: a form for each, how it stands, and its end if no post shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from functions.media.files import may_be_rendition, renditions_of, upload_name
from kith.domain.clock import SECOND, Clock
from kith.domain.errors import Unavailable
from kith.domain.ids import Identifiers
from kith.domain.media import (
    FORM_LIFETIME,
    Medium,
    MediumInUse,
    MediumKind,
    MediumNotFound,
    MediumStatus,
    accepted_image,
)
from kith.domain.posts import PostNotFound
from kith.domain.visibility import can_view
from kith.storage import Form, Storage
from kith.table.idempotency import AlreadyAnswered, IdempotencyStore, RequestKey
from kith.table.media import MediaStore
from kith.table.posts import PostStore
from kith.table.reader import PostReader, SeenPost
from kith.table.uploads import UploadStore
from kith.table.users import IdentifierTaken, UserStore

ATTEMPTS = 5
ADDRESS_SECONDS = 120


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What somebody is about to upload."""

    kind: MediumKind
    content_type: str
    size: int
    """Bytes."""
    alt_text: str
    """What it shows, for who cannot see it."""


@dataclass(frozen=True, slots=True)
class MediaService:
    """The use cases of media."""

    media: MediaStore
    uploads: UploadStore
    idempotency: IdempotencyStore
    reader: PostReader
    posts: PostStore
    users: UserStore
    storage: Storage
    served: Storage
    new_id: Identifiers
    clock: Clock
    daily_most: int

    def open(
        self,
        owner_id: int,
        upload: NewUpload,
        request_key: RequestKey | None,
        render: Callable[[Medium, Form, int], str],
    ) -> str:
        """Store a medium whose upload is awaited; return its rendering, with its form and until when that is good.

        The same request again returns the same again.

        Raises:
            Invalid: it is of a type that is not taken, too large, or the text is not acceptable; or the key was used
                for another request.
            TooMany: its owner has opened too many uploads today.
            Unauthenticated: the account is gone.
            Unavailable: it could not be stored this time.
        """
        alt_text = accepted_image(upload.content_type, upload.size, upload.alt_text)
        for _ in range(ATTEMPTS):
            answered = self.idempotency.answer_to(owner_id, request_key, now=self.clock())
            if answered is not None:
                return answered
            medium = Medium(
                self.new_id(),
                owner_id,
                upload.kind,
                MediumStatus.AWAITING_UPLOAD,
                content_type=upload.content_type,
                alt_text=alt_text,
            )
            form = self.storage.form(
                upload_name(medium.media_id),
                content_type=upload.content_type,
                size=upload.size,
                seconds=FORM_LIFETIME // SECOND,
            )
            rendering = render(medium, form, medium.opened_at + FORM_LIFETIME)
            answer = request_key.answered(owner_id, rendering, now=self.clock()) if request_key else None
            try:
                self.uploads.open(medium, answer, daily_most=self.daily_most)
            except (IdentifierTaken, AlreadyAnswered):
                continue
            return rendering
        raise Unavailable

    def read(self, viewer_id: int, media_id: int) -> tuple[Medium, SeenPost | None]:
        """Return a medium, and the post that shows it to a viewer; its owner sees it without one.

        Raises:
            MediumNotFound: there is none, or the viewer may not see it.
        """
        medium = self.media.by_id(media_id)
        if medium is None:
            raise MediumNotFound
        seen = None
        if medium.post_id is not None:
            try:
                seen = self.reader.one(viewer_id, medium.post_id)
            except PostNotFound:
                seen = None
        if seen is None and medium.owner_id != viewer_id:
            raise MediumNotFound
        return medium, seen

    def must_be_open(self, media_id: int) -> None:
        """See that everybody may see a medium.

        Raises:
            MediumNotFound: they may not, or not any more.
        """
        medium = self.media.by_id(media_id)
        post = None if medium is None or medium.post_id is None else self.posts.by_id(medium.post_id)
        author = None if post is None else self.users.by_id(post.author_id)
        if post is None or author is None or not can_view(None, post, author):
            raise MediumNotFound

    def address(self, media_id: int, file: str, *, at_most: int) -> tuple[str, int]:
        """Return where a file can be read, and for how many of at most so many seconds.

        Raises:
            MediumNotFound: it is not the name of a file of media.
        """
        if not may_be_rendition(file):
            raise MediumNotFound
        seconds = max(1, min(at_most, ADDRESS_SECONDS))
        url = self.served.presigned_get(
            renditions_of(media_id) + file, seconds=seconds, cache_control=f"private, max-age={seconds}"
        )
        return url, seconds

    def discard(self, owner_id: int, media_id: int) -> None:
        """Take away a medium that no post shows.

        Raises:
            MediumNotFound: there is none of the caller's.
            MediumInUse: a post shows it.
        """
        medium = self.media.by_id(media_id)
        if medium is None or medium.owner_id != owner_id:
            raise MediumNotFound
        if medium.post_id is not None:
            raise MediumInUse
        self.uploads.discard(medium)
