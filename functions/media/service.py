"""Uploads: a form for each, how it stands, and its end if no post shows it."""

import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from functions.media.addresses import Addresses
from functions.media.files import PLAYLIST, may_be_rendition, renditions_of, upload_name
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
    UploadQuota,
    accepted_upload,
)
from kith.domain.posts import PostNotFound
from kith.domain.visibility import can_view
from kith.storage import Form, Storage
from kith.table.avatars import AvatarStore
from kith.table.connection import Table
from kith.table.idempotency import AlreadyAnswered, IdempotencyStore, RequestKey
from kith.table.media import MediaStore, trace_of
from kith.table.posts import PostStore
from kith.table.reader import PostReader, SeenPost
from kith.table.uploads import UploadStore
from kith.table.users import IdentifierTaken, UserStore
from kith.tracing import continue_as

ATTEMPTS = 5


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

    table: Table
    media: MediaStore
    uploads: UploadStore
    avatars: AvatarStore
    idempotency: IdempotencyStore
    reader: PostReader
    posts: PostStore
    users: UserStore
    storage: Storage
    served: Storage
    addresses: Addresses
    new_id: Identifiers
    clock: Clock
    quota: UploadQuota
    video_bytes_most: int

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
            TooMany: its owner has opened too many uploads today, or too large ones.
            Unauthenticated: the account is gone.
            Unavailable: it could not be stored this time.
        """
        alt_text = accepted_upload(
            upload.kind, upload.content_type, upload.size, upload.alt_text, video_most=self.video_bytes_most
        )
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
                upload_name(medium.media_id, medium.kind),
                content_type=upload.content_type,
                size=upload.size,
                seconds=FORM_LIFETIME // SECOND,
            )
            rendering = render(medium, form, medium.opened_at + FORM_LIFETIME)
            answer = request_key.answered(owner_id, rendering, now=self.clock()) if request_key else None
            try:
                self.uploads.open(medium, upload.size, answer, quota=self.quota)
            except (IdentifierTaken, AlreadyAnswered):
                continue
            continue_as(trace_of(medium.media_id))
            return rendering
        raise Unavailable

    def read(self, viewer_id: int, media_id: int) -> tuple[Medium, SeenPost | None]:
        """Return a medium, and the post that shows it to a viewer; its owner sees it without one.

        Raises:
            MediumNotFound: there is none, or the viewer may not see it.
        """
        return self._seen(viewer_id, self.media.by_id(media_id))

    def led(self, media_id: int, viewer_id: int | None, file: str) -> str | bytes:
        """Return where somebody can read a file, or a playlist itself: what it names is beside it, so it must be here.

        Args:
            media_id: what it is a file of.
            viewer_id: who wants to; None is everybody.
            file: its name.

        Raises:
            MediumNotFound: they may not see it, or not any more, or there is no such file.
            Unavailable: it could not be read this time.
        """
        if not may_be_rendition(file):
            raise MediumNotFound
        self._must_be_visible(media_id, viewer_id)
        name = renditions_of(media_id) + file
        if not file.endswith(PLAYLIST):
            return self.addresses.of(name, is_open=viewer_id is None)
        content = io.BytesIO()
        if not self.served.fetch(name, content):
            raise MediumNotFound
        return content.getvalue()

    def _must_be_visible(self, media_id: int, viewer_id: int | None) -> None:
        if viewer_id is None:
            medium = self.media.by_id(media_id)
            if medium is None or not self._is_seen_by_all(medium):
                raise MediumNotFound
            return
        medium, viewer = self.table.together(
            lambda: self.media.by_id(media_id), lambda: self.users.by_id(viewer_id)
        )
        if viewer is None or not viewer.is_active:
            raise MediumNotFound
        self._seen(viewer_id, medium)

    def _seen(self, viewer_id: int, medium: Medium | None) -> tuple[Medium, SeenPost | None]:
        if medium is None:
            raise MediumNotFound
        seen = None
        if medium.post_id is not None:
            with suppress(PostNotFound):
                seen = self.reader.one(viewer_id, medium.post_id)
        if seen is None and medium.owner_id != viewer_id:
            raise MediumNotFound
        return medium, seen

    def _is_seen_by_all(self, medium: Medium) -> bool:
        """Tell whether everybody may see a medium: as somebody's avatar, or in a post."""
        post_id = medium.post_id
        if post_id is None:
            owner = self.users.by_id(medium.owner_id) if medium.is_worn else None
            return owner is not None and owner.is_active
        post, author = self.table.together(
            lambda: self.posts.by_id(post_id), lambda: self.users.by_id(medium.owner_id)
        )
        return post is not None and author is not None and can_view(None, post, author)

    def discard(self, owner_id: int, media_id: int) -> None:
        """Take away a medium that no post shows; if it is the owner's avatar, none is left.

        Raises:
            MediumNotFound: there is none of the caller's.
            MediumInUse: a post shows it.
        """
        for _ in range(ATTEMPTS):
            medium = self.media.by_id(media_id)
            if medium is None or medium.owner_id != owner_id:
                raise MediumNotFound
            if medium.post_id is not None:
                raise MediumInUse
            if medium.is_worn:
                self.avatars.take_off(medium)
                return
            with suppress(MediumInUse):  # it is shown by now: by what is seen the next time
                self.uploads.discard(medium)
                return
        raise Unavailable
