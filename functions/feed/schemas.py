"""What the feed room answers."""

from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel, Field

from functions.feed.audit import Report
from kith.web.views import Absent, AuthorView, Id, ListFields, PostView, Timestamp, is_absent


class Reason(BaseModel):
    """Why an item is in the feed."""

    kind: Literal["following", "celebrity", "repost", "own"]
    by: Id | Absent = Field(
        default=None, exclude_if=is_absent, description="Who has reposted it, if that is why."
    )


class Explanation(BaseModel):
    """How an item got into the feed, and when, with `explain=1`."""

    arrival: Literal["own", "pushed", "pulled", "backfilled", "rebuilt"]
    arrived_at: Timestamp


class FeedItem(BaseModel):
    """One post in a feed."""

    post: PostView
    author: AuthorView
    reason: Reason
    score: dict[str, float] | Absent = Field(
        default=None,
        exclude_if=is_absent,
        description="In ranked order with `explain=1`: each part from 0 to 1, and their weighted sum.",
    )
    explanation: Explanation | Absent = Field(default=None, exclude_if=is_absent)


class Feed(ListFields):
    """A page of a feed."""

    items: list[FeedItem]
    rebuilding: Literal[True] | Absent = Field(
        None,
        exclude_if=is_absent,
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
