"""What the block room answers."""

from typing import Literal

from pydantic import BaseModel

from kith.domain import ids
from kith.domain.clock import rfc3339
from kith.table.follows import Entry
from kith.web.listing import PageFields
from kith.web.views import Id, Timestamp


class Kept(BaseModel):
    """An account that the caller blocks or mutes."""

    user_id: Id
    created_at: Timestamp

    @classmethod
    def of(cls, entry: Entry) -> "Kept":
        """Return the view of an entry."""
        return cls(user_id=entry.other_id, created_at=rfc3339(ids.created_at(entry.entry_id)))


class Blocks(PageFields):
    """A page of whom the caller blocks, newest first."""

    blocks: list[Kept]


class Mutes(PageFields):
    """A page of whom the caller mutes, newest first."""

    mutes: list[Kept]


class Done(BaseModel):
    """How it is now."""

    success: Literal[True] = True
    status: Literal["blocked", "muted", "none"]
    message: str
