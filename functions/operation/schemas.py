"""What the operation room is sent and answers."""

from typing import Any, Literal

from pydantic import BaseModel, Field, SecretStr

from kith.domain.clock import rfc3339
from kith.domain.operations import Operation
from kith.domain.users import PASSWORD_MOST
from kith.web.views import Id, Submitted, Timestamp


class Farewell(Submitted):
    """What deleting an account takes."""

    password: SecretStr = Field(max_length=PASSWORD_MOST, description="The account's.")


class Started(BaseModel):
    """Something has begun that takes longer than a request."""

    operation_id: Id


class ProgressView(BaseModel):
    """How far it is."""

    done: int = Field(description="Items copied or erased so far.")


class OperationView(BaseModel):
    """How an operation stands."""

    operation_id: Id
    kind: Literal["export", "erasure"]
    status: Literal["running", "done", "failed"]
    progress: ProgressView
    started_at: Timestamp
    finished_at: Timestamp | None
    receipt: dict[str, Any] | None = Field(
        description="Of an erasure `{items}`: what was erased, by kind. Of an export `{bytes, sha256, items, "
        "download: {url, expires_at}}`; the url is a path of this API and needs no token besides."
    )

    @classmethod
    def of(cls, operation: Operation, download: dict[str, str] | None = None) -> "OperationView":
        """Return the view of an operation; `download` leads to an export's archive."""
        receipt = {**operation.result, "items": dict(operation.counts)}
        if download is not None:
            receipt["download"] = download
        return cls(
            operation_id=operation.operation_id,
            kind=operation.kind.value,
            status=operation.status.value,
            progress=ProgressView(done=operation.done),
            started_at=rfc3339(operation.started_at),
            finished_at=None if operation.finished_at is None else rfc3339(operation.finished_at),
            receipt=None if operation.finished_at is None else receipt,
        )
