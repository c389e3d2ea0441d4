"""What the media room is sent and answers."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from kith.domain import ids
from kith.domain.clock import rfc3339
from kith.domain.media import ALT_TEXT_MOST, IMAGE_BYTES_MOST, IMAGE_TYPES, VIDEO_TYPES, Medium
from kith.settings import Knobs
from kith.storage import Form
from kith.web.views import WRITTEN, Absent, Id, MediumView, Submitted, Timestamp, is_absent, whole


def _which(kinds: list[str], types: Sequence[str], most: int) -> dict[str, Any]:
    """Return what an upload of some kinds is like, as JSON Schema."""
    return {
        "properties": {
            "kind": {"enum": kinds},
            "content_type": {"enum": list(types)},
            "bytes": {"maximum": most},
        }
    }


class NewMedium(Submitted):
    """What somebody is about to upload."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                _which(["image", "avatar"], IMAGE_TYPES, IMAGE_BYTES_MOST),
                _which(["video"], VIDEO_TYPES, Knobs().max_video_bytes),
            ]
        }
    )

    kind: Literal["image", "video", "avatar"] = Field(
        description="What it is. An avatar becomes the account's as soon as it is ready, in place of the one before."
    )
    content_type: Annotated[
        str, Field(max_length=100, json_schema_extra={"enum": [*IMAGE_TYPES, *VIDEO_TYPES]})
    ]
    bytes: Annotated[
        int,
        Field(
            ge=1,
            lt=ids.LIMIT,
            strict=True,
            description="How large exactly. How large a video may be is for the deployment to say.",
        ),
        BeforeValidator(whole),
    ]
    alt_text: Annotated[str, Field(max_length=4 * ALT_TEXT_MOST, json_schema_extra=WRITTEN)] = ""


class UploadForm(BaseModel):
    """A form of `multipart/form-data`: its fields in this order, then the file as the field `file`."""

    url: str
    method: Literal["POST"] = "POST"
    fields: dict[str, str]


class OpenedMedium(BaseModel):
    """A medium whose upload is awaited."""

    media_id: Id
    status: Literal["awaiting_upload"] = "awaiting_upload"
    upload: UploadForm
    expires_at: Timestamp

    @classmethod
    def of(cls, medium: Medium, form: Form, expires_at: int) -> "OpenedMedium":
        """Return the view of a medium that was opened; the time in milliseconds."""
        upload = UploadForm(url=form.url, fields=dict(form.fields))
        return cls(media_id=medium.media_id, upload=upload, expires_at=rfc3339(expires_at))


class OwnMediumView(MediumView):
    """A medium, with what only its owner is told."""

    exif: dict[str, Any] | Absent = Field(
        default=None, exclude_if=is_absent, description="What the camera told; for the owner alone."
    )

    @classmethod
    def for_viewer(cls, medium: Medium, viewer_id: int, *, is_open: bool) -> "OwnMediumView":
        """Return the view of a medium for somebody who may see it; `is_open` where everybody may."""
        view = cls.of(medium, viewer_id=None if is_open else viewer_id)
        if medium.owner_id == viewer_id and "exif" in medium.details:
            view.exif = medium.details["exif"]
        return view
