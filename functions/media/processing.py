"""From an uploaded file to what is served of it.

The first version that comes is the one that counts, and is read by its name: whatever is put over it afterwards changes
nothing. Each step can be done twice; what is written for a medium that goes meanwhile is taken away by whoever wrote it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from functions.media.files import CONTENT_TYPES, medium_of_upload, renditions_of, upload_name, uploads_of
from functions.media.rendering import Rendered
from kith.domain.media import Medium, MediumKind, MediumNotFound, MediumStatus
from kith.storage import Storage
from kith.table.avatars import AvatarStore
from kith.table.media import trace_of
from kith.table.uploads import UploadStore
from kith.tracing import follow

SUPERSEDED = "A later one has taken its place."
GONE = Rendered("Its upload is gone.", {})


@dataclass(frozen=True, slots=True)
class Processor:
    """The use cases of the worker."""

    uploads: UploadStore
    avatars: AvatarStore
    storage: Storage
    served: Storage
    render: Callable[[Path, MediumKind, str, Path], Rendered]
    convert: Callable[[Medium, str, Mapping[str, Any]], None] | None = None
    """Sees to what takes too long to be made here."""

    def uploaded(self, name: str, version: str) -> None:
        """Make of an uploaded file what is served, or reject it; do nothing where that has been done.

        Raises:
            Unavailable: it has to be tried another time.
        """
        media_id = medium_of_upload(name)
        if media_id is None:
            return
        follow(trace_of(media_id))
        try:
            medium, counted = self.uploads.begin(media_id, version)
            if medium.status is not MediumStatus.PROCESSING:
                self.storage.delete_all_under(uploads_of(media_id))
            elif counted == version and not medium.is_converted_elsewhere:
                self._process(medium, version)
        except MediumNotFound:
            self.gone(media_id)

    def gone(self, media_id: int) -> None:
        """Take away all files of a medium.

        Raises:
            Unavailable: some are left, to be tried another time.
        """
        take_away(self.storage, self.served, media_id)

    def _process(self, medium: Medium, version: str) -> None:
        with TemporaryDirectory() as scratch:
            upload, folder = Path(scratch, "upload"), Path(scratch, "served")
            folder.mkdir()
            # What is gone was processed by another that was given the same message, which then counts; or it is too late.
            found = GONE
            if self._fetched(medium, version, upload):
                found = self.render(upload, medium.kind, medium.content_type, folder)
            served = [] if found.reason else sorted(folder.iterdir())
            for path in served:
                self._serve(path, renditions_of(medium.media_id) + path.name)
        if found.to_convert and self.convert is not None:
            self.convert(replace(medium, details=found.details), version, found.to_convert)
            return
        status = MediumStatus.REJECTED if found.reason else MediumStatus.READY
        ended = replace(medium, status=status, reason=found.reason, details=found.details)
        if self._end(ended, version) is MediumStatus.REJECTED and served:
            self.served.delete_all_under(renditions_of(medium.media_id))  # nobody waits for it any more
        self.storage.delete_all_under(uploads_of(medium.media_id))

    def _end(self, ended: Medium, version: str) -> MediumStatus:
        if ended.kind is MediumKind.AVATAR and ended.status is MediumStatus.READY:
            if self.avatars.put_on(ended, version):
                return MediumStatus.READY
            ended = replace(ended, status=MediumStatus.REJECTED, reason=SUPERSEDED, details={})
        return self.uploads.end(ended, version)

    def _fetched(self, medium: Medium, version: str, upload: Path) -> bool:
        with upload.open("wb") as file:
            return self.storage.fetch(upload_name(medium.media_id, medium.kind), file, version=version)

    def _serve(self, path: Path, name: str) -> None:
        with path.open("rb") as file:
            self.served.put_file(name, file, content_type=CONTENT_TYPES[path.suffix])


def take_away(storage: Storage, served: Storage, media_id: int) -> None:
    """Take away what was uploaded as a medium, and what is served of it.

    Raises:
        Unavailable: some are left, to be tried another time.
    """
    storage.delete_all_under(uploads_of(media_id))
    served.delete_all_under(renditions_of(media_id))
