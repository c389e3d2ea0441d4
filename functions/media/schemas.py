"""What the media room is sent and answers."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from kith.domain.clock import rfc3339
from kith.domain.media import ALT_TEXT_MOST, IMAGE_BYTES_MOST, IMAGE_TYPES, Medium
from kith.storage import Form
from kith.web.views import WRITTEN, Absent, Id, MediumView, Submitted, Timestamp, is_absent, whole


class NewMedium(Submitted):
    """What somebody is about to upload."""

    kind: Literal["image"] = Field(description="What it is.")
    content_type: Annotated[str, Field(max_length=100, json_schema_extra={"enum": list(IMAGE_TYPES)})]
    bytes: Annotated[
        int,
        Field(ge=1, le=IMAGE_BYTES_MOST, strict=True, description="How large exactly."),
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
