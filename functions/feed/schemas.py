"""What the feed room answers."""

from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer

from functions.feed.audit import Report
from kith.web.views import AuthorView, Id, ListFields, PostView, Timestamp


class WithoutAbsent(BaseModel):
    """Leaves out what there is not."""

    @model_serializer(mode="wrap")
    def _without_absent(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = serialize(self)
        optional = {name for name, field in type(self).model_fields.items() if not field.is_required()}
        return {name: value for name, value in fields.items() if value is not None or name not in optional}


class Reason(WithoutAbsent):
    """Why an item is in the feed."""

    kind: Literal["following", "celebrity", "repost", "own"]
    by: Id | None = Field(default=None, description="Who has reposted it, if that is why.")


class Explanation(BaseModel):
    """How an item got into the feed, and when, with `explain=1`."""

    arrival: Literal["own", "pushed", "pulled", "backfilled", "rebuilt"]
    arrived_at: Timestamp


class FeedItem(WithoutAbsent):
    """One post in a feed."""

    post: PostView
    author: AuthorView
    reason: Reason
    score: dict[str, float] | None = Field(
        default=None,
        description="In ranked order with `explain=1`: each part from 0 to 1, and their weighted sum.",
    )
    explanation: Explanation | None = None


class Feed(ListFields, WithoutAbsent):
    """A page of a feed."""

    items: list[FeedItem]
    rebuilding: Literal[True] | None = Field(
        None,
        description="What was left out while one was away is being put back; this page is whole all the same.",
    )


class FindingView(BaseModel):
    """A post that a feed lacked, or had and should not."""

    post_id: Id
    by_id: Id = Field(description="Who would have brought it, or did.")
    cause: str


class AuditReport(BaseModel):
    """What was wrong with a feed, and is mended now. Nothing should ever be."""

    checked: int = Field(description="Posts that the feed should hold, among the newest.")
    missing: list[FindingView]
    extra: list[FindingView]
    duplicates: list[FindingView]
    stale: int = Field(description="Entries out of sight that are still to be taken away.")

    @classmethod
    def of(cls, report: Report) -> "AuditReport":
        """Return the view of a report."""
        return cls.model_validate(asdict(report))
