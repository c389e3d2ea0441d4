"""What the connection room answers."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, Field

from functions.connection.service import Listed
from kith.domain import ids
from kith.domain.clock import rfc3339
from kith.domain.users import Tally
from kith.web.listing import PageFields
from kith.web.views import Id, Timestamp, UserView

Expand = Annotated[Literal["user"] | None, Query(description="`user` adds each account's profile.")]


class Connection(BaseModel):
    """One account in a list."""

    user_id: Id
    created_at: Timestamp = Field(description="Since when it is in the list.")

    @classmethod
    def of(cls, listed: Listed) -> "Connection":
        """Return the view of an entry."""
        return cls(user_id=listed.user.user_id, created_at=_since(listed))


class ExpandedConnection(BaseModel):
    """One account in a list, with its profile."""

    user_id: Id
    created_at: Timestamp = Field(description="Since when it is in the list.")
    user: UserView

    @classmethod
    def of(cls, listed: Listed, tally: Tally) -> "ExpandedConnection":
        """Return the view of an entry."""
        return cls(
            user_id=listed.user.user_id, created_at=_since(listed), user=UserView.of(listed.user, tally)
        )


Connections = list[ExpandedConnection] | list[Connection]


class Followers(PageFields):
    """A page of followers, newest first."""

    followers: Connections


class Following(PageFields):
    """A page of whom an account follows, newest first."""

    following: Connections


class Waiting(PageFields):
    """A page of who waits to follow the caller, newest first."""

    requests: Connections


def _since(listed: Listed) -> str:
    return rfc3339(ids.created_at(listed.entry.entry_id))
