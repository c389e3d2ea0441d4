"""From an uploaded file to what is served of it.

The first version that comes is the one that counts, and is read by its name: whatever is put over it afterwards changes
nothing. Each step can be done twice; what is written for a medium that goes meanwhile is taken away by whoever wrote it.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

from functions.media.files import medium_of_upload, renditions_of, upload_name, uploads_of
from functions.media.rendering import Rendered
from kith.domain.media import Medium, MediumNotFound, MediumStatus
from kith.storage import Storage
from kith.table.uploads import UploadStore

GONE = Rendered("Its upload is gone.", {}, {})


@dataclass(frozen=True, slots=True)
class Processor:
    """The use cases of the worker."""

    uploads: UploadStore
    storage: Storage
    served: Storage
    render: Callable[[bytes, str], Rendered]

    def uploaded(self, name: str, version: str) -> None:
        """Make of an uploaded file what is served, or reject it; do nothing where that has been done.

        Raises:
            Unavailable: it has to be tried another time.
        """
        media_id = medium_of_upload(name)
        if media_id is None:
            return
        try:
            medium, counted = self.uploads.begin(media_id, version)
            if medium.status is not MediumStatus.PROCESSING:
                self.storage.delete_all_under(uploads_of(media_id))
            elif counted == version:
                self._process(medium, version)
        except MediumNotFound:
            self.gone(media_id)

    def gone(self, media_id: int) -> None:
        """Take away all files of a medium.

        Raises:
            Unavailable: some are left, to be tried another time.
        """
        self.storage.delete_all_under(uploads_of(media_id))
        self.served.delete_all_under(renditions_of(media_id))

    def _process(self, medium: Medium, version: str) -> None:
        content = self.storage.read(upload_name(medium.media_id), version)
        # What is gone was processed by another that was given the same message, which then counts; or it is too late.
        found = GONE if content is None else self.render(content, medium.content_type)
        for each in found.details.get("renditions", []):
            self.served.put_file(
                renditions_of(medium.media_id) + each["file"],
                io.BytesIO(found.files[each["file"]]),
                content_type=each["content_type"],
            )
        status = MediumStatus.REJECTED if found.reason else MediumStatus.READY
        ended = replace(medium, status=status, reason=found.reason, details=found.details)
        if self.uploads.end(ended, version) is MediumStatus.REJECTED and found.files:
            self.served.delete_all_under(renditions_of(medium.media_id))  # it had been given up meanwhile
        self.storage.delete_all_under(uploads_of(medium.media_id))
